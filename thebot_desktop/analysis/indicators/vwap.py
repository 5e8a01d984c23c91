"""VWAP: the mean price weighted by volume since the session began, and a signal at the line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.periods import few_at_once
from thebot_desktop.analysis.ranges import in_ranges
from thebot_desktop.analysis.sums import running_sums
from thebot_desktop.analysis.turns import turns
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.domain.time import DAY_MS, MINUTE_MS

LAST_MINUTE = 2_000_000_000
CLEAREST_CROSSING = 1.0
"""A close so many average ranges beyond the line is as clear as it gets."""


class Vwap(Indicator, frozen=True):
    """Buys when the close crosses above the mean price of the session, sells when below.

    The mean is that of the typical prices (high + low + close) / 3, weighted by volume, since
    the session began: each UTC day, or once and for all at the chosen minute. The bands lie so
    many standard deviations around it, weighted in the same way. Where the candles begin in the
    middle of a session its values are not known, rather than those of a part of it. The signal
    is the clearer the further the close is beyond the line, in average ranges.

    Berkowitz, Logue & Noser, "The Total Cost of Transactions on the NYSE", Journal of Finance
    43:1 (1988).
    """

    name: ClassVar[str] = "VWAP"
    title: ClassVar[str] = "Volume Weighted Average Price"
    group: ClassVar[str] = "Volume Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("vwap", "upperband", "lowerband")
    label_fields: ClassVar[int] = 0
    anchored: ClassVar[bool] = True

    anchor: Annotated[int, Meta(ge=0, le=LAST_MINUTE, title="Begins at Minute (UTC)")] = 0
    """Minutes since the epoch; 0 begins anew each day."""
    deviations: Annotated[float, Meta(ge=0.1, le=100, title="Deviations")] = 2.0

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Line("vwap"), Line("upperband", dashed=True), Line("lowerband", dashed=True)

    @property
    def lookback(self) -> int:
        return 1

    def exact_start(self, open_time: IntArray) -> int | None:
        begins = self._begins(open_time)
        return int(begins[-1]) if len(begins) else 0

    def compute(self, candles: Candles) -> Values:
        found = np.full((3, len(candles)), np.nan)
        for begins, end in few_at_once(self._begins(candles.open_time), len(candles)):
            part = slice(int(begins[0]), end)
            prices = candles.high[part] + candles.low[part]
            prices += candles.close[part]
            prices /= 3
            volume = np.ascontiguousarray(candles.volume[part])
            _fill(found[:, part], prices, volume, begins - begins[0], self.deviations)
        return dict(zip(self.outputs, found, strict=True))

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        mean = values["vwap"]

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            beyond = in_ranges(abs(candles.close[at] - mean[at]), candles, at)
            side = "above" if direction is Direction.BUY else "below"
            return (
                beyond / CLEAREST_CROSSING,
                f"Close crossed {side} VWAP, by {beyond:.1f} average candles",
            )

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=crossed_above(candles.close, mean),
            sells=crossed_below(candles.close, mean),
            judge=judge,
        )

    def _begins(self, open_time: IntArray) -> IntArray:
        """Where sessions begin that are there from their first candle on."""
        if not len(open_time):
            return np.empty(0, np.int64)
        first, last = int(open_time[0]), int(open_time[-1])
        edges = np.arange(-(-first // DAY_MS), last // DAY_MS + 1) * DAY_MS
        if self.anchor:
            edges = np.array([self.anchor * MINUTE_MS])
        begins: IntArray = np.unique(np.searchsorted(open_time, edges[edges >= first]))
        return begins[begins < len(open_time)]


def _fill(
    found: FloatArray,
    prices: FloatArray,
    volume: FloatArray,
    begins: IntArray,
    deviations: float,
) -> None:
    """Running mean and bands by weight; until something was traded, the price itself.

    Sums are of distances from the first price: squares of whole prices would cancel each other.
    """
    first = np.repeat(prices[begins], np.diff(begins, append=len(prices)))
    distance = prices - first
    weighted = distance * volume
    total = running_sums(volume, begins)
    untraded = np.empty(0, np.int64)
    if (total[begins] <= 0.0).any():  # totals only grow
        untraded = np.flatnonzero(total <= 0.0)
    total[untraded] = 1.0
    mean = running_sums(weighted, begins)
    mean /= total
    weighted *= distance
    spread = running_sums(weighted, begins)
    spread /= total
    spread -= mean * mean
    np.maximum(spread, 0.0, out=spread)
    np.sqrt(spread, out=spread)
    spread *= deviations
    mean += first
    mean[untraded] = prices[untraded]
    found[0] = mean
    np.add(mean, spread, out=found[1])
    np.subtract(mean, spread, out=found[2])
