"""Hours: a part of the day on some days of the week, by the clock of the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from thebot_desktop.domain.time import DAY_MS, MINUTE_MS, UnixMs

MINUTES_OF_DAY = 24 * 60
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_THURSDAY = 3
"""The first day of 1970."""

LocalTime: TypeAlias = Callable[[UnixMs], tuple[int, int]]
"""The day of the week (Monday is 0) and the minute of the day, where the person is."""

Minute = Annotated[int, Meta(ge=0, lt=MINUTES_OF_DAY)]


class Hours(Struct, frozen=True, omit_defaults=True):
    """From ``start`` until ``end``, which is left out; over midnight where the end comes first.

    Both the same mean the whole day. Hours over midnight belong to the day they begin on.
    """

    start: Minute = 0
    end: Minute = 0
    days: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(max_length=7)] = EVERY_DAY

    def cover(self, weekday: int, minute: int) -> bool:
        """Whether ``minute`` of ``weekday`` is part of them."""
        if self.start == self.end:
            return weekday in self.days
        if self.start < self.end:
            return weekday in self.days and self.start <= minute < self.end
        if minute >= self.start:
            return weekday in self.days
        return minute < self.end and (weekday - 1) % 7 in self.days


def utc_time(at: UnixMs) -> tuple[int, int]:
    """As it is in Greenwich: for whoever has no time zone."""
    return (at // DAY_MS + _THURSDAY) % 7, at % DAY_MS // MINUTE_MS
