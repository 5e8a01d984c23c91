"""Lines that the price comes back to and that hold: a signal for each such test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from thebot_desktop.analysis.ranges import in_ranges
from thebot_desktop.analysis.turns import BoolArray, turns
from thebot_desktop.analysis.wording import short
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_REBOUND = 1.0
"""A close so many average ranges from the line that held is as clear as it gets."""


def held_from_above(candles: Candles, line: FloatArray) -> BoolArray:
    """Where a candle after one wholly above ``line`` comes down to it and closes above it."""
    return _held(candles.low, candles.close, line)


def held_from_below(candles: Candles, line: FloatArray) -> BoolArray:
    """Where a candle after one wholly below ``line`` comes up to it and closes below it."""
    return _held(-candles.high, -candles.close, -line)


def _held(extreme: FloatArray, close: FloatArray, line: FloatArray) -> BoolArray:
    held = np.zeros(len(line), np.bool_)
    held[1:] = (extreme[:-1] > line[1:]) & (extreme[1:] <= line[1:]) & (close[1:] > line[1:])
    return held


def held_tests(
    series: SeriesKey,
    candles: Candles,
    start: int,
    *,
    source: str,
    supports: Mapping[str, FloatArray],
    resistances: Mapping[str, FloatArray],
) -> Iterator[Signal]:
    """Buys where one of the ``supports`` held and sells where one of the ``resistances`` did.

    Lines are given by the name that people know them by. Where several held at one candle, the
    first of them is named.
    """
    held = {
        Direction.BUY: {n: held_from_above(candles, line) for n, line in supports.items()},
        Direction.SELL: {n: held_from_below(candles, line) for n, line in resistances.items()},
    }

    def judge(at: int, direction: Direction) -> tuple[float, str]:
        name = next(n for n, marks in held[direction].items() if marks[at])
        price = (supports if direction is Direction.BUY else resistances)[name][at]
        rebound = in_ranges(abs(candles.close[at] - price), candles, at)
        reason = f"{name} at {short(price)} held, the close is {rebound:.1f} average candles away"
        return rebound / CLEAREST_REBOUND, reason

    nowhere = np.zeros(len(candles), np.bool_)
    return turns(
        series,
        candles,
        start,
        source=source,
        buys=np.logical_or.reduce([nowhere, *held[Direction.BUY].values()]),
        sells=np.logical_or.reduce([nowhere, *held[Direction.SELL].values()]),
        judge=judge,
    )
