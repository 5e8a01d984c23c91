"""Comparison: the closes of another symbol beside the candles of a chart."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence

import numpy as np

from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import FloatArray, IntArray, Symbol
from thebot_desktop.market.pyramid import CLOSE
from thebot_desktop.ui.charts.series_store import Change, SeriesStore, ValueLine

COLOURS = (2, 4, 3, 5, 6, 0)
"""Line colours in the order they are given; overlays mostly take others."""


class Comparison:
    """One other symbol. Its values stand at the candles that open at the same time."""

    def __init__(self, symbol: Symbol, colour: int) -> None:
        self.symbol = symbol
        self.colour = colour
        self.hidden = False
        self.line: ValueLine | None = None
        """One value per candle of the chart; None until there is one."""
        self._own = SeriesStore()
        self._aligned: tuple[int, ...] = ()

    def clear(self) -> None:
        """The chart shows another series."""
        self.line = None
        self._own = SeriesStore()
        self._aligned = ()

    def apply(self, moment: Moment, times: IntArray, *, exact: bool) -> bool:
        """Take over what is new; whether more than the newest value differs."""
        change = self._own.apply(dataclasses.replace(moment, results=()))
        if change in (Change.RESET, Change.APPENDED):
            self._aligned = ()
        return self.align(times, exact=exact)

    def align(self, times: IntArray, *, exact: bool) -> bool:
        """Stand beside candles that open at ``times``; whether more than the newest value differs.

        Not ``exact``: each value is the last one known at that time.
        """
        own = self._own
        if not len(times) or not len(own):
            return False
        state = (len(times), int(times[0]), int(times[-1]), len(own))
        if state == self._aligned and self.line is not None:
            if not math.isnan(self.line.live):
                self.line.live = own.live.close
            return False
        closes = np.append(own.candles.items(0, own.newest)[CLOSE], own.live.close)
        find = values_at if exact else values_until
        values = find(times, own.open_times, closes)
        # The other symbol's new candle may come a moment later than this one's.
        if len(times) > 1 and own.live.open_time == int(times[-2]):
            values[-1] = own.live.close
        self.line = ValueLine(values)
        self._aligned = state
        return True

    def base(self, index: int, last: int) -> float:
        """The value at a candle, else the first one after it; NaN where there is none."""
        if self.line is None:
            return math.nan
        value = self.line.at(index)
        if math.isnan(value):
            seen = self.line.closed.values(index, last)
            known = np.flatnonzero(~np.isnan(seen))
            value = float(seen[known[0]]) if known.size else self.line.live
        return value


def values_at(times: IntArray, others: IntArray, values: FloatArray) -> FloatArray:
    """The values of others that have the very same time; NaN where there is none."""
    found = np.full(len(times), np.nan)
    start = int(np.searchsorted(others, times[0]))
    count = min(len(times), len(others) - start)
    if np.array_equal(others[start : start + count], times[:count]):
        found[:count] = values[start : start + count]
        return found
    places = np.minimum(np.searchsorted(others, times), len(others) - 1)
    same = others[places] == times
    found[same] = values[places[same]]
    return found


def values_until(times: IntArray, others: IntArray, values: FloatArray) -> FloatArray:
    """The last value of others at each time; NaN before the first."""
    places = np.searchsorted(others, times, side="right") - 1
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def compared_now(
    before: Iterable[Comparison], symbols: Sequence[Symbol], hidden: Sequence[Symbol]
) -> tuple[Comparison, ...]:
    """One for each symbol; those there were keep their values and colours."""
    kept = {c.symbol: c for c in before if c.symbol in symbols}
    for symbol in symbols:
        if symbol not in kept:
            used = {c.colour for c in kept.values()}
            kept[symbol] = Comparison(symbol, next(c for c in COLOURS if c not in used))
        kept[symbol].hidden = symbol in hidden
    return tuple(kept[symbol] for symbol in dict.fromkeys(symbols))


def factors_of(
    compared: Iterable[Comparison], base: float, index: int, last: int
) -> dict[Symbol, float]:
    """What brings each symbol to the price at the first candle in view, where percents begin."""
    bases = {c.symbol: c.base(index, last) for c in compared if not c.hidden}
    return {symbol: base / other for symbol, other in bases.items() if other > 0 and base > 0}


def extremes_of(
    compared: Iterable[Comparison], factors: dict[Symbol, float], first: int, last: int
) -> list[tuple[float, float]]:
    """Lowest and highest of each symbol in view, on the price scale."""
    found = []
    for each in compared:
        factor = factors.get(each.symbol)
        if factor is not None and each.line is not None:
            low, high = each.line.closed.extremes(first, last)
            found.append((low * factor, high * factor))
    return found


def newest_of(compared: Iterable[Comparison], factors: dict[Symbol, float]) -> list[float]:
    """The newest value of each symbol, on the price scale."""
    return [
        each.line.live * factors[each.symbol]
        for each in compared
        if each.line is not None and each.symbol in factors
    ]
