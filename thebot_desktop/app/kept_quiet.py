"""KeptQuiet: the mute and the snoozes that a person asked for, as they are kept on disk."""

from __future__ import annotations

from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.app.quiet import FOR_GOOD
from thebot_desktop.domain.errors import InputError

FILE_VERSION = 1
MOST_SNOOZES = 10_000

_Moment = Annotated[int, Meta(ge=0, le=FOR_GOOD)]
_RuleId = Annotated[str, Meta(min_length=1, max_length=200)]


class Snooze(Struct, frozen=True):
    """Alerts of one rule that were raised from ``since`` on wait until ``until``."""

    until: _Moment
    since: _Moment


class KeptQuiet(Struct, frozen=True):
    """Times, in milliseconds since 1970; those that are past mean nothing."""

    muted_until: _Moment = 0
    snoozes: Annotated[dict[_RuleId, Snooze], Meta(max_length=MOST_SNOOZES)] = {}
    version: Annotated[int, Meta(ge=FILE_VERSION, le=FILE_VERSION)] = FILE_VERSION

    def at(self, now: int) -> KeptQuiet:
        """Without what is over by then."""
        holds = {rule: snooze for rule, snooze in self.snoozes.items() if snooze.until > now}
        return KeptQuiet(self.muted_until if self.muted_until > now else 0, holds)


class QuietStore(Protocol):
    """Where they are kept. Raises StorageError."""

    def load(self) -> KeptQuiet: ...

    def save(self, quiet: KeptQuiet) -> None: ...


def written(quiet: KeptQuiet) -> bytes:
    """As JSON that ``read`` understands."""
    return msgspec.json.format(msgspec.json.encode(quiet), indent=1)


def read(content: bytes) -> KeptQuiet:
    """Raises InputError where anything in it makes no sense."""
    try:
        return msgspec.json.decode(content, type=KeptQuiet)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(f"no mute and snoozes: {error}") from error
