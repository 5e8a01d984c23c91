"""Scoreboard: what became of signals, so many candles later."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import sliding_window_view

from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.domain.time import DAY_MS

HORIZONS = 5, 10, 20, 40
"""Candles after which an outcome is looked at."""
FEW_CASES = 30
"""Fewer tell nothing: a fair coin then shows 60 % or more every fifth time."""
CONFIDENCE_Z = 1.959964
"""Of the 95 % interval."""

LONGEST_MONTH_MS = 31 * DAY_MS


class CellKey(NamedTuple):
    source: str
    series: SeriesKey
    horizon: int
    direction: Direction | None = None
    """None: whatever it said."""


class Outcome(Struct, frozen=True):
    """What became of one signal; parts of the price, positive where it was right.

    ``best`` and ``worst`` are how far the price went for and against it on the way.
    """

    signal: Signal
    horizon: int
    change: float
    best: float
    worst: float


class Cell(Struct, frozen=True):
    """All outcomes of one source on one series after so many candles.

    ``lowest`` and ``highest`` bound the hit rate with 95 % confidence (Wilson 1927), which also
    holds for few cases and for rates near 0 or 1.
    """

    key: CellKey
    cases: int
    hits: int
    lowest: float
    highest: float
    mean_change: float
    mean_best: float
    mean_worst: float
    best: float
    worst: float

    @property
    def hit_rate(self) -> float:
        return self.hits / self.cases

    @property
    def is_few(self) -> bool:
        return self.cases < FEW_CASES


def outcomes(
    signals: Iterable[Signal], candles: Candles, horizons: Iterable[int] = HORIZONS
) -> Iterator[Outcome]:
    """Of ``signals`` on one series, in order of the horizons.

    A signal is left out where its candle or those after it are not all there: across a hole, so
    many candles are not so much time.
    """
    opinions = [s for s in signals if s.direction is not Direction.NEUTRAL]
    for horizon in horizons:
        chosen, places = _with_candles(opinions, candles, horizon)
        if not chosen:
            continue
        signs = np.array([1.0 if s.direction is Direction.BUY else -1.0 for s in chosen])
        change = signs * (candles.close[places + horizon] / candles.close[places] - 1)
        after = [_windows(column, places, horizon) for column in (candles.high, candles.low)]
        ends = [after[0].max(axis=1), after[1].min(axis=1)]
        one, other = (signs * (end / candles.close[places] - 1) for end in ends)
        rows = zip(chosen, change, np.maximum(one, other), np.minimum(one, other), strict=True)
        for signal, moved, best, worst in rows:
            yield Outcome(signal, horizon, float(moved), float(best), float(worst))


def score(found: Iterable[Outcome], *, apart: bool = False) -> tuple[Cell, ...]:
    """One cell for each source, series and horizon, in that order.

    ``apart``: each is followed by one for what was to be bought, and one for what was to be sold.
    """
    cells: list[Cell] = []
    for key, group in groupby(sorted(found, key=lambda o: sort_key(_key(o))), key=_key):
        whole = list(group)
        cells.append(_cell(key, whole))
        for direction in (Direction.BUY, Direction.SELL) if apart else ():
            part = [o for o in whole if o.signal.direction is direction]
            if part:
                cells.append(_cell(key._replace(direction=direction), part))
    return tuple(cells)


def sort_key(key: CellKey) -> tuple[str, str, int, int]:
    """By source, symbol, interval and horizon; directions stay as they are."""
    return key.source, key.series.symbol, key.series.interval.milliseconds, key.horizon


def wilson(hits: int, cases: int) -> tuple[float, float]:
    """Bounds of a rate with 95 % confidence; E. B. Wilson, JASA 22:158 (1927)."""
    rate, z2 = hits / cases, CONFIDENCE_Z**2
    middle = (rate + z2 / (2 * cases)) / (1 + z2 / cases)
    reach = math.sqrt(rate * (1 - rate) / cases + z2 / (4 * cases**2)) * CONFIDENCE_Z
    reach /= 1 + z2 / cases
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _with_candles(
    signals: list[Signal], candles: Candles, horizon: int
) -> tuple[list[Signal], IntArray]:
    """Signals that have all candles up to the horizon, and the index of each one's own."""
    if not signals:
        return [], np.empty(0, np.int64)
    times = np.array([s.open_time for s in signals], dtype=np.int64)
    places = np.searchsorted(candles.open_time, times)
    inside = np.flatnonzero(places + horizon < len(candles))
    here, times = places[inside], times[inside]
    later = candles.open_time[here + horizon]
    interval = signals[0].series.interval
    longest = interval.milliseconds if interval.is_regular else LONGEST_MONTH_MS
    whole = (candles.open_time[here] == times) & (later - times <= horizon * longest)
    return [signals[i] for i in inside[whole].tolist()], here[whole]


def _windows(column: FloatArray, places: IntArray, horizon: int) -> FloatArray:
    """A row for each place: the values of the candles after it, up to the horizon."""
    rows: FloatArray = sliding_window_view(column, horizon)[places + 1]
    return rows


def _key(outcome: Outcome) -> CellKey:
    return CellKey(outcome.signal.source, outcome.signal.series, outcome.horizon)


def _cell(key: CellKey, found: list[Outcome]) -> Cell:
    hits, cases = sum(o.change > 0 for o in found), len(found)
    lowest, highest = wilson(hits, cases)
    return Cell(
        key,
        cases,
        hits,
        lowest,
        highest,
        mean_change=sum(o.change for o in found) / cases,
        mean_best=sum(o.best for o in found) / cases,
        mean_worst=sum(o.worst for o in found) / cases,
        best=max(o.best for o in found),
        worst=min(o.worst for o in found),
    )
