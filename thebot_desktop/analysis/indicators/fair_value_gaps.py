"""Fair value gaps: prices that three candles jumped over, and a signal when one holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.parts import in_parts
from thebot_desktop.analysis.ranges import RANGE_CANDLES
from thebot_desktop.analysis.zones import Fates, Found, follow, nearest, zone_rows, zone_signals
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Drawn, Plot
from thebot_desktop.domain.shapes import Shapes, Side
from thebot_desktop.domain.signals import Signal


class FairValueGaps(Indicator, frozen=True):
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
    group: ClassVar[str] = "Price Levels"
    outputs: ClassVar[tuple[str, ...]] = ("bullish", "bearish")
    label_fields: ClassVar[int] = 1

    minimum: Annotated[float, Meta(ge=0, le=50, title="Smallest Gap in Percent")] = 0.1
    fill: Annotated[float, Meta(ge=1, le=100, title="Filled at Percent")] = 100.0
    retests: Annotated[int, Meta(ge=1, le=100, title="Good for Retests")] = 3
    age: Annotated[int, Meta(ge=1, le=5000, title="Candles until it is too old")] = 200

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Drawn(),)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs)

    @property
    def lookback(self) -> int:
        return self.age + 3

    @property
    def shape_memory(self) -> int:
        return self.lookback

    def exact_start(self, open_time: IntArray) -> int | None:
        return max(0, len(open_time) - self.lookback)

    def compute(self, candles: Candles) -> Values:
        return in_parts(self._edges, candles, self.lookback)

    def shapes(self, candles: Candles) -> Shapes:
        return Shapes(zones=zone_rows(candles, self._gaps(candles)), noun="FVG", fill=True)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        return zone_signals(
            series,
            candles,
            start,
            source=self.label,
            noun="gap",
            memory=self.lookback + RANGE_CANDLES,
            follow_all=self._gaps,
        )

    def _edges(self, candles: Candles) -> Values:
        count = len(candles)
        followed = self._gaps(candles, counted=False)
        edges = [nearest(g.near, g.born, f.ended, count, g.side) for g, f in followed]
        return dict(zip(self.outputs, edges, strict=True))

    def _gaps(
        self, candles: Candles, *, counted: bool = True
    ) -> tuple[tuple[Found, Fates], tuple[Found, Fates]]:
        """Bullish and bearish gaps and what became of them."""
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
