"""Frames are found where they begin and end, however the bytes were cut."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.transport.frames import IMPROPER, frames, size_of_first

LARGEST = 70_000


def framed(payload, first=0x81):
    size = len(payload)
    if size < 126:
        return bytes((first, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", first, 126, size) + payload
    return struct.pack("!BBQ", first, 127, size) + payload


@given(st.lists(st.sampled_from([0, 1, 125, 126, 300, 65_535, 65_536]), max_size=4))
def test_every_whole_frame_is_found(sizes):
    """Whatever its length, and however that is written."""
    payloads = [bytes([i]) * size for i, size in enumerate(sizes)]
    data = b"".join(map(framed, payloads))
    assert [data[start:end] for _, _, start, end in frames(data, LARGEST)] == payloads


@pytest.mark.parametrize("size", [0, 5, 125, 126, 400, 65_536])
def test_a_frame_that_is_not_whole_is_not_told(size):
    """Nothing is said of it until its last byte is there; how much is missing is known."""
    data = framed(b"x" * size)
    for cut in (c for c in (0, 1, 2, 3, 4, 9, 10, len(data) - 1) if c < len(data)):
        begun = data[:cut]
        assert list(frames(begun, LARGEST)) == []
        assert cut < size_of_first(begun) <= len(data)
    assert size_of_first(data[:10]) == len(data)
    assert len(list(frames(data, LARGEST))) == 1


@pytest.mark.parametrize(
    "head",
    [
        b"\x81\x85",
        b"\x81\xfe",
        struct.pack("!BBQ", 0x81, 127, LARGEST + 1),
        b"\x81\x7f" + b"\xff" * 8,
    ],
    ids=["masked", "masked, long", "too large", "a length that cannot be"],
)
def test_what_no_server_may_send_is_told_from_its_head(head):
    """Not only when all of it is there: it may never end."""
    good = framed(b"good")
    found = list(frames(good + head, LARGEST))
    assert found == [(0x81, 0, 2, 6), (IMPROPER, 6, 6, 6 + len(head))]
