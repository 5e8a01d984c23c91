"""Support and resistance: prices where the market turned more than once, and a signal there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.held_tests import held_tests
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.searching import first_beyond
from thebot_desktop.analysis.swings import swing_highs, swing_lows
from thebot_desktop.analysis.zones import nearest
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Drawn, Plot
from thebot_desktop.domain.shapes import LEVEL, OPEN_ENDED, LevelArray, Shapes, Side
from thebot_desktop.domain.signals import Signal

WING = 5
"""A swing stands out from so many candles before and after it."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Levels of one side; places are candles' indices."""

    side: Side
    began: IntArray
    """The first touch."""
    born: IntArray
    """Where the last touch was known to be one."""
    ended: IntArray
    """The candle that ended the level; as many as there are candles where it still counts."""
    price: FloatArray
    touches: IntArray


class SupportResistance(Indicator, frozen=True):
    """Buys when the support below the price holds, sells when the resistance above it does.

    A resistance is the mean of so many swing highs, each within the look-back and the tolerance
    of the newest of them; a support is one of swing lows. A swing stands out from five candles
    before and five after it, and is known only then. A level counts until a candle closes beyond
    its tolerance, until another swing joins it and makes a new one, or until its last touch is
    older than the look-back. The outputs are the levels that prices would come to first.

    A level holds when a candle after one that was outside reaches it and closes outside. The
    signal is the clearer the further that close is away, in average ranges.

    Edwards & Magee, "Technical Analysis of Stock Trends" (1948), draw them through two turns.
    """

    name: ClassVar[str] = "SR"
    title: ClassVar[str] = "Support and Resistance"
    group: ClassVar[str] = "Price Levels"
    outputs: ClassVar[tuple[str, ...]] = ("support", "resistance")
    exact: ClassVar[bool] = True
    label_fields: ClassVar[int] = 2

    period: Annotated[int, Meta(ge=10, le=5000, title="Candles Looked Back")] = 50
    touches: Annotated[int, Meta(ge=2, le=20, title="Touches")] = 2
    tolerance: Annotated[float, Meta(ge=0, le=20, title="Tolerance in Percent")] = 0.1

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Drawn(),)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs)

    @property
    def lookback(self) -> int:
        return 2 * self.period + 2 * WING + 2

    def compute(self, candles: Candles) -> Values:
        count = len(candles)
        edges = [nearest(t.price, t.born, t.ended, count, t.side) for t in self._levels(candles)]
        return dict(zip(self.outputs, edges, strict=True))

    def shapes(self, candles: Candles) -> Shapes:
        rows = np.concatenate([_rows(candles, turns) for turns in self._levels(candles)])
        return Shapes(levels=rows[np.argsort(rows["begin"], kind="stable")])

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        return held_tests(
            series,
            candles,
            start,
            source=self.label,
            supports={"Support": values["support"]},
            resistances={"Resistance": values["resistance"]},
        )

    def _levels(self, candles: Candles) -> tuple[Turns, Turns]:
        lows, highs = swing_lows(candles.low, WING), swing_highs(candles.high, WING)
        return (
            self._grouped(Side.SUPPORT, candles, lows, candles.low[lows]),
            self._grouped(Side.RESISTANCE, candles, highs, candles.high[highs]),
        )

    def _grouped(self, side: Side, candles: Candles, swings: IntArray, prices: FloatArray) -> Turns:
        """Each swing with those before it that belong to the same level."""
        count, total, began = np.ones(len(swings), np.int64), prices.copy(), swings.copy()
        pairs = list(self._pairs(swings, prices))
        for older, newer in pairs:
            count[newer] += 1
            total[newer] += prices[older]
            began[newer] = swings[older]
        enough = count >= self.touches
        stops = np.minimum(swings + 1 + self.period, len(candles))
        for older, newer in pairs:
            over = np.where(enough[newer], swings[newer] + WING, len(candles))
            stops[older] = np.minimum(stops[older], over)
        is_level = np.flatnonzero(enough)
        price, last = total[is_level] / count[is_level], swings[is_level]
        ended = self._broken(side, candles, last, price, stops[is_level])
        kept = np.flatnonzero(last + WING < ended)
        last, is_level = last[kept], is_level[kept]
        return Turns(side, began[is_level], last + WING, ended[kept], price[kept], count[is_level])

    def _pairs(self, swings: IntArray, prices: FloatArray) -> Iterable[tuple[IntArray, IntArray]]:
        """Swings of the same level, the older and the newer one; those next to each other first."""
        room = prices * self.tolerance / 100
        for back in range(1, min(self.period // (WING + 1) + 1, len(swings))):
            near = np.abs(prices[back:] - prices[:-back]) <= room[back:]
            near &= swings[back:] - swings[:-back] <= self.period
            older = np.flatnonzero(near)
            yield older, older + back

    def _broken(
        self, side: Side, candles: Candles, last: IntArray, price: FloatArray, stops: IntArray
    ) -> IntArray:
        """Where a close is beyond the tolerance, or the stop."""
        sign = -1 if side is Side.SUPPORT else 1
        edge = price * (1 + sign * self.tolerance / 100)
        return first_beyond(candles.close, last + 1, stops, edge, sign)


def _rows(candles: Candles, turns: Turns) -> LevelArray:
    rows = np.zeros(len(turns.born), LEVEL)
    over = turns.ended < len(candles)
    rows["begin"] = candles.open_time[turns.began]
    rows["end"] = OPEN_ENDED
    rows["end"][over] = candles.open_time[turns.ended[over]]
    rows["price"], rows["side"], rows["minor"] = turns.price, turns.side, over
    word = "Support" if turns.side is Side.SUPPORT else "Resistance"
    for place in np.flatnonzero(~over).tolist():
        rows["name"][place] = f"{word} {turns.touches[place]}×"
    return rows
