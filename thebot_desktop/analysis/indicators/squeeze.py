"""Squeeze: calm before a move, and a signal with the momentum when the calm ends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.ranges import RANGE_CANDLES, in_ranges
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import turned, turns
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.plots import Histogram, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_MOMENTUM = 2.0
"""Momentum of so many average ranges is as clear as it gets."""


class Squeeze(Indicator, frozen=True):
    """Buys or sells with the sign of the momentum when the Bollinger bands leave the channel.

    The market is squeezed (1, else 0) while the Bollinger bands lie inside the Keltner channel,
    here made of simple averages of closes and true ranges. Momentum is how far the close lies
    from the mean of its average and the middle of the high and low over the channel's period,
    smoothed by the end of a straight line fitted to the newest such distances. The signal is
    the clearer the larger the momentum is, in average ranges.

    John Carter's TTM Squeeze, "Mastering the Trade" (2005), with linear regression as momentum.
    """

    name: ClassVar[str] = "SQUEEZE"
    title: ClassVar[str] = "Squeeze Momentum"
    group: ClassVar[str] = "Volatility Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("momentum", "squeezed")

    bollinger: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Bollinger Period")] = 20
    deviations: Annotated[float, Meta(ge=0.1, le=100, title="Bollinger Deviations")] = 2.0
    keltner: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Keltner Period")] = 20
    ranges: Annotated[float, Meta(ge=0.1, le=100, title="Keltner Average Ranges")] = 1.5
    momentum: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Momentum Period")] = 12

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Histogram("momentum"),)

    @property
    def lookback(self) -> int:
        periods = self.bollinger, self.keltner + self.momentum - 1, self.keltner + 1, RANGE_CANDLES
        return 1 + max(periods)

    def compute(self, candles: Candles) -> Values:
        average = _call("SMA", self.keltner, candles.close)
        return {
            "momentum": self._momentum(candles, average),
            "squeezed": self._squeezed(candles, average),
        }

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        momentum = values["momentum"]
        _, released = turned(values["squeezed"])

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            size = in_ranges(abs(momentum[at]), candles, at)
            way = "upward" if direction is Direction.BUY else "downward"
            reason = f"Squeeze released with {way} momentum of {size:.1f} average candles"
            return size / CLEAREST_MOMENTUM, reason

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=released & (momentum > 0),
            sells=released & (momentum < 0),
            judge=judge,
        )

    def _momentum(self, candles: Candles, average: FloatArray) -> FloatArray:
        middle = _call("MIDPRICE", self.keltner, candles.high, candles.low)
        middle += average
        middle /= 2
        np.subtract(candles.close, middle, out=middle)
        return _call("LINEARREG", self.momentum, middle)

    def _squeezed(self, candles: Candles, average: FloatArray) -> FloatArray:
        room = _call("SMA", self.keltner, _true_ranges(candles))
        room *= self.ranges
        spread = _call("STDDEV", self.bollinger, candles.close)
        spread *= self.deviations
        room -= spread
        if self.bollinger != self.keltner:
            room -= np.abs(average - _call("SMA", self.bollinger, candles.close))
        squeezed = (room > 0).astype(np.float64)
        squeezed[: max(self.bollinger - 1, self.keltner)] = np.nan
        return squeezed


def _call(function: str, period: int, *columns: FloatArray) -> FloatArray:
    return talib_library.call(function, columns, {"timeperiod": period})[0]


def _true_ranges(candles: Candles) -> FloatArray:
    return talib_library.call("TRANGE", (candles.high, candles.low, candles.close), {})[0]
