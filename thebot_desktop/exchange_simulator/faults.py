"""Scripted faults: what goes wrong on the exchange, and when; read from text and files.

A fault is a line of words such as ``at=20 kind=starve streams=*@kline_1s for=10``. A file holds
such lines (``#`` begins a remark), or the same as JSON (``{"faults": [{"at": 20, ...}]}``) or as
TOML (``[[faults]]``).
"""

from __future__ import annotations

import heapq
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from thebot_desktop.domain.errors import InputError
from thebot_desktop.exchange_simulator.fault_kinds import (
    AnyFault,
    Close,
    Cut,
    Duplicate,
    Fault,
    Garbage,
    HalfOpen,
    Late,
    Lose,
    MessageFault,
    Outage,
    Refuse,
    Reorder,
    RestBody,
    RestErrors,
    RestFault,
    RestLag,
    RestSlow,
    Shutdown,
    Silence,
    Skew,
    Starve,
    StreamFault,
)

__all__ = [
    "KINDS",
    "Close",
    "Cut",
    "Duplicate",
    "Fault",
    "FaultScript",
    "Garbage",
    "HalfOpen",
    "Late",
    "Lose",
    "MessageFault",
    "Outage",
    "Refuse",
    "Reorder",
    "RestBody",
    "RestErrors",
    "RestFault",
    "RestLag",
    "RestSlow",
    "Shutdown",
    "Silence",
    "Skew",
    "Starve",
    "StreamFault",
    "guide",
    "load",
    "parse",
]

KINDS: Mapping[str, type[Fault]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyFault)
}
_OTHER_WORDS = {"type": "kind", "seconds": "for"}


class _Document(Struct, forbid_unknown_fields=True):
    faults: list[dict[str, Any]]


_JSON = msgspec.json.Decoder(_Document)


class FaultScript(Struct, frozen=True):
    """Everything that is going to go wrong."""

    faults: tuple[Fault, ...] = ()

    def timetable(self) -> Iterator[tuple[float, Fault]]:
        """When which fault begins, in order of time; without end where something repeats."""
        each = (zip(fault.starts(), repeat(fault)) for fault in self.faults)
        return heapq.merge(*each, key=itemgetter(0))


def parse(text: str) -> Fault:
    """One fault from words such as ``at=20 kind=cut for=5``; raises InputError."""
    try:
        words = dict(_word(one) for one in shlex.split(text, comments=True))
        return _fault(words, strict=False)
    except ValueError as error:
        sentence = f"The fault “{text.strip()}” makes no sense: {error}."
        raise InputError(str(error), user_message=sentence) from error


def load(path: Path) -> FaultScript:
    """Read a script; raises InputError with a sentence that says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _broken(path, "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise _broken(path, "it is no text") from error
    try:
        if path.suffix in (".json", ".toml") or text.lstrip()[:1] == "{":
            return FaultScript(tuple(_listed(path, text)))
        return FaultScript(tuple(_lines(text)))
    except ValueError as error:
        raise _broken(path, str(error)) from error


def guide() -> str:
    """All kinds with their words, for people."""
    lines = [
        "faults: kind=KIND at=SECONDS since the start, and as it suits:",
        "  every=SECONDS times=N  again and again",
        "kinds, each with its other words and what they are where nothing is said",
        "(for= seconds, or until the end; names with * and commas; share= of them, drawn by lot):",
    ]
    for name, kind in KINDS.items():
        words = [each for each in fields(kind) if each.encode_name not in ("at", "every", "times")]
        lines.append(f"  {name:<12} {kind.meaning}")
        if words:
            lines.append(f"{'':<17}{' '.join(_shown(each) for each in words)}")
    return "\n".join(lines)


def _shown(word: FieldInfo) -> str:
    if get_origin(word.type) is Literal:
        return f"{word.encode_name}={'|'.join(get_args(word.type))}"
    value = "" if word.required or word.default is None else str(word.default)
    return f"{word.encode_name}={value.lower()}"


def _word(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"“{text}” is not name=value")
    return name, value


def _lines(text: str) -> Iterator[Fault]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            yield parse(line)
        except InputError as error:
            raise ValueError(f"line {number}: {error}") from error
    if not text.strip():
        raise ValueError("it is empty")


def _listed(path: Path, text: str) -> Iterator[Fault]:
    """The faults of a JSON or TOML document."""
    read = _toml if path.suffix == ".toml" else _JSON.decode
    for number, words in enumerate(read(text).faults, 1):
        try:
            yield _fault(words, strict=True)
        except ValueError as error:
            raise ValueError(f"fault {number}: {error}") from error


def _toml(text: str) -> _Document:
    return msgspec.convert(tomllib.loads(text), _Document)


def _fault(words: Mapping[str, Any], *, strict: bool) -> Fault:
    """Raises ValueError, of which msgspec's errors are a kind."""
    words = {_OTHER_WORDS.get(name, name): value for name, value in words.items()}
    kind = KINDS.get(str(words.get("kind")))
    if kind is None:
        raise ValueError(_unknown(str(words.get("kind", ""))))
    unknown = [name for name in words if name not in ("kind", *_words_of(kind))]
    if unknown:
        known = ", ".join(_words_of(kind))
        raise ValueError(f"{words['kind']} has no “{unknown[0]}”; it has {known}")
    fault = msgspec.convert(words, kind, strict=strict)
    if fault.times is not None and fault.every is None:
        raise ValueError("“times” needs “every”")
    return fault


def _words_of(kind: type[Fault]) -> tuple[str, ...]:
    return kind.__struct_encode_fields__


def _unknown(name: str) -> str:
    if not name:
        return f"it has no kind; there are {', '.join(KINDS)}"
    near = get_close_matches(name, KINDS, n=1)
    hint = f"{near[0]} is" if near else f"there are {', '.join(KINDS)}"
    return f"“{name}” is no kind of fault; {hint}"


def _broken(path: Path, what: str) -> InputError:
    return InputError(
        f"{path}: {what}", user_message=f"The fault script {path} makes no sense: {what}."
    )
