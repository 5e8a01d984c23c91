"""Squeeze: calm before a move, and a signal with the momentum when the calm ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.analysis.ranges import RANGE_CANDLES, in_ranges
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD, Handle
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

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        if len(candles) < self.lookback:
            return None
        return SqueezeStream(self, candles), self.compute(candles)

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
        distance = np.subtract(candles.close, middle, out=middle)
        return _call("LINEARREG", self.momentum, distance)

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


class SqueezeStream:
    """The same formulas on the handles of the library."""

    def __init__(self, squeeze: Squeeze, candles: Candles) -> None:
        close, edges = candles.close, (candles.high, candles.low)
        self._squeeze = squeeze
        self._average, average = _open("SMA", squeeze.keltner, close)
        self._mean, _ = _open("SMA", squeeze.bollinger, close)
        self._spread, _ = _open("STDDEV", squeeze.bollinger, close)
        self._middle, middle = _open("MIDPRICE", squeeze.keltner, *edges)
        self._momentum, _ = _open("LINEARREG", squeeze.momentum, close - (middle + average) / 2)
        self._range, true_ranges = _open("TRANGE", None, *edges, close)
        self._room, _ = _open("SMA", squeeze.keltner, true_ranges)

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self._next(candles, at, lambda handle, *inputs: float(handle.update(*inputs)))

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        return self._next(candles, at, lambda handle, *inputs: float(handle.peek(*inputs)))

    def _next(self, candles: Candles, at: int, step: Callable[..., float]) -> tuple[float, ...]:
        high, low, close = candles.high[at], candles.low[at], candles.close[at]
        average, mean = step(self._average, close), step(self._mean, close)
        distance = close - (step(self._middle, high, low) + average) / 2
        room = step(self._room, step(self._range, high, low, close)) * self._squeeze.ranges
        room -= step(self._spread, close) * self._squeeze.deviations
        if self._squeeze.bollinger != self._squeeze.keltner:
            room -= abs(average - mean)
        return step(self._momentum, distance), float(room > 0)


def _open(function: str, period: int | None, *columns: FloatArray) -> tuple[Handle, FloatArray]:
    options = {} if period is None else {"timeperiod": period}
    opened = talib_library.open_handle(function, columns, options)
    assert opened is not None, f"the look-back is too short for {function}"
    return opened[0], opened[1][0]


def _call(function: str, period: int, *columns: FloatArray) -> FloatArray:
    return talib_library.call(function, columns, {"timeperiod": period})[0]


def _true_ranges(candles: Candles) -> FloatArray:
    return talib_library.call("TRANGE", (candles.high, candles.low, candles.close), {})[0]
