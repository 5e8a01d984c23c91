"""ZoneIndicator: what indicators of zones have in common, whatever makes a zone of theirs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.parts import in_parts
from thebot_desktop.analysis.ranges import RANGE_CANDLES
from thebot_desktop.analysis.zones import Fates, Found, nearest, zone_rows, zone_signals
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Drawn, Plot
from thebot_desktop.domain.shapes import Shapes
from thebot_desktop.domain.signals import Signal

Followed = tuple[tuple[Found, Fates], tuple[Found, Fates]]
"""Bullish and bearish zones and what became of them."""


class ZoneIndicator(Indicator, frozen=True):
    """Zones below and above the price; the values are the edges that it would come to first."""

    group: ClassVar[str] = "Price Levels"
    outputs: ClassVar[tuple[str, ...]] = ("bullish", "bearish")
    label_fields: ClassVar[int] = 1
    exact: ClassVar[bool] = True
    noun: ClassVar[str]
    """What one zone is called."""
    mark: ClassVar[str]
    """The same, short, for the chart."""
    fills: ClassVar[bool] = False
    """Whether the chart shows how much of a zone prices have filled."""

    @abstractmethod
    def followed(self, candles: Candles, *, counted: bool = True) -> Followed:
        """The zones; ``counted``: with the visits of the price to each."""
        raise NotImplementedError

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Drawn(),)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs)

    @property
    def shape_memory(self) -> int:
        return self.lookback

    def compute(self, candles: Candles) -> Values:
        return in_parts(self._edges, candles, self.lookback)

    def shapes(self, candles: Candles) -> Shapes:
        zones = zone_rows(candles, self.followed(candles))
        return Shapes(zones=zones, noun=self.mark, fill=self.fills)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        return zone_signals(
            series,
            candles,
            start,
            source=self.label,
            noun=self.noun,
            memory=self.lookback + RANGE_CANDLES,
            follow_all=self.followed,
        )

    def _edges(self, candles: Candles) -> Values:
        count = len(candles)
        followed = self.followed(candles, counted=False)
        edges = [nearest(z.near, z.born, f.ended, count, z.side) for z, f in followed]
        return dict(zip(self.outputs, edges, strict=True))
