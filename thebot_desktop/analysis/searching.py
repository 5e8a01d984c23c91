"""Where prices first get beyond a level: for many levels at once, each from its own candle on."""

from __future__ import annotations

import numpy as np

from thebot_desktop.analysis.turns import BoolArray
from thebot_desktop.domain.market import FloatArray, IntArray

BLOCK = 8
"""Longer ways are searched by blocks of so many values."""
HALF = BLOCK // 2


class Beyond:
    """Finds the first places with values above levels or, with a sign of -1, below them.

    Known are the extremes of each two and four values in a row, and of blocks. A search leaps over
    as many blocks as hold nothing, then over half as many and so on, then over single values. Near
    the end extremes are those of the last ones: whatever is behind the last value is no answer.
    """

    def __init__(self, values: FloatArray, sign: int) -> None:
        if len(values) < BLOCK:
            values = np.append(values, np.full(BLOCK, values[-1] if len(values) else 0.0))
        self._farther = np.maximum if sign > 0 else np.minimum
        self._not_beyond = np.less_equal if sign > 0 else np.greater_equal
        self._one = values
        self._two = two = self._farther(values[:-1], values[1:])
        self._four = four = self._farther(two[:-2], two[2:])
        begins = np.append(np.arange(0, len(values) - BLOCK, BLOCK), len(values) - BLOCK)
        self._blocks: list[FloatArray] = [self._farther(four[begins], four[begins + HALF])]

    def first(self, starts: IntArray, stops: IntArray, levels: FloatArray) -> IntArray:
        """The first place from each start on whose value is beyond the level; else the stop."""
        at = starts.copy()
        clear = self._is_clear(self._four, at, levels)
        clear &= self._is_clear(self._four, at + HALF, levels)
        far = np.flatnonzero(clear)
        if len(far):
            at[far] = self._next_block(at[far] + BLOCK, stops[far], levels[far])
        for width, extremes in ((4, self._four), (2, self._two), (1, self._one)):
            at += self._is_clear(extremes, at, levels) * width
        return np.minimum(at, stops, out=at)

    def _next_block(self, at: IntArray, stops: IntArray, levels: FloatArray) -> IntArray:
        """Begin of the first block that holds something, if as many values before ``at`` do not."""
        block = at // BLOCK
        most = int((stops - at).max()) // BLOCK + 2
        for power in range(min(most, len(self._blocks[0])).bit_length() - 1, -1, -1):
            block += self._is_clear(self._of_blocks(power), block, levels) * (1 << power)
        return block * BLOCK

    def _of_blocks(self, power: int) -> FloatArray:
        """The extremes of so many blocks in a row: two to the power."""
        while len(self._blocks) <= power:
            known, step = self._blocks[-1], 1 << (len(self._blocks) - 1)
            self._blocks.append(self._farther(known[:-step], known[step:]))
        return self._blocks[power]

    def _is_clear(self, extremes: FloatArray, at: IntArray, levels: FloatArray) -> BoolArray:
        clear: BoolArray = self._not_beyond(extremes.take(at, mode="clip"), levels)
        return clear


def first_beyond(
    values: FloatArray, starts: IntArray, stops: IntArray, levels: FloatArray, sign: int
) -> IntArray:
    """The answers of ``Beyond`` where it is asked only once."""
    return Beyond(values, sign).first(starts, stops, levels)
