"""Relative volume: how many times the usual volume, and a signal when it surges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.crossing import crossed_above
from thebot_desktop.analysis.indicator import Indicator, IndicatorStream, Values
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD, Handle
from thebot_desktop.analysis.turns import delayed, turns
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Histogram, Level, Plot
from thebot_desktop.domain.signals import Direction, Signal


class RelativeVolume(Indicator, frozen=True):
    """Speaks when the volume surges: buys if the candle rose, sells if it fell.

    The volume is divided by the mean volume of the candles before it; where they had none, the
    ratio is not known. A surge is the ratio rising above its limit. The signal is the clearer
    the more of the candle's range lies between its open and its close.
    """

    name: ClassVar[str] = "RVOL"
    title: ClassVar[str] = "Relative Volume"
    group: ClassVar[str] = "Volume Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("real",)
    label_fields: ClassVar[int] = 1

    timeperiod: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD, title="Time Period")] = 20
    surge: Annotated[float, Meta(ge=1, le=1000, title="Surge above")] = 2.0

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Histogram("real"), Level(1.0), Level(self.surge)

    @property
    def lookback(self) -> int:
        return self.timeperiod + 1

    def open(self, candles: Candles) -> tuple[IndicatorStream, Values] | None:
        opened = talib_library.open_handle("SMA", (candles.volume,), self._options)
        return (RelativeVolumeStream(opened[0]), self.compute(candles)) if opened else None

    def compute(self, candles: Candles) -> Values:
        mean = delayed(talib_library.call("SMA", (candles.volume,), self._options)[0], 1)
        ratio = np.full(len(mean), np.nan)
        np.divide(candles.volume, mean, out=ratio, where=mean > 0)
        return {"real": ratio}

    @property
    def _options(self) -> dict[str, float]:
        return {"timeperiod": self.timeperiod}

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        ratio = values["real"]
        surged = crossed_above(ratio, self.surge)

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            body = abs(candles.close[at] - candles.open[at])
            moved = "rose" if direction is Direction.BUY else "fell"
            reason = f"{ratio[at]:.1f} times the usual volume while the price {moved}"
            return float(body / (candles.high[at] - candles.low[at])), reason

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=surged & (candles.close > candles.open),
            sells=surged & (candles.close < candles.open),
            judge=judge,
        )


class RelativeVolumeStream:
    """The mean volume of the candles before, carried forward."""

    def __init__(self, mean: Handle) -> None:
        self._mean = mean

    def close(self, candles: Candles, at: int) -> tuple[float, ...]:
        ratio = self.peek(candles, at)
        self._mean.update(candles.volume[at])
        return ratio

    def peek(self, candles: Candles, at: int) -> tuple[float, ...]:
        mean = self._mean.value
        return (candles.volume[at] / mean if mean > 0 else math.nan,)
