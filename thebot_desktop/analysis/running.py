"""RunningIndicator: values of an indicator carried forward from candle to candle."""

from __future__ import annotations

import numpy as np

from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.domain.market import Candles, FloatArray

MOST_AT_ONCE = 64
"""More new candles than this are computed anew: one vector call is then the cheaper way."""
ROOM = 256


class RunningIndicator:
    """The values of one indicator on one series, as long as the candles given.

    Closed candles are computed once. The newest one is looked at again with each call, as if
    it closed now. Values are views of live memory: read them now or copy them.

    Whoever replaces candles before the newest must start anew: that is not noticed here.
    """

    def __init__(self, indicator: Indicator) -> None:
        self._indicator = indicator
        self._stream: IndicatorStream | None = None
        self._candles: Candles | None = None
        self._newest = 0
        self._carried_to = 0
        self._columns = ValueColumns(len(indicator.outputs))
        self._values: Values = {}
        self._unknown = (np.nan,) * len(indicator.outputs)

    def values(self, candles: Candles, *, closed: bool) -> Values:
        """One array per output; NaN at a forming candle where only closed ones count."""
        if candles is not self._candles and not self._advance(candles):
            return self._computed(candles, closed=closed)
        if self._stream is None:
            return self._computed(candles, closed=closed)
        if closed or not self._indicator.closed_only:
            self._columns.set_newest(self._stream.peek(candles, self._newest))
        else:
            self._columns.set_newest(self._unknown)
        return self._values

    def _advance(self, candles: Candles) -> bool:
        """Carry on to all but the newest; False where ``candles`` are none, or an older view."""
        newest = len(candles) - 1
        if newest < 0 or (self._stream is not None and candles.open_time[-1] <= self._carried_to):
            return False
        first = self._first_new(candles)
        if self._stream is None or first is None:
            self._open(candles.upto(newest))
        else:
            self._columns.make_room(newest)
            for at in range(first, newest):
                self._columns.append(self._stream.close(candles, at))
        self._candles, self._newest = candles, newest
        if self._stream is not None:
            self._carried_to = int(candles.open_time[newest - 1])
            window = self._columns.newest(len(candles))
            self._values = dict(zip(self._indicator.outputs, window, strict=True))
        return True

    def _first_new(self, candles: Candles) -> int | None:
        """Index of the first candle not carried yet; None over a gap, or if they are too many."""
        at = int(np.searchsorted(candles.open_time, self._carried_to))
        joins = at < len(candles) and int(candles.open_time[at]) == self._carried_to
        return at + 1 if joins and len(candles) - at <= MOST_AT_ONCE else None

    def _open(self, closed: Candles) -> None:
        self._stream = None
        opened = self._indicator.open(closed) if len(closed) else None
        if opened is not None:
            self._stream, values = opened
            self._columns.load([values[output] for output in self._indicator.outputs])

    def _computed(self, candles: Candles, *, closed: bool) -> Values:
        """The plain way, where there is nothing to carry on from."""
        values = self._indicator.compute(candles)
        if self._indicator.closed_only and not closed and len(candles):
            for column in values.values():
                column[-1] = np.nan
        return values


class ValueColumns:
    """Rows of closed candles, which are only appended to, and the row of the newest after them."""

    def __init__(self, count: int) -> None:
        self.load([np.empty(0)] * count)

    def load(self, columns: list[FloatArray]) -> None:
        """Hold these rows and none else, in memory of their own."""
        self._end = len(columns[0])
        room = self._end + max(ROOM, self._end // 4)
        self._columns = tuple(np.full(room, np.nan) for _ in columns)
        for mine, given in zip(self._columns, columns, strict=True):
            mine[: self._end] = given

    def make_room(self, kept: int) -> None:
        """Let a few more be appended, forgetting all but the newest ``kept`` if that needs it."""
        if self._end + MOST_AT_ONCE >= len(self._columns[0]):
            self.load([column[max(0, self._end - kept) : self._end] for column in self._columns])

    def append(self, row: tuple[float, ...]) -> None:
        self.set_newest(row)
        self._end += 1

    def set_newest(self, row: tuple[float, ...]) -> None:
        at = self._end
        for column, value in zip(self._columns, row):  # noqa: B905 - twice as slow when strict
            column[at] = value

    def newest(self, count: int) -> tuple[FloatArray, ...]:
        """Views of the newest ``count`` rows, the last of which may change."""
        end = self._end + 1
        return tuple(column[end - count : end] for column in self._columns)
