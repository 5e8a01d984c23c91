"""ATR stop: hung from the best price of the trend, and a signal when it is hit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.analysis.ranges import in_ranges
from thebot_desktop.analysis.smoothing import until_broken, wilder
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD, Handle
from thebot_desktop.analysis.trailing import State, follow_stop, next_stop
from thebot_desktop.analysis.turns import turned, turns
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_BREAK = 1.0
"""A close so many average ranges beyond the stop is as clear as it gets."""


class AtrStop(Indicator, frozen=True):
    """Sells when the close falls below the stop of a rising trend, buys in the mirror of that.

    The stop hangs a multiple of Wilder's average true range below the highest high since the
    trend began, and never falls; a candle that moved further than that brings it no closer than
    its close. When a close breaks it, the trend (1 or -1) turns and the stop of the other side
    begins from that candle. The signal is the clearer the further the close is
    beyond the stop, in average ranges.

    Chuck LeBeau's Chandelier Exit, in Alexander Elder, "Come Into My Trading Room" (2002).
    """

    name: ClassVar[str] = "ATRSTOP"
    title: ClassVar[str] = "ATR Stop (Chandelier)"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("stop", "trend")

    timeperiod: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD, title="Time Period")] = 22
    multiplier: Annotated[float, Meta(ge=0.1, le=100, title="Average Ranges")] = 3.0

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Line("stop"),)

    @property
    def lookback(self) -> int:
        return 1 + self.timeperiod + wilder(self.timeperiod) + until_broken(self.multiplier)

    def compute(self, candles: Candles) -> Values:
        columns = candles.high, candles.low, candles.close
        reach = talib_library.call("ATR", columns, {"timeperiod": self.timeperiod})[0]
        reach *= self.multiplier
        stop, trend = np.full((2, len(candles)), np.nan)
        if len(candles) > self.timeperiod:
            known = slice(self.timeperiod, None)
            close, reach = candles.close[known], reach[known]
            below = candles.high[known] - reach
            np.minimum(below, close, out=below)
            above = np.add(candles.low[known], reach, out=reach)
            np.maximum(above, close, out=above)
            rising = bool(close[0] >= candles.close[0])
            follow_stop(close, below, above, stop[known], trend[known], rising=rising)
        return {"stop": stop, "trend": trend}

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        columns = candles.high, candles.low, candles.close
        opened = talib_library.open_handle("ATR", columns, {"timeperiod": self.timeperiod})
        if opened is None:
            return None
        values = self.compute(candles)
        state = float(values["stop"][-1]), float(values["trend"][-1])
        return AtrStopStream(opened[0], self.multiplier, state), values

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        stop = values["stop"]
        up, down = turned(values["trend"])

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            beyond = in_ranges(abs(candles.close[at] - stop[at - 1]), candles, at)
            side = "above" if direction is Direction.BUY else "below"
            reason = f"Close {beyond:.1f} average candles {side} the stop"
            return beyond / CLEAREST_BREAK, reason

        return turns(series, candles, start, source=self.label, buys=up, sells=down, judge=judge)


class AtrStopStream:
    """The average range carried forward, and the stop from candle to candle."""

    def __init__(self, average_range: Handle, multiplier: float, state: State) -> None:
        self._range = average_range
        self._multiplier = multiplier
        self._state = state

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        self._state = self.peek(candles, at)
        self._range.update(candles.high[at], candles.low[at], candles.close[at])
        return self._state

    def peek(self, candles: Candles, at: int) -> State:
        high, low, close = candles.high[at], candles.low[at], candles.close[at]
        reach = self._range.peek(high, low, close) * self._multiplier
        return next_stop(self._state, close, min(high - reach, close), max(low + reach, close))
