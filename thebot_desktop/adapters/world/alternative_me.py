"""The index of fear and greed of alternative.me: one number a day, from 0 to 100."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.news import MoodReading
from thebot_desktop.domain.time import SECOND_MS, UnixMs


class _Row(Struct, frozen=True):
    """Numbers come as texts."""

    value: Annotated[int, Meta(ge=0, le=100)]
    timestamp: Annotated[int, Meta(gt=0, lt=10**11)]


class _Page(Struct, frozen=True):
    data: Annotated[list[_Row], Meta(min_length=1, max_length=1000)]


class FearAndGreed:
    name = "alternative.me"
    title = "Fear and greed"
    url = "https://api.alternative.me/fng/?limit=2"

    def parse(self, body: bytes) -> list[MoodReading]:
        """Oldest first. Raises DecodeError when it is something else."""
        try:
            page = msgspec.convert(msgspec.json.decode(body), _Page, strict=False)
        except (msgspec.MsgspecError, RecursionError) as error:
            sentence = "The index of fear and greed could not be read."
            raise DecodeError(str(error), user_message=sentence) from error
        found = [MoodReading(UnixMs(row.timestamp * SECOND_MS), row.value) for row in page.data]
        return sorted(found, key=lambda reading: reading.at)
