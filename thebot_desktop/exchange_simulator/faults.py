"""Scripted faults: what goes wrong on the exchange, and when."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.domain.errors import InputError

Seconds: TypeAlias = Annotated[float, Meta(ge=0)]


class _Fault(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    at: Seconds
    """Seconds of real time since the server's start."""


class Cut(_Fault, frozen=True, forbid_unknown_fields=True, tag="cut"):
    """Drop every connection without a word, and for some seconds every new one too."""

    seconds: Seconds = 0.0


class Close(_Fault, frozen=True, forbid_unknown_fields=True, tag="close"):
    """Close every stream connection in an orderly way."""

    code: Annotated[int, Meta(ge=1000, le=4999)] = 1001
    reason: Annotated[str, Meta(max_length=120)] = ""


class Refuse(_Fault, frozen=True, forbid_unknown_fields=True, tag="refuse"):
    """Accept no new connection for some seconds; those that are open stay."""

    seconds: Seconds


class Silence(_Fault, frozen=True, forbid_unknown_fields=True, tag="silence"):
    """Say nothing and read nothing for some seconds, connections staying open."""

    seconds: Seconds


class RestErrors(_Fault, frozen=True, forbid_unknown_fields=True, tag="rest_errors"):
    """Answer REST requests with an error: the next ``count``, or all for some seconds."""

    status: Annotated[int, Meta(ge=400, le=599)] = 503
    count: Annotated[int, Meta(ge=1)] | None = None
    seconds: Seconds | None = None
    body: str = '{"code":-1000,"msg":"An unknown error occurred while processing the request."}'
    retry_after: Annotated[int, Meta(ge=0)] | None = None


class Shutdown(_Fault, frozen=True, forbid_unknown_fields=True, tag="shutdown"):
    """Announce on every stream connection that the server is about to go away."""


Fault: TypeAlias = Cut | Close | Refuse | Silence | RestErrors | Shutdown


class FaultScript(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is going to go wrong."""

    faults: tuple[Fault, ...] = ()


def load(path: Path) -> FaultScript:
    """Read a script; raises InputError with a sentence that says what is wrong with it."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=FaultScript)
    except OSError as error:
        raise _broken(path, "it cannot be read") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _broken(path, str(error)) from error


def _broken(path: Path, what: str) -> InputError:
    return InputError(
        f"{path}: {what}", user_message=f"The fault script {path} makes no sense: {what}."
    )
