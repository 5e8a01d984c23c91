"""SuperTrend: a stop that follows the price, and a signal when the price breaks it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.functions import Call, Found, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.ranges import in_ranges
from thebot_desktop.analysis.smoothing import until_broken, wilder
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import turned, turns
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_BREAK = 1.0
"""A close so many average ranges beyond the stop is as clear as it gets."""


class SuperTrend(FunctionIndicator, frozen=True):
    """Buys when the close breaks the stop above it, sells when it breaks the one below it.

    The stop lies a multiple of the average true range from the middle of the candle, above it
    in a falling and below it in a rising trend; while the trend lasts it only comes nearer.
    There is a signal where the trend turns, not while it goes on. It is the clearer the further
    the close is beyond the stop, in average ranges.

    The formula is Olivier Seban's, as TA-Lib computes it with Wilder's average true range.
    """

    name: ClassVar[str] = "SUPERTREND"
    title: ClassVar[str] = "SuperTrend"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("supertrend", "trend")

    timeperiod: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD, title="Time Period")] = 10
    multiplier: Annotated[float, Meta(ge=0.1, le=100, title="Average Ranges")] = 3.0

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Line("supertrend"),)

    @property
    def lookback(self) -> int:
        return 1 + self.timeperiod + wilder(self.timeperiod) + until_broken(self.multiplier)

    @property
    def calls(self) -> tuple[Call, ...]:
        options = {"timeperiod": self.timeperiod, "multiplier": self.multiplier}
        return (Call("SUPERTREND", ("high", "low", "close"), options),)

    def combine(self, *found: Found) -> tuple[Found, ...]:
        stop, trend = found
        return stop, np.where(np.isnan(stop), np.nan, trend)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        stop = values["supertrend"]
        up, down = turned(values["trend"])

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            beyond = in_ranges(abs(candles.close[at] - stop[at - 1]), candles, at)
            side = "above" if direction is Direction.BUY else "below"
            reason = f"SuperTrend turned: the close is {beyond:.1f} average candles {side} the stop"
            return beyond / CLEAREST_BREAK, reason

        return turns(series, candles, start, source=self.label, buys=up, sells=down, judge=judge)
