"""Automatic Fibonacci: retracements and extensions of the last large swing, and signals there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.held_tests import held_tests
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.ranges import RANGE_CANDLES
from thebot_desktop.analysis.swings import swing_highs, swing_lows
from thebot_desktop.analysis.zones import greatest
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Drawn, Plot
from thebot_desktop.domain.shapes import LEVEL, NOTHING_DRAWN, OPEN_ENDED, Shapes, Side
from thebot_desktop.domain.signals import Signal

RETRACEMENTS = 0.236, 0.382, 0.5, 0.618, 0.786
EXTENSIONS = 1.272, 1.618, 2.0, 2.618
TESTED = {"r382": "38.2 %", "r500": "50 %", "r618": "61.8 %"}
"""The retracements that signals are about."""


@dataclass(frozen=True, slots=True)
class Legs:
    """Stretches of candles with the same leg; ``start`` and ``end`` are candles' indices, or −1."""

    times: IntArray
    """The first candle of each stretch."""
    start: IntArray
    end: IntArray
    begins_at: FloatArray
    """Price of the start, NaN without a leg,"""
    ends_at: FloatArray
    """and of the end."""


class AutoFibonacci(Indicator, frozen=True):
    """Buys when a rising leg's retracement holds, sells when a falling leg's does.

    The leg runs between the highest swing high and the lowest swing low of the candles looked
    back, from the older to the newer one. A swing stands out from so many candles before and
    after it, and is known only then. Retracements lie at 23.6 to 78.6 percent of the way back;
    extensions, which are only drawn, at 127.2 to 261.8 percent of the leg from its start.

    Signals are about the retracements of 38.2, 50 and 61.8 percent: one holds when a candle after
    one that was outside reaches it and closes outside. They are the clearer the further that
    close is away, in average ranges.

    R. Fischer, "Fibonacci Applications and Strategies for Traders" (1993).
    """

    name: ClassVar[str] = "AUTOFIB"
    title: ClassVar[str] = "Automatic Fibonacci"
    group: ClassVar[str] = "Price Levels"
    outputs: ClassVar[tuple[str, ...]] = (
        "start",
        "end",
        "r236",
        "r382",
        "r500",
        "r618",
        "r786",
    )
    exact: ClassVar[bool] = True
    label_fields: ClassVar[int] = 1

    period: Annotated[int, Meta(ge=20, le=10_000, title="Candles Looked Back")] = 200
    wing: Annotated[int, Meta(ge=2, le=500, title="Candles on Each Side of a Swing")] = 10

    def __post_init__(self) -> None:
        if 2 * self.wing >= self.period:
            raise ParameterError(
                user_message=f"A swing of {self.wing} candles on each side needs more than "
                f"{self.period} candles looked back."
            )

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Drawn(),)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs)

    @property
    def lookback(self) -> int:
        return self.period + self.wing + RANGE_CANDLES

    def compute(self, candles: Candles) -> Values:
        legs, count = self._legs(candles), len(candles)
        way = legs.ends_at - legs.begins_at
        parts = [legs.begins_at, legs.ends_at, *(legs.ends_at - r * way for r in RETRACEMENTS)]
        first = int(legs.times[0]) if len(legs.times) else count
        lengths = np.concatenate(([first], np.diff(legs.times, append=count)))
        values = {}
        for output, part in zip(self.outputs, parts, strict=True):
            values[output] = np.repeat(np.append(np.nan, part), lengths)
        return values

    def shapes(self, candles: Candles) -> Shapes:
        """Those of the newest leg."""
        legs = self._legs(candles.last(self.lookback))
        if not len(legs.times) or np.isnan(legs.ends_at[-1]):
            return NOTHING_DRAWN
        start, end = float(legs.begins_at[-1]), float(legs.ends_at[-1])
        began = int(candles.last(self.lookback).open_time[legs.start[-1]])
        back = Side.SUPPORT if end > start else Side.RESISTANCE
        ahead = Side.RESISTANCE if end > start else Side.SUPPORT
        rows = [(1.0, Side.NEITHER, False), (0.0, Side.NEITHER, False)]
        rows += [(1 - share, back, share != 0.618) for share in RETRACEMENTS]
        rows += [(share, ahead, True) for share in EXTENSIONS]
        made = [
            (began, OPEN_ENDED, start + share * (end - start), side, minor, _name(share))
            for share, side, minor in rows
        ]
        return Shapes(levels=np.array(made, LEVEL))

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        rises = values["end"] > values["start"]
        lines = {f"{name} retracement": values[output] for output, name in TESTED.items()}
        return held_tests(
            series,
            candles,
            start,
            source=self.label,
            supports={n: np.where(rises, line, np.nan) for n, line in lines.items()},
            resistances={n: np.where(rises, np.nan, line) for n, line in lines.items()},
        )

    def _legs(self, candles: Candles) -> Legs:
        highs, lows = swing_highs(candles.high, self.wing), swing_lows(candles.low, self.wing)
        high_times, high = self._extremes(highs, candles.high[highs], len(candles))
        low_times, low = self._extremes(lows, -candles.low[lows], len(candles))
        times = np.sort(np.concatenate((high_times, low_times)), kind="stable")
        times = times[np.diff(times, prepend=-1) > 0]
        high, low = _at(times, high_times, high), _at(times, low_times, low)
        rises, known = high > low, (high >= 0) & (low >= 0)
        start, end = np.where(rises, low, high), np.where(rises, high, low)
        top, bottom = candles.high[high], candles.low[low]
        return Legs(
            times,
            np.where(known, start, -1),
            np.where(known, end, -1),
            np.where(known, np.where(rises, bottom, top), np.nan),
            np.where(known, np.where(rises, top, bottom), np.nan),
        )

    def _extremes(
        self, swings: IntArray, worth: FloatArray, count: int
    ) -> tuple[IntArray, IntArray]:
        """From which candle on which swing is the most extreme one, as candles; −1 for none."""
        times, best = greatest(worth, swings + self.wing, swings + self.period, count)
        changes = np.flatnonzero(np.diff(best, prepend=-2))
        return times[changes], np.append(swings, -1)[best[changes]]


def _at(times: IntArray, known: IntArray, values: IntArray) -> IntArray:
    """What holds at ``times`` of values that are known from ``known`` on; −1 before the first."""
    return np.append(values, -1)[np.searchsorted(known, times, side="right") - 1]


def _name(share: float) -> str:
    """As it is called: by the way back up to the leg's start, by the leg beyond its end."""
    return f"{(share if share > 1 else 1 - share) * 100:.4g} %"
