"""Where candles begin: an interval, seen from a time zone."""

from __future__ import annotations

from msgspec import Struct

from thebot_desktop.domain.market import Interval


class Grid(Struct, frozen=True):
    """Days begin ``offset`` ms before they do in UTC."""

    interval: Interval
    offset: int = 0

    def open_of(self, when: int) -> int:
        """When the candle opens that ``when`` falls into."""
        return self.interval.open_of(when + self.offset) - self.offset

    def next_open(self, open_time: int) -> int:
        return self.interval.next_open(open_time + self.offset) - self.offset

    def shift(self, open_time: int, count: int) -> int:
        """The open time ``count`` candles later, or earlier."""
        if self.interval.is_regular:
            return open_time + count * self.interval.milliseconds
        for _ in range(abs(count)):
            open_time = self.next_open(open_time) if count > 0 else self.open_of(open_time - 1)
        return open_time

    def span(self, first: int, last: int, limit: int, *, newest: bool) -> tuple[int, int] | None:
        """Oldest and newest open time on the grid within ``first..last``, at most ``limit``."""
        start = self.open_of(first)
        if start < first:
            start = self.next_open(start)
        end = self.open_of(last)
        if end < start:
            return None
        if newest:
            return max(start, self.shift(end, 1 - limit)), end
        return start, min(end, self.shift(start, limit - 1))
