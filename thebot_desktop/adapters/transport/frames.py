"""Finds the frames of a WebSocket in the bytes of one read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

Frame: TypeAlias = tuple[int, int, int, int]
"""The first byte of a frame, where it begins, where its payload begins, where it ends."""

WHOLE_MESSAGES = (0x81, 0x82)
"""First bytes of a frame that is a whole message, text or binary, without an extension."""
IMPROPER = 0
"""Stands for the first byte of what no server may send: masked, or larger than allowed."""
MASKED = 0x80


def frames(data: bytes, largest: int) -> Iterator[Frame]:
    """Every whole frame from the start of ``data`` on; the last one may still be on its way.

    An improper frame is told as soon as its head is there and reaches to the end of ``data``.
    """
    at, size = 0, len(data)
    while size - at >= 2:
        length, start = data[at + 1], at + 2
        if length >= MASKED:
            yield IMPROPER, at, at, size
            return
        if length > 125:
            start = at + (4 if length == 126 else 10)
            if start > size:
                return
            length = int.from_bytes(data[at + 2 : start], "big")
            if length > largest:
                yield IMPROPER, at, at, size
                return
        end = start + length
        if end > size:
            return
        yield data[at], at, start, end
        at = end


def size_of_first(data: bytes | bytearray) -> int:
    """How long the frame at the start of ``data`` is, or at least how much tells that."""
    if len(data) < 2:
        return 2
    length = data[1] & ~MASKED
    start = 2 if length < 126 else 4 if length == 126 else 10
    if length < 126 or len(data) < start:
        return start if length >= 126 else start + length
    return start + int.from_bytes(data[2:start], "big")
