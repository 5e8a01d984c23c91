"""Order blocks: the last candle against a strong move, and a signal when it holds."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.searching import first_beyond
from thebot_desktop.analysis.turns import BoolArray
from thebot_desktop.analysis.zone_indicator import Followed, ZoneIndicator
from thebot_desktop.analysis.zones import Fates, Found, follow
from thebot_desktop.domain.market import Candles, FloatArray
from thebot_desktop.domain.shapes import Side

LONGEST_IMPULSE = 10
"""Candles in which the move must have come as far as it has to."""
ANY_NUMBER = 60_000
"""A block is good for any number of tests."""


class OrderBlocks(ZoneIndicator, frozen=True):
    """Buys when a block below the price holds a test, sells when one above it does.

    A bullish block is a falling candle, from its low to its high, after which none fell until one
    closed so many percent above that high, within ten candles; a bearish one is the mirror image.
    It is active until prices come back to it, then tested; broken when a candle closes beyond its
    far edge; expired when it is too old. A test begins once the price had left the block. The
    outputs are the edges of the blocks that prices would come to first.

    A block holds when a candle after one that was outside reaches its edge and closes outside. The
    signal is the clearer the further that close is away, in average ranges.

    The last candle against the move is M. Huddleston's order block ("The Inner Circle Trader").
    """

    name: ClassVar[str] = "ORDERBLOCKS"
    title: ClassVar[str] = "Order Blocks"
    noun: ClassVar[str] = "block"
    mark: ClassVar[str] = "OB"

    impulse: Annotated[float, Meta(ge=0.01, le=100, title="Impulse in Percent")] = 0.5
    age: Annotated[int, Meta(ge=1, le=5000, title="Candles until it is too old")] = 200

    @property
    def lookback(self) -> int:
        return self.age + LONGEST_IMPULSE + 1

    def followed(self, candles: Candles, *, counted: bool = True) -> Followed:
        share, close = self.impulse / 100, candles.close
        fell, rose = close < candles.open, close > candles.open
        bullish = _found(Side.SUPPORT, candles, fell, close, candles.high, 1 + share)
        bearish = _found(Side.RESISTANCE, candles, rose, close, candles.low, 1 - share)
        fates = [self._fates(candles, each, counted=counted) for each in (bullish, bearish)]
        return (bullish, fates[0]), (bearish, fates[1])

    def _fates(self, candles: Candles, found: Found, *, counted: bool) -> Fates:
        return follow(
            candles,
            found,
            age=self.age,
            broken=found.upto(1.0),
            by_close=True,
            tests=ANY_NUMBER,
            counted=counted,
        )


def _found(
    side: Side,
    candles: Candles,
    against: BoolArray,
    close: FloatArray,
    edge: FloatArray,
    factor: float,
) -> Found:
    """The candles against a move that came far enough before the next candle against it."""
    sign = 1 if side is Side.SUPPORT else -1
    last = np.flatnonzero(against[:-1] & ~against[1:])
    first = np.append(np.flatnonzero(~against[:-1] & against[1:]) + 1, len(against))
    following = first[first > last[0]][: len(last)] if len(last) else last
    goal = edge[last] * factor
    hopeful = np.flatnonzero(sign * _farthest(close, sign)[last] > sign * goal)
    last, following, goal = last[hopeful], following[hopeful], goal[hopeful]
    stops = np.minimum(following, last + 1 + LONGEST_IMPULSE)
    born = first_beyond(close, last + 1, stops, goal, sign)
    there = np.flatnonzero(born < stops)
    began = last[there]
    return Found(side, began, born[there], candles.low[began], candles.high[began])


def _farthest(close: FloatArray, sign: int) -> FloatArray:
    """The farthest close of an impulse that begins after each candle; of the last ones infinite."""
    found = np.full(len(close), sign * np.inf)
    if len(close) > LONGEST_IMPULSE:
        options = {"timeperiod": LONGEST_IMPULSE}
        farthest = talib_library.call("MAX" if sign > 0 else "MIN", (close,), options)[0]
        found[:-LONGEST_IMPULSE] = farthest[LONGEST_IMPULSE:]
    return found
