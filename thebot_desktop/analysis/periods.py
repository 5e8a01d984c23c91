"""Days, weeks and months of UTC in a series, and values that hold until the next one begins."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import pairwise

import numpy as np

from thebot_desktop.domain.market import MONDAY_MS, FloatArray, IntArray, Interval
from thebot_desktop.domain.time import DAY_MS

LONGEST_MONTHS = 62
"""Days that two months in a row can have."""
AT_ONCE = 1 << 16
"""About so many candles are worked on at once: that many fit into quick memory."""


class Period(Enum):
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"

    def lookback(self, interval: Interval = Interval.M1) -> int:
        """Candles in the longest two periods: with them one is whole, wherever they end."""
        days = {Period.DAY: 2, Period.WEEK: 14, Period.MONTH: LONGEST_MONTHS}[self]
        length = interval.milliseconds
        # Where candles do not fit into a day, one of them may reach into the period from before.
        uneven = 1 if DAY_MS % length else 0
        return max(2, -(-days * DAY_MS // length) + uneven)


def period_begins(open_time: IntArray, period: Period) -> IntArray:
    """The first candle of each period that begins among the candles, in order.

    The period that the first candle falls into counts only if it begins there: of any other a
    part is missing. A period without candles has no beginning.
    """
    if not len(open_time):
        return np.empty(0, np.int64)
    starts = _starts(int(open_time[0]), int(open_time[-1]), period)
    begins: IntArray = np.unique(np.searchsorted(open_time, starts[starts >= open_time[0]]))
    return begins


def held_until_next(per_period: FloatArray, begins: IntArray, count: int) -> FloatArray:
    """Each period's value at the candles of the period after it, rows apart.

    ``per_period`` has a value for each period but the last, which is not whole yet.
    """
    held = np.empty((len(per_period), count))
    first = int(begins[1]) if len(begins) > 1 else count
    held[:, :first] = np.nan
    lengths = np.diff([*begins[1:], count]) if first < count else np.empty(0, np.int64)
    for row, values in zip(held, per_period, strict=True):
        row[first:] = np.repeat(values, lengths)
    return held


def few_at_once(begins: IntArray, count: int) -> Iterator[tuple[IntArray, int]]:
    """Periods side by side, as many as quick memory holds, and where the last of them ends."""
    firsts = np.flatnonzero(np.diff(begins // AT_ONCE, prepend=-1)).tolist()
    for first, last in pairwise([*firsts, len(begins)]):
        yield begins[first:last], int(begins[last]) if last < len(begins) else count


def _starts(first: int, last: int, period: Period) -> IntArray:
    """Every start of a period between the two times, and perhaps one before them."""
    if period is Period.MONTH:
        months = np.array([first, last], dtype="datetime64[ms]").astype("datetime64[M]")
        every = np.arange(months[0], months[1] + 1)
        return every.astype("datetime64[ms]").astype(np.int64)
    origin, length = (MONDAY_MS, 7 * DAY_MS) if period is Period.WEEK else (0, DAY_MS)
    return np.arange((first - origin) // length, (last - origin) // length + 1) * length + origin
