"""Running sums that begin anew at some places."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from thebot_desktop.analysis import talib_library
from thebot_desktop.domain.market import FloatArray, IntArray

LONG = 400
"""So long a stretch is summed by a call of its own; of shorter ones many, equal ones at once."""


def running_sums(values: FloatArray, begins: IntArray) -> FloatArray:
    """At each value the sum since the last begin, the first of which is 0.

    Added up one by one, whatever the way: the sums of a stretch are the same bits on its own.
    """
    sums = np.empty(len(values))
    edges = np.append(begins, len(values))
    lengths = np.diff(edges)
    changes = np.flatnonzero(np.diff(lengths)) + 1
    for first, last in pairwise([0, *changes.tolist(), len(lengths)]):
        length = int(lengths[first])
        if length >= LONG:
            for begin in edges[first:last].tolist():
                part = slice(begin, begin + length)
                sums[part] = talib_library.running_sum(values[part])
        else:
            part = slice(int(edges[first]), int(edges[last]))
            rows = values[part].reshape(-1, length)
            np.cumsum(rows, axis=1, out=sums[part].reshape(-1, length))
    return sums
