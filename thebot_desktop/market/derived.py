"""Candles made of candles: Heikin-Ashi, which smooths them, and Renko, which forgets time."""

from __future__ import annotations

import math

import numpy as np

from thebot_desktop.domain.market import Candles, FloatArray, IntArray

CHUNK = 512
"""Powers of two up to this one and sums of prices times them are exact enough for a double."""
RENKO_CANDLES = 100_000
"""Bricks are laid for so many of the newest candles."""
RANGE_CANDLES = 14
"""The usual size of a brick is the mean range of so many candles."""


def heikin_ashi(candles: Candles) -> Candles:
    """Averaged candles: close is the mean of the four prices, open the middle of the one before.

    The first open is the middle of the first candle. The formula is that of Dan Valcu, "Using the
    Heikin-Ashi technique", Technical Analysis of Stocks & Commodities 22:2 (2004).
    """
    if not len(candles):
        return candles
    close = (candles.open + candles.high + candles.low + candles.close) / 4
    first = (float(candles.open[0]) + float(candles.close[0])) / 2
    opened = _halved_sums(close, first)
    return Candles(
        candles.open_time,
        opened,
        np.maximum(candles.high, np.maximum(opened, close)),
        np.minimum(candles.low, np.minimum(opened, close)),
        close,
        candles.volume,
        candles.trades,
        candles.origin,
    )


def brick_size(candles: Candles, tick_size: float = 0.0) -> float:
    """A round size near the mean true range of the newest candles, in whole price steps."""
    recent = candles.last(RANGE_CANDLES + 1)
    if len(recent) < 2:
        return tick_size or 1.0
    before = recent.close[:-1]
    high, low = np.maximum(recent.high[1:], before), np.minimum(recent.low[1:], before)
    wanted = float(np.mean(high - low))
    if not wanted > 0:
        return tick_size or abs(float(recent.close[-1])) * 1e-3 or 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    size = min((digit * power for digit in (1.0, 2.0, 5.0, 10.0)), key=lambda s: abs(s - wanted))
    return max(round(size / tick_size), 1) * tick_size if tick_size > 0 else size


def renko(candles: Candles, size: float) -> tuple[Candles, IntArray]:
    """Bricks of ``size`` laid by closes, and for each the place of the candle that completed it.

    A brick follows the last one when the close is a whole brick further, and turns when it is two
    bricks back. The last brick is unfinished: from the end of the one before it to the newest
    close. Times of bricks that one candle completed lie a millisecond apart.
    """
    start = max(0, len(candles) - RENKO_CANDLES)
    recent = candles.last(RENKO_CANDLES)
    opened, closed, sources = _laid(recent.close.tolist(), size)
    places = np.array(sources, dtype=np.int64)
    opens, closes = np.array(opened), np.array(closed)
    sums = np.concatenate(([0.0], np.cumsum(recent.volume)))
    trades = np.concatenate(([0.0], np.cumsum(recent.trades)))
    edges = np.concatenate(([0], places + 1))
    return (
        Candles(
            _rising(recent.open_time[places]),
            opens,
            np.maximum(opens, closes),
            np.minimum(opens, closes),
            closes,
            np.diff(sums[edges]),
            np.diff(trades[edges]),
            recent.origin[places],
        ),
        places + start,
    )


def _halved_sums(values: FloatArray, first: float) -> FloatArray:
    """``y[0] = first`` and ``y[k] = (y[k-1] + values[k-1]) / 2``, a chunk at a time."""
    result = np.empty(len(values))
    weights = 2.0 ** np.arange(CHUNK)
    carry = first
    for begin in range(0, len(values), CHUNK):
        part = values[begin : begin + CHUNK]
        weight = weights[: len(part)]
        sums = np.cumsum(part * weight)
        result[begin] = carry
        result[begin + 1 : begin + len(part)] = (carry + sums[:-1]) / weight[1:]
        carry = (carry + float(sums[-1])) / (2.0 * float(weight[-1]))
    return result


def _laid(closes: list[float], size: float) -> tuple[list[float], list[float], list[int]]:
    """Where bricks open and close, and the candle that completed each."""
    opened: list[float] = []
    closed: list[float] = []
    sources: list[int] = []
    top = bottom = math.floor(closes[0] / size) * size
    for place, close in enumerate(closes):
        while close >= top + size:
            opened.append(top)
            bottom, top = top, top + size
            closed.append(top)
            sources.append(place)
        while close <= bottom - size:
            opened.append(bottom)
            top, bottom = bottom, bottom - size
            closed.append(bottom)
            sources.append(place)
    edge = closed[-1] if closed else top
    opened.append(edge)
    closed.append(closes[-1])
    sources.append(len(closes) - 1)
    return opened, closed, sources


def _rising(times: IntArray) -> IntArray:
    """Times that repeat are put a millisecond apart."""
    is_new = np.concatenate(([True], np.diff(times) != 0))
    begins = np.maximum.accumulate(np.where(is_new, np.arange(len(times)), 0))
    return times + np.arange(len(times)) - begins
