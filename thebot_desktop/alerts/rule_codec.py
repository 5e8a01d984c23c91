"""Armed rules as JSON: for the store, and for files that people share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, Union

import msgspec
from msgspec import Struct

from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.domain.errors import InputError

Hooks: TypeAlias = tuple[Callable[[object], object] | None, Callable[[type, object], object] | None]
"""msgspec's, for parameters of rules that have a text form: to write them, and to read them."""

FILE_VERSION = 1
MOST_RULES = 10_000
NO_FILE = "This is not a file of alerts."


class RuleFile(Struct, frozen=True):
    """What such a file holds; each rule is read on its own."""

    rules: list[msgspec.Raw]
    thebot: str = "rules"
    version: int = FILE_VERSION


class RuleCodec:
    """Knows the rules of ``rule_types`` by the names of their classes."""

    def __init__(self, rule_types: Mapping[str, type[Rule]], hooks: Hooks = (None, None)) -> None:
        encode, self._hook = hooks
        self._encoder = msgspec.json.Encoder(enc_hook=encode)
        self.learn(rule_types)

    def learn(self, rule_types: Mapping[str, type[Rule]]) -> None:
        """Read rules of these kinds from now on."""
        rule: Any = Union[tuple(rule_types.values())] if rule_types else Rule  # noqa: UP007
        self._decoder = msgspec.json.Decoder(_armed_type(rule), dec_hook=self._hook)

    def encode(self, armed: ArmedRule) -> bytes:
        return self._encoder.encode(armed)

    def decode(self, document: bytes | msgspec.Raw) -> ArmedRule:
        """Raises InputError."""
        try:
            read = self._decoder.decode(document)
        except msgspec.MsgspecError as error:
            raise InputError(str(error), user_message=f"A rule cannot be read: {error}.") from error
        return ArmedRule(**msgspec.structs.asdict(read))

    def write_file(self, rules: Iterable[ArmedRule]) -> bytes:
        """A file that somebody else can read, without the ids they have here."""
        documents = [msgspec.Raw(self.encode(msgspec.structs.replace(r, id=""))) for r in rules]
        return msgspec.json.format(msgspec.json.encode(RuleFile(documents)), indent=2) + b"\n"

    def read_file(self, content: bytes) -> list[ArmedRule]:
        """All rules of a file, without ids; raises InputError if one of them cannot be read."""
        try:
            file = msgspec.json.decode(content, type=RuleFile)
        except msgspec.MsgspecError as error:
            raise InputError(str(error), user_message=NO_FILE) from error
        if file.thebot != "rules" or len(file.rules) > MOST_RULES:
            raise InputError(f"{file.thebot}, {len(file.rules)} rules", user_message=NO_FILE)
        if file.version > FILE_VERSION:
            sentence = "This file was written by a newer version of the program."
            raise InputError(f"version {file.version}", user_message=sentence)
        return [self._read_one(number, raw) for number, raw in enumerate(file.rules, start=1)]

    def _read_one(self, number: int, raw: msgspec.Raw) -> ArmedRule:
        try:
            return msgspec.structs.replace(self.decode(raw), id="")
        except InputError as error:
            sentence = f"Alert {number} of the file cannot be used: {error}."
            raise InputError(str(error), user_message=sentence) from error


def is_same(one: ArmedRule, other: ArmedRule) -> bool:
    """Whether both would say the same, whatever they are called and whether they are on."""
    fields = {"id": "", "name": "", "enabled": True}
    return msgspec.structs.replace(one, **fields) == msgspec.structs.replace(other, **fields)


def _armed_type(rule: Any) -> Any:  # noqa: ANN401 - a union made at run time has no better type
    """ArmedRule whose ``rule`` may be any of the rule types found."""
    return msgspec.defstruct(
        "ArmedRule",
        [("rule", rule)],
        bases=(ArmedRule,),
        frozen=True,
        kw_only=True,
    )
