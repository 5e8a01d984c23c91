"""VWAP: the mean price weighted by volume since the session began, and a signal at the line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, starmap
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.ranges import in_ranges
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

    def compute(self, candles: Candles) -> Values:
        typical = (candles.high + candles.low + candles.close) / 3
        mean, spread = np.full((2, len(candles)), np.nan)
        for part in self._sessions(candles.open_time):
            mean[part], spread[part] = _mean_and_spread(typical[part], candles.volume[part])
        spread *= self.deviations
        return {"vwap": mean, "upperband": mean + spread, "lowerband": mean - spread}

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

    def _sessions(self, open_time: IntArray) -> Iterator[slice]:
        """The stretches that begin at their first candle: none of them is a part of one."""
        if not len(open_time):
            return
        first = int(open_time[0])
        if self.anchor:
            anchor = self.anchor * MINUTE_MS
            if first <= anchor:
                yield slice(int(np.searchsorted(open_time, anchor)), None)
            return
        begins = (np.flatnonzero(np.diff(open_time // DAY_MS)) + 1).tolist()
        if first % DAY_MS == 0:
            begins.insert(0, 0)
        yield from starmap(slice, pairwise([*begins, len(open_time)]))


def _mean_and_spread(prices: FloatArray, volume: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Running mean and deviation by weight; until something was traded, the price itself.

    Sums are of distances from the first price: squares of whole prices would cancel each other.
    """
    if not len(prices):
        return prices, prices
    distance = prices - prices[0]
    weighted = distance * volume
    total = np.cumsum(volume)
    # Nothing was traded yet where the total is 0, and so are the sums.
    known = np.where(total > 0, total, 1.0)
    mean = np.cumsum(weighted) / known
    variance = np.cumsum(weighted * distance) / known - mean * mean
    mean = np.where(total > 0, mean, distance) + prices[0]
    return mean, np.sqrt(np.maximum(variance, 0.0))
