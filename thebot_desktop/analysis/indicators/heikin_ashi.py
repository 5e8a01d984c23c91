"""Heikin-Ashi trend: the bodies of averaged candles, and a signal when their colour turns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.functions import Call, Found, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.smoothing import settled_after
from thebot_desktop.analysis.turns import BoolArray, turns
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.plots import Histogram, Plot
from thebot_desktop.domain.signals import Direction, Signal

ROUNDING = 1e-12
"""A body smaller than this share of the price is no body."""


class HeikinAshiTrend(FunctionIndicator, frozen=True):
    """Buys when averaged candles have turned to rising, sells when they have turned to falling.

    An averaged candle closes at the mean of the four prices and opens in the middle of the
    averaged body before it. The trend has turned when ``confirm`` bodies in a row have one
    colour and the one before them had not. The signal is the clearer the more of the averaged
    candle's range is its body: one without a wick against the trend shows a strong trend.

    Dan Valcu, "Using the Heikin-Ashi Technique", Stocks & Commodities 22:2 (2004).
    """

    name: ClassVar[str] = "HATREND"
    title: ClassVar[str] = "Heikin-Ashi Trend"
    group: ClassVar[str] = "Momentum Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("body",)

    confirm: Annotated[int, Meta(ge=1, le=100, title="Candles in a Row")] = 2

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Histogram("body"),)

    @property
    def lookback(self) -> int:
        return 1 + settled_after(1 / 2) + self.confirm

    @property
    def calls(self) -> tuple[Call, ...]:
        return (Call("HA", ("open", "high", "low", "close"), {}),)

    def combine(self, *found: Found) -> tuple[Found, ...]:
        opened, _, _, closed = found
        body = closed - opened
        return (np.where(np.abs(body) <= ROUNDING * np.abs(closed), 0.0, body),)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        body = values["body"]
        up, down = _turned_for(body > 0, self.confirm), _turned_for(body < 0, self.confirm)

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            colour = "rising" if direction is Direction.BUY else "falling"
            share = _share_of_range(candles, float(body[at]), at)
            number = f"{self.confirm} in a row" if self.confirm > 1 else "the first"
            return share, f"Averaged candles turned {colour}, {number}, body {share:.0%} of range"

        return turns(series, candles, start, source=self.label, buys=up, sells=down, judge=judge)


def _averaged(candles: Candles) -> tuple[FloatArray, ...]:
    columns = candles.open, candles.high, candles.low, candles.close
    return talib_library.call("HA", columns, {})


def _turned_for(colour: BoolArray, confirm: int) -> BoolArray:
    """Where ``colour`` has lasted exactly so many candles; since when the first has is unknown."""
    places = np.arange(len(colour))
    last_other = np.maximum.accumulate(np.where(colour, -1, places))
    lasted: BoolArray = places - last_other == confirm
    return lasted & (last_other >= 0)


def _share_of_range(candles: Candles, body: float, at: int) -> float:
    """The body's share of the averaged candle at ``at``."""
    past = candles.upto(at + 1).last(1 + settled_after(1 / 2))
    _, high, low, _ = _averaged(past)
    return abs(body) / float(high[-1] - low[-1])
