"""Sums over windows that slide along: each is made of its own values and of nothing before them."""

from __future__ import annotations

import numpy as np

from thebot_desktop.domain.market import FloatArray

PART = 16_384
"""So much at once stays in the processor's own memory."""
STILL = 1e-12
"""A variance that is so small a part of the sum of squares is rounding."""


def window_sums(values: FloatArray, length: int) -> FloatArray:
    """The sums of each ``length`` values in a row, by their first; NaN where one of them is.

    Sums of 1, 2, 4, 8… values are put together, so that a sum is always added up in the same
    way: the same bits, however many windows are asked for, and nothing lingers of earlier values.
    """
    count = len(values) - length + 1
    if count <= 0:
        return np.empty(0)
    total: FloatArray | None = None
    block, size, covered = values, 1, 0
    while True:
        if length & size:
            part = block[covered : covered + count]
            total = part if total is None else total + part
            covered += size
        if covered == length:
            assert total is not None
            return total
        block = block[:-size] + block[size:]
        size *= 2


def correlations(first: FloatArray, second: FloatArray, length: int) -> FloatArray:
    """Pearson's correlation over the newest ``length`` pairs at each place.

    NaN where a pair is not complete, or where one of the two does not move.
    """
    found = np.full(len(first), np.nan)
    part = PART + length - 1
    for start in range(0, len(first) - length + 1, PART):
        piece = slice(start, start + part)
        values = _correlations(first[piece], second[piece], length)
        found[start + length - 1 : start + length - 1 + len(values)] = values
    return found


def _correlations(first: FloatArray, second: FloatArray, length: int) -> FloatArray:
    a, b = window_sums(first, length), window_sums(second, length)
    aa, bb = window_sums(first * first, length), window_sums(second * second, length)
    both = window_sums(first * second, length) - a * b / length
    spread_a, spread_b = aa - a * a / length, bb - b * b / length
    moves = (spread_a > aa * STILL) & (spread_b > bb * STILL)
    product = np.sqrt(np.where(moves, spread_a * spread_b, np.nan))
    return np.minimum(np.maximum(both / product, -1.0), 1.0)
