"""Breakout: the edges of the recent range, and a signal when the price leaves it for good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta
from numpy.lib.stride_tricks import sliding_window_view

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.parts import in_parts
from thebot_desktop.analysis.turns import BoolArray, delayed, turns
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_SURGE = 5.0
"""A breakout with so many times the volume it needs is as clear as it gets."""

PART = 1 << 16
"""Candles at once; there is little to prepare for each part."""


class Breakout(Indicator, frozen=True):
    """Buys when the close breaks a resistance that had held, sells when it breaks a support.

    Resistance and support are the highest high and lowest low of the candles before. It is a
    breakout (1 upwards, -1 downwards, else 0) when the close crosses such an edge by more than
    the tolerance, the edge had been touched often enough, and the volume is so many times the
    mean of the candles before. Candles side by side within the tolerance of the edge are one
    touch. The signal is the clearer the larger the volume is: five times what it needs is as
    clear as it gets.

    The trading range break of Brock, Lakonishok & LeBaron, Journal of Finance 47:5 (1992), with
    a band around the edge; touches and volume as Edwards & Magee ask for them in "Technical
    Analysis of Stock Trends" (1948).
    """

    name: ClassVar[str] = "BREAKOUT"
    title: ClassVar[str] = "Breakout of the Range"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("resistance", "support", "breakout")
    exact: ClassVar[bool] = True

    period: Annotated[int, Meta(ge=2, le=10_000, title="Candles of the Range")] = 20
    tolerance: Annotated[float, Meta(ge=0, le=50, title="Tolerance in Percent")] = 0.2
    touches: Annotated[int, Meta(ge=1, le=100, title="Touches")] = 2
    surge: Annotated[float, Meta(ge=0, le=1000, title="Times the Usual Volume")] = 1.5

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Line("resistance", dashed=True), Line("support", dashed=True)

    @property
    def lookback(self) -> int:
        return self.period + 2

    def compute(self, candles: Candles) -> Values:
        return in_parts(self._edges, candles, self.lookback, PART)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        def judge(at: int, direction: Direction) -> tuple[float, str]:
            usual = float(candles.volume[at - self.period : at].mean())
            ratio = float(candles.volume[at]) / usual if usual > 0 else 0.0
            edge = "resistance" if direction is Direction.BUY else "support"
            needed = max(self.surge, 1.0) * CLEAREST_SURGE
            price = values[edge][at]
            return ratio / needed, f"Broke the {edge} {price:g} with {ratio:.1f} times the volume"

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=values["breakout"] > 0,
            sells=values["breakout"] < 0,
            judge=judge,
        )

    def _edges(self, candles: Candles) -> Values:
        options = {"timeperiod": self.period}
        resistance = delayed(talib_library.call("MAX", (candles.high,), options)[0], 1)
        support = delayed(talib_library.call("MIN", (candles.low,), options)[0], 1)
        breakout = np.zeros(len(candles))
        breakout[: self.period] = np.nan
        breakout[self._broken(candles, candles.high, resistance, 1)] = 1.0
        breakout[self._broken(candles, candles.low, support, -1)] = -1.0
        return {"resistance": resistance, "support": support, "breakout": breakout}

    def _broken(
        self, candles: Candles, extreme: FloatArray, edge: FloatArray, sign: int
    ) -> IntArray:
        """Where the close breaks ``edge`` upwards or, with a sign of -1, downwards."""
        close, line = candles.close, edge * (1 + sign * self.tolerance / 100)
        places: IntArray = np.flatnonzero(close > line if sign > 0 else close < line)
        places = places[sign * close[places - 1] <= sign * line[places - 1]]
        places = places[self._is_loud(candles.volume, places)]
        tested = sign * edge[places] * (1 - sign * self.tolerance / 100)
        near = sign * self._before(extreme, places) >= tested[:, np.newaxis]
        held: BoolArray = _runs(near) >= self.touches
        return places[held]

    def _is_loud(self, volume: FloatArray, places: IntArray) -> BoolArray:
        loud: BoolArray = volume[places] >= self.surge * self._before(volume, places).mean(axis=1)
        return loud

    def _before(self, values: FloatArray, places: IntArray) -> FloatArray:
        """A row for each place: the values of the candles of the range before it."""
        if not len(places):
            return np.empty((0, self.period))
        rows: FloatArray = sliding_window_view(values, self.period)[places - self.period]
        return rows


def _runs(marks: BoolArray) -> IntArray:
    """How many stretches are marked in each row."""
    begins = marks.copy()
    begins[:, 1:] &= ~marks[:, :-1]
    runs: IntArray = begins.sum(axis=1, dtype=np.int64)
    return runs
