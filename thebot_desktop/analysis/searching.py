"""Where prices first get beyond a level: for many levels at once, each from its own candle on."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from thebot_desktop.domain.market import FloatArray, IntArray

FIRST_WIDTH = 8
GROWTH = 3
MOST_AT_ONCE = 1 << 20


def first_beyond(
    values: FloatArray, starts: IntArray, stops: IntArray, levels: FloatArray, sign: int
) -> IntArray:
    """The first place from each start on where the value is above the level; the stop without one.

    With a sign of -1 where it is below. Most answers are near: so a few places are looked at for
    all, then more and more for those that still wait.
    """
    found = stops.copy()
    waiting = np.flatnonzero(starts < stops)
    at, width = starts[waiting], FIRST_WIDTH
    while len(waiting):
        ends = stops[waiting]
        width = min(width, len(values))
        begins = np.minimum(at, len(values) - width)
        windows = sliding_window_view(values, width)[begins]
        edge = levels[waiting, np.newaxis]
        beyond = windows > edge if sign > 0 else windows < edge
        if (begins < at).any():
            beyond &= np.arange(width) >= (at - begins)[:, np.newaxis]
        step = beyond.argmax(axis=1)
        place = begins + step
        hit = beyond[np.arange(len(step)), step] & (place < ends)
        found[waiting[hit]] = place[hit]
        left = ~hit & (begins + width < ends)
        waiting, at = waiting[left], begins[left] + width
        width = max(FIRST_WIDTH, min(GROWTH * width, MOST_AT_ONCE // max(1, len(waiting))))
    return found
