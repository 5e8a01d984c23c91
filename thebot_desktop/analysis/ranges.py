"""Distances in units of an average candle's range, the same measure in calm and wild markets."""

from __future__ import annotations

from thebot_desktop.analysis import talib_library
from thebot_desktop.domain.market import Candles

RANGE_CANDLES = 14
"""The average range is taken over so many candles."""


def average_range(candles: Candles, at: int) -> float:
    """Mean true range of the candles up to ``at``; the first one's needs the close before it."""
    past = candles.upto(at + 1).last(RANGE_CANDLES + 1)
    ranges = talib_library.call("TRANGE", (past.high, past.low, past.close), {})[0]
    return float(ranges[1:].mean())


def in_ranges(distance: float, candles: Candles, at: int) -> float:
    """``distance`` in average ranges of the candles up to ``at``; 0 where nothing moved."""
    usual = average_range(candles, at)
    return float(distance) / usual if usual > 0 else 0.0
