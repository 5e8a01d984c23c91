"""What one chart holds of its series: columns of candles, values of indicators, their pyramids."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import (
    ByteArray,
    Candle,
    Candles,
    FloatArray,
    IntArray,
    Origin,
)
from thebot_desktop.domain.plots import outputs_of
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.pyramid import CLOSE, HIGH, LOW, VOLUME, CandlePyramid, ValuePyramid

OutputKey = tuple[str, str]
"""An indicator's label and the name of one of its outputs."""

MOST_AT_ONCE = 64
"""More new candles than this are loaded anew instead of being appended."""
COMPARED = 4096
"""So many of the newest closed candles are compared with what the chart holds."""
SLACK = 2000
"""A chart keeps so many candles more than the series before it lets the oldest go."""
_ROOM = 1024
_MARKED = (Origin.REPAIRED, Origin.EXCHANGE_HOLE)
_AFTERWARDS = (Origin.REPAIRED, Origin.LATE)
_UNUSUAL = (*_MARKED, Origin.LATE)


class Change(Enum):
    """What a moment changed in the store."""

    NOTHING = "nothing"
    LIVE = "live"
    APPENDED = "appended"
    RESET = "reset"


class ValueLine:
    """One output of an indicator: the values of closed candles, and the newest beside them."""

    def __init__(self, values: FloatArray) -> None:
        self.closed = ValuePyramid()
        self.closed.load(values[:-1])
        self.live = float(values[-1])

    def append(self, values: FloatArray, count: int) -> None:
        """So many candles have closed since; ``values`` ends with the newest."""
        for value in values[-1 - count : -1]:
            self.closed.append(float(value))
        self.live = float(values[-1])

    def at(self, index: int) -> float:
        """The value of one candle; NaN where there is none."""
        if index == len(self.closed):
            return self.live
        part = self.closed.values(index, index + 1)
        return float(part[0]) if index >= 0 and part.size else np.nan


