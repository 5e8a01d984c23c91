"""Stops that trail behind a trend until a close breaks them, for one candle or a whole series."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from thebot_desktop.domain.market import FloatArray

State: TypeAlias = tuple[float, float]
"""Stop and trend, which is 1 or -1."""

SHORTEST_FOR_LANES = 20_000
"""Shorter series are followed step by step: that is as quick, then."""
LANES_FOR_EACH = 9
"""There are so many times as many lanes as candles in each: that makes good use of array calls."""
REHEARSED = 100
"""Lanes are tried on so many candles before their first: nearly all are right from there on."""
FAR = 1e150
"""Beyond every price,"""
HAIR = 1e-300
"""and what makes it less than any difference of two prices."""


def next_stop(state: State, price: float, below: float, above: float) -> State:
    """What ``state`` is after a close at ``price``, if new stops would begin at these prices."""
    stop, trend = state
    if trend > 0:
        return (above, -1.0) if price < stop else (max(stop, below), 1.0)
    return (below, 1.0) if price > stop else (min(stop, above), -1.0)


def follow_stop(
    close: FloatArray,
    below: FloatArray,
    above: FloatArray,
    stop: FloatArray,
    trend: FloatArray,
    *,
    rising: bool,
) -> None:
    """Write stop and trend of each candle; new ones begin ``below`` and ``above`` its close.

    Every step needs the one before it. Long series are cut into lanes that are followed side by
    side. Each begins with a guess, tried on the candles before it: two stops are one for good as
    soon as both were broken. Lanes that began wrong all the same are put right step by step.
    """
    stop[0], trend[0] = (below[0], 1.0) if rising else (above[0], -1.0)
    columns = close, below, above, stop, trend
    if len(close) < SHORTEST_FOR_LANES:
        _step_on(columns, 1, len(close))
        return
    length = max(2 * REHEARSED, math.isqrt(len(close) // LANES_FOR_EACH))
    used = len(close) // length * length
    began = _follow_lanes(*(column[:used].reshape(-1, length) for column in columns))
    last = slice(length - 1, used - 1, length)
    wrong = (stop[last] != began[0]) | (trend[last] != began[1])
    for lane in np.flatnonzero(wrong).tolist():
        _step_on(columns, (lane + 1) * length, used, until_known=True)
    _step_on(columns, used, len(close))


def _step_on(
    columns: tuple[FloatArray, ...], first: int, end: int, *, until_known: bool = False
) -> None:
    """Write stop and trend from ``first`` on, perhaps only until they are what stands there."""
    # Items of their memory are plain numbers, which are quicker than those of arrays.
    memory: list[memoryview[Any]] = [column.data for column in columns]
    close, below, above, stop, trend = memory
    for at in range(first, end):
        state = next_stop((stop[at - 1], trend[at - 1]), close[at], below[at], above[at])
        if until_known and state == (stop[at], trend[at]):
            return
        stop[at], trend[at] = state


def _follow_lanes(
    close: FloatArray, below: FloatArray, above: FloatArray, stop: FloatArray, trend: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Write stop and trend of all lanes, a row each; answers what all but the first began with."""
    closes, lines, sides = (np.ascontiguousarray(each.T) for each in (close, below, above))
    line = np.append(stop[0, 0], lines[-REHEARSED, :-1])
    side = np.append(trend[0, 0] * FAR, np.full(len(line) - 1, FAR))
    for at in range(-REHEARSED, 0):
        rows = lines[at, :-1].copy(), sides[at, :-1].copy()
        line[1:], side[1:] = _advanced(line[1:], side[1:], closes[at, :-1], *rows)
    began = line[1:].copy(), np.copysign(1.0, side[1:])
    for at in range(len(closes)):
        line, side = _advanced(line, side, closes[at], lines[at], sides[at])
    stop[:] = lines.T
    trend[:] = np.copysign(1.0, sides, out=sides).T
    return began


def _advanced(
    line: FloatArray, side: FloatArray, close: FloatArray, below: FloatArray, above: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """``next_stop`` of many at once; the answer overwrites ``below`` and ``above``.

    Numbers instead of branches: a side is FAR where the trend rises and -FAR where it falls, so
    that the smaller and the greater of two prices choose between stop and nothing.
    """
    rising, falling = np.minimum(line, side), np.maximum(line, side)
    np.maximum(rising, below, out=rising)
    np.minimum(falling, above, out=falling)
    distance = np.subtract(close, line, out=below)
    # A close right at the stop breaks nothing: there the side decides.
    distance += np.multiply(side, HAIR, out=above)
    side = np.copysign(FAR, distance, out=above)
    np.minimum(rising, side, out=rising)
    np.minimum(falling, np.negative(side, out=below), out=falling)
    return np.maximum(rising, falling, out=below), side
