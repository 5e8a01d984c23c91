"""What Binance's messages and answers are made of: numbers as text, and how they are read."""

from __future__ import annotations

from typing import Annotated, TypeAlias, TypeVar

import msgspec
from msgspec import Struct

from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.time import UnixMs

T = TypeVar("T")

EXCERPT = 200
"""So much of a message that makes no sense goes to the log."""

# Binance sends prices as strings: with strict=False they become floats while they are parsed.
Amount: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1e30)]
"""A price or a quantity; the bounds keep out what is no number, such as "nan"."""
Time: TypeAlias = Annotated[UnixMs, msgspec.Meta(ge=0, le=2**53)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


Name: TypeAlias = Annotated[Symbol, msgspec.Meta(min_length=1, max_length=64)]
"""A symbol; since 2025 not only of ASCII letters."""
Levels: TypeAlias = tuple[tuple[Amount, Amount], ...]
"""One side of an order book: prices and what waits there."""


class WireError(Struct):
    msg: str = ""
    code: int = 0


def decode_body(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as cause:
        excerpt = ascii(body[:EXCERPT].decode(errors="replace"))
        raise DecodeError(f"{cause}: {excerpt}") from cause
