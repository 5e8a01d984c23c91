"""Fair value gaps: prices that three candles jumped over, and a signal when one holds."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.zone_indicator import Followed, ZoneIndicator
from thebot_desktop.analysis.zones import Fates, Found, follow
from thebot_desktop.domain.market import Candles, FloatArray, IntArray
from thebot_desktop.domain.shapes import Side


class FairValueGaps(ZoneIndicator, frozen=True):
    """Buys when a gap below the price holds, sells when one above it does.

    A gap is bullish when the low of a candle is above the high of the candle before last, bearish
    when its high is below that one's low, and it is so large in percent of its lower edge. It is
    open until prices have filled so much of it, or come back to it once more than the retests it
    is good for, or it is too old. A retest begins with a candle that reaches into the gap after
    one that did not. The outputs are the edges of the open gaps that prices would come to first.

    A gap holds when a candle after one that was outside reaches its edge and closes outside. The
    signal is the clearer the further that close is away, in average ranges.

    The imbalance of three candles is M. Huddleston's ("The Inner Circle Trader"), who also
    has the price come back to it.
    """

    name: ClassVar[str] = "FVG"
    title: ClassVar[str] = "Fair Value Gaps"
    noun: ClassVar[str] = "gap"
    mark: ClassVar[str] = "FVG"
    fills: ClassVar[bool] = True

    minimum: Annotated[float, Meta(ge=0, le=50, title="Smallest Gap in Percent")] = 0.1
    fill: Annotated[float, Meta(ge=1, le=100, title="Filled at Percent")] = 100.0
    retests: Annotated[int, Meta(ge=1, le=100, title="Good for Retests")] = 3
    age: Annotated[int, Meta(ge=1, le=5000, title="Candles until it is too old")] = 200

    @property
    def lookback(self) -> int:
        return self.age + 3

    def followed(self, candles: Candles, *, counted: bool = True) -> Followed:
        high, low = candles.high, candles.low
        rising = self._jumps(high[:-2], low[2:])
        falling = self._jumps(high[2:], low[:-2])
        bullish = Found(Side.SUPPORT, rising + 1, rising + 2, high[rising], low[rising + 2])
        bearish = Found(Side.RESISTANCE, falling + 1, falling + 2, high[falling + 2], low[falling])
        fates = [self._fates(candles, each, counted=counted) for each in (bullish, bearish)]
        return (bullish, fates[0]), (bearish, fates[1])

    def _jumps(self, bottom: FloatArray, top: FloatArray) -> IntArray:
        found: IntArray = np.flatnonzero(top >= bottom * (1 + self.minimum / 100))
        return found[top[found] > bottom[found]]

    def _fates(self, candles: Candles, found: Found, *, counted: bool) -> Fates:
        """Filled by a price at the level, not only beyond it."""
        level = np.nextafter(found.upto(self.fill / 100), found.sign * np.inf)
        return follow(
            candles,
            found,
            age=self.age,
            broken=level,
            by_close=False,
            tests=self.retests,
            counted=counted,
        )
