"""Pivot points: levels made of the last whole day, week or month, and a signal when one holds."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.held_tests import held_tests
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.periods import Period, held_until_next, period_begins
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, Interval, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Signal


class Method(Enum):
    """Which formula makes the levels."""

    STANDARD = "STANDARD"
    FIBONACCI = "FIBONACCI"
    CAMARILLA = "CAMARILLA"
    DEMARK = "DEMARK"


FIBONACCI_SHARES = 0.382, 0.618, 1.0
CAMARILLA_SHARES = 1.1 / 12, 1.1 / 6, 1.1 / 4, 1.1 / 2
PAIRS = {Method.STANDARD: 3, Method.FIBONACCI: 3, Method.CAMARILLA: 4, Method.DEMARK: 1}


class PivotPoints(Indicator, frozen=True):
    """Buys when a level below the price holds, sells when one above it does.

    A level holds when a candle reaches it from outside and closes on the side it came from; the
    pivot itself may hold from both. The signal is the clearer the further the close is from the
    level, in average ranges. Levels come from open, high, low and close of the last UTC day, week
    (from Monday) or month of which all candles are given; the look-back is that for candles of a
    minute, longer candles need fewer. Candles longer than the period are taken as a period each.

    The standard levels are those of floor traders, with P = (H+L+C)/3 (J. Person, "A Complete
    Guide to Technical Trading Tactics", 2004); Fibonacci's put shares of the range around the same
    P. Camarilla's put 1.1/12 to 1.1/2 of the range around the close (N. Scott, 1989). DeMark's
    weigh the range by whether the close was above the open (T. DeMark, "The New Science of
    Technical Analysis", 1994) and have one pair. Only Camarilla's have a fourth.
    """

    name: ClassVar[str] = "PIVOTS"
    title: ClassVar[str] = "Pivot Points"
    group: ClassVar[str] = "Price Levels"
    outputs: ClassVar[tuple[str, ...]] = ("pp", "r1", "r2", "r3", "r4", "s1", "s2", "s3", "s4")
    label_fields: ClassVar[int] = 0

    method: Annotated[Method, Meta(title="Formula")] = Method.STANDARD
    period: Annotated[Period, Meta(title="Made of the last")] = Period.DAY

    @property
    def plots(self) -> tuple[Plot, ...]:
        return tuple(Line(name, dashed=name != "pp") for name in self._levels)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs) - frozenset(self._levels)

    @property
    def lookback(self) -> int:
        return self.period.lookback()

    def lookback_for(self, interval: Interval) -> int:
        return self.period.lookback(interval)

    def exact_start(self, open_time: IntArray) -> int | None:
        begins = period_begins(open_time, self.period)
        return int(begins[-2]) if len(begins) > 1 else 0

    def compute(self, candles: Candles) -> Values:
        begins = period_begins(candles.open_time, self.period)
        levels = _LEVELS[self.method](*_bars(candles, begins))
        rows = held_until_next(levels, begins, len(candles))
        known = dict(zip(self._levels, rows, strict=True))
        return {o: known[o] if o in known else np.full(len(candles), np.nan) for o in self.outputs}

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        return held_tests(
            series,
            candles,
            start,
            source=self.label,
            supports={n.upper(): values[n] for n in ("pp", *self._names("s"))},
            resistances={n.upper(): values[n] for n in ("pp", *self._names("r"))},
        )

    @property
    def _levels(self) -> tuple[str, ...]:
        return ("pp", *self._names("r"), *self._names("s"))

    def _names(self, side: str) -> tuple[str, ...]:
        return tuple(f"{side}{i + 1}" for i in range(PAIRS[self.method]))


def _bars(candles: Candles, begins: IntArray) -> tuple[FloatArray, ...]:
    """Open, high, low and close of each whole period."""
    if len(begins) < 2:
        return (np.empty(0),) * 4
    first, end = begins[:-1], begins[-1]
    high = np.maximum.reduceat(candles.high[:end], first)
    low = np.minimum.reduceat(candles.low[:end], first)
    return candles.open[first], high, low, candles.close[begins[1:] - 1]


def _standard(_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    pivot, spread = (high + low + close) / 3, high - low
    above = 2 * pivot - low, pivot + spread, high + 2 * (pivot - low)
    below = 2 * pivot - high, pivot - spread, low - 2 * (high - pivot)
    return np.stack([pivot, *above, *below])


def _fibonacci(_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    pivot = (high + low + close) / 3
    return _around(pivot, pivot, high - low, FIBONACCI_SHARES)


def _camarilla(_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    return _around((high + low + close) / 3, close, high - low, CAMARILLA_SHARES)


def _around(
    pivot: FloatArray, middle: FloatArray, spread: FloatArray, shares: tuple[float, ...]
) -> FloatArray:
    above = [middle + share * spread for share in shares]
    below = [middle - share * spread for share in shares]
    return np.stack([pivot, *above, *below])


def _demark(open_: FloatArray, high: FloatArray, low: FloatArray, close: FloatArray) -> FloatArray:
    weighed = high + low + np.where(close > open_, high, np.where(close < open_, low, close))
    total = weighed + close
    return np.stack([total / 4, total / 2 - low, total / 2 - high])


_LEVELS = {
    Method.STANDARD: _standard,
    Method.FIBONACCI: _fibonacci,
    Method.CAMARILLA: _camarilla,
    Method.DEMARK: _demark,
}