class SeriesStore:
    """Closed candles in arrays; the newest one, which may still change, beside them.

    So a price that moves touches no array and no pyramid.
    """

    def __init__(self) -> None:
        self.candles = CandlePyramid()
        self.lines: dict[OutputKey, ValueLine] = {}
        self.live = Candle(UnixMs(0), np.nan, np.nan, np.nan, np.nan, 0.0)
        self.repaired: IntArray = np.empty((0, 2), np.int64)
        """First and last candle of each repaired stretch."""
        self.holes: IntArray = np.empty((0, 2), np.int64)
        """The same for fillers, where the exchange itself has no candles."""
        self.came_afterwards: IntArray = np.empty(0, np.int64)
        """Places of all candles that were late or had to be fetched."""
        self._times = np.empty(_ROOM, np.int64)
        self._origins = np.empty(_ROOM, np.uint8)
        self._length = 0
        self._plan = OutputPlan(())
        self._closes: ValueLine | None = None

    def __len__(self) -> int:
        """How many candles there are, the newest included."""
        return self._length

    @property
    def newest(self) -> int:
        """Index of the newest candle, which is also the number of closed ones."""
        return max(0, self._length - 1)

    @property
    def open_times(self) -> IntArray:
        return self._times[: self._length]

    @property
    def origins(self) -> ByteArray:
        return self._origins[: self._length]

    @property
    def closes(self) -> ValueLine:
        """The line through all closes, made when somebody draws it."""
        if self._closes is None:
            closed = self.candles.items(0, self.newest)[CLOSE]
            self._closes = ValueLine(np.append(closed, self.live.close))
        self._closes.live = self.live.close
        return self._closes

    def apply(self, moment: Moment) -> Change:
        """Take over what is new in ``moment``."""
        candles = moment.candles
        if not len(candles):
            return Change.NOTHING
        appended = self._appended(candles)
        if appended is None or not self._plan.fits(moment.results):
            self._plan = OutputPlan(moment.results)
            self._load(moment)
            return Change.RESET
        if not appended:
            return self._update(moment)
        self._append(moment, appended)
        return Change.APPENDED

    def candle(self, index: int) -> Candle | None:
        """One candle as a value, if there is one."""
        if index == self.newest and self._length:
            return self.live
        if not 0 <= index < self._length:
            return None
        o, h, low, c, v = self.candles.items(index, index + 1)[:, 0].tolist()
        return Candle(UnixMs(int(self._times[index])), o, h, low, c, v)

    def origin(self, index: int) -> Origin | None:
        """How one candle reached us, if there is one."""
        return Origin(int(self._origins[index])) if 0 <= index < self._length else None

    def index_of(self, open_time: int) -> int | None:
        """Index of the candle that opens at this very time."""
        index = int(np.searchsorted(self.open_times, open_time))
        found = index < self._length and int(self._times[index]) == open_time
        return index if found else None

    def live_block(self, size: int) -> tuple[int, Candle]:
        """The block that the newest candle falls into, with the closed candles of that block."""
        live, number = self.live, self.newest // size
        first = number * size
        if first == self.newest:
            return number, live
        rows = self.candles.items(first, self.newest)
        return number, Candle(
            live.open_time,
            float(rows[0, 0]),
            max(live.high, float(rows[HIGH].max())),
            min(live.low, float(rows[LOW].min())),
            live.close,
            live.volume + float(rows[VOLUME].sum()),
        )

    def nbytes(self) -> int:
        own = self._times.nbytes + self._origins.nbytes + self.candles.nbytes()
        return own + sum(line.closed.nbytes() for line in self.lines.values())

    def _appended(self, candles: Candles) -> int | None:
        """How many candles came after the newest we hold; None if more than that differs."""
        have, count = self._length, len(candles)
        if not have or have > count + SLACK:
            return None
        newest = int(self._times[have - 1])
        new = 0
        while new < min(count, MOST_AT_ONCE) and int(candles.open_time[-1 - new]) > newest:
            new += 1
        overlap = count - new
        start = have - overlap
        if overlap <= 0 or start < 0 or int(candles.open_time[overlap - 1]) != newest:
            return None
        if int(candles.open_time[0]) != int(self._times[start]):
            return None
        return new if self._same(candles.upto(overlap - 1), start) else None

    def _same(self, closed: Candles, start: int) -> bool:
        """Whether closed candles are the ones we hold from ``start`` on; repairs show here."""
        stop = start + len(closed)
        if not np.array_equal(closed.origin, self._origins[start:stop]):
            return False
        first = max(start, stop - COMPARED)
        held = self.candles.items(first, stop)
        recent = closed.last(stop - first)
        return np.array_equal(recent.close, held[CLOSE]) and np.array_equal(
            recent.volume, held[VOLUME]
        )

    def _load(self, moment: Moment) -> None:
        candles, count = moment.candles, len(moment.candles)
        self.candles.load(candles.upto(count - 1))
        self._times = np.empty(count + count // 8 + _ROOM, np.int64)
        self._origins = np.empty(self._times.size, np.uint8)
        self._times[:count] = candles.open_time
        self._origins[:count] = candles.origin
        self._length = count
        self.live = candles.at(-1)
        self._closes = None
        self.lines = {k: ValueLine(v) for k, v in self._plan.values(moment.results)}
        self._find_stretches()

    def _append(self, moment: Moment, count: int) -> None:
        candles = moment.candles
        for index in range(-1 - count, -1):
            closed = candles.at(index)
            self.candles.append((closed.open, closed.high, closed.low, closed.close, closed.volume))
            if self._closes is not None:
                self._closes.closed.append(closed.close)
        self._make_room(count)
        stop = self._length + count
        self._times[self._length : stop] = candles.open_time[-count:]
        self._origins[self._length - 1 : stop] = candles.origin[-1 - count :]
        self._length = stop
        self.live = candles.at(-1)
        for key, values in self._plan.values(moment.results):
            self.lines[key].append(values, count)
        if np.isin(candles.origin[-1 - count :], _UNUSUAL).any():
            self._find_stretches()

    def _update(self, moment: Moment) -> Change:
        """Only the newest candle can differ."""
        live = moment.candles.at(-1)
        changed = live != self.live
        self.live = live
        self._note_origin(int(moment.candles.origin[-1]))
        for key, values in self._plan.values(moment.results):
            line, value = self.lines[key], float(values[-1])
            changed = changed or not _equal(value, line.live)
            line.live = value
        return Change.LIVE if changed else Change.NOTHING

    def _make_room(self, count: int) -> None:
        while self._length + count > self._times.size:
            self._times = np.concatenate((self._times, np.empty_like(self._times)))
            self._origins = np.concatenate((self._origins, np.empty_like(self._origins)))

    def _note_origin(self, origin: int) -> None:
        """Of the newest candle."""
        before = int(self._origins[self._length - 1])
        self._origins[self._length - 1] = origin
        if origin != before and (origin in _UNUSUAL or before in _UNUSUAL):
            self._find_stretches()

    def _find_stretches(self) -> None:
        self.repaired, self.holes = (_stretches(self.origins == o) for o in _MARKED)
        self.came_afterwards = np.flatnonzero(np.isin(self.origins, _AFTERWARDS))


def _stretches(marked: NDArray[np.bool_]) -> IntArray:
    """First and last place of each run of marked ones."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], marked, [False])).astype(np.int8)))
    return np.stack((edges[::2], edges[1::2] - 1), axis=1)


def _equal(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


class OutputPlan:
    """Which arrays of which results are drawn; worked out once for a set of indicators."""

    def __init__(self, results: Sequence[IndicatorResult]) -> None:
        self._for = _identity(results)
        self._places = [
            ((result.indicator.label, name), place, name)
            for place, result in enumerate(results)
            if result.error is None
            for name in _plotted(result)
        ]

    def fits(self, results: Sequence[IndicatorResult]) -> bool:
        return self._for == _identity(results)

    def values(self, results: Sequence[IndicatorResult]) -> list[tuple[OutputKey, FloatArray]]:
        return [(key, results[place].values[name]) for key, place, name in self._places]


def _identity(results: Sequence[IndicatorResult]) -> list[tuple[Indicator, bool]]:
    return [(r.indicator, r.error is None) for r in results]


def _plotted(result: IndicatorResult) -> list[str]:
    """The names of the outputs that an indicator wants to be drawn."""
    names = (name for plot in result.indicator.plots for name in outputs_of(plot))
    return list(dict.fromkeys(name for name in names if name in result.values))
