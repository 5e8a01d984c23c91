"""Statistics of columns of numbers: returns, correlation, percentile, z-score and trend.

NaN and infinities are gaps: they are left out, never counted as numbers. Every answer is a
``Figure``, which says how many values it needs and how many there were, so that a screen can say
why there is none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from thebot_desktop.domain.market import FloatArray, IntArray

FEWEST = 30
"""Fewer values than this say little about how a value usually is."""
FEWEST_PAIRS = 20
"""Fewer pairs than this make a correlation by chance."""
FEWEST_POINTS = 10
"""Fewer points than this make a trend by chance."""
CLEAR_TREND = 0.25
"""Below this share of the movement explained by a straight line there is no trend."""


class Figure(Struct, frozen=True):
    """A number, or how much is missing for one; NaN is no number."""

    value: float = math.nan
    have: int = 0
    needed: int = 0

    @property
    def known(self) -> bool:
        return math.isfinite(self.value)

    @property
    def is_short(self) -> bool:
        """Whether there are too few values; otherwise one that is not known has no meaning."""
        return self.have < self.needed


class Trend(Struct, frozen=True):
    """A straight line through values: ``slope`` a bar, and how well it fits, from 0 to 1."""

    slope: Figure = Figure()
    fit: float = math.nan

    @property
    def sign(self) -> int:
        """1 upwards, -1 downwards, 0 where there is no clear direction."""
        if not self.slope.known or not self.fit >= CLEAR_TREND:
            return 0
        return 1 if self.slope.value > 0 else -1


def returns(values: FloatArray, bars: int = 1) -> FloatArray:
    """Change against the value ``bars`` before, as a share of it: 0.01 is one percent.

    As long as ``values``; NaN where either of the two is missing or the earlier is not positive.
    """
    found = np.full(len(values), math.nan)
    if bars <= 0 or bars >= len(values):
        return found
    before, after = values[:-bars], values[bars:]
    good = np.isfinite(before) & np.isfinite(after) & (before > 0)
    np.divide(after, before, out=found[bars:], where=good)
    found[bars:] -= 1
    return found


def performance(close: FloatArray, bars: int) -> Figure:
    """Change of the newest value against the one ``bars`` before, as a share of it."""
    have, needed = len(close), bars + 1
    if bars <= 0 or have < needed:
        return Figure(math.nan, have, needed)
    return Figure(float(returns(close[-needed:], bars)[-1]), have, needed)


def percentile(values: FloatArray, needed: int = FEWEST) -> Figure:
    """Which share of the values, in percent, the newest exceeds; its equals count half."""
    known, newest = _known(values)
    if len(known) < needed or not math.isfinite(newest):
        return Figure(math.nan, len(known), needed)
    below = np.count_nonzero(known < newest) + np.count_nonzero(known == newest) / 2
    return Figure(float(below / len(known) * 100), len(known), needed)


def z_score(values: FloatArray, needed: int = FEWEST) -> Figure:
    """How many standard deviations the newest value is from the mean; none where all are equal."""
    known, newest = _known(values)
    count = len(known)
    if count < max(needed, 2) or not math.isfinite(newest):
        return Figure(math.nan, count, needed)
    spread = _spread(known)
    mean = float(known.mean())
    return Figure((newest - mean) / spread if spread else math.nan, count, needed)


def trend(values: FloatArray, needed: int = FEWEST_POINTS) -> Trend:
    """The straight line of least squares; missing values keep their place in time."""
    at = np.flatnonzero(np.isfinite(values))
    count = len(at)
    if count < max(needed, 2):
        return Trend(Figure(math.nan, count, needed))
    x, y = at - at.mean(), values[at] - values[at].mean()
    slope = float(x @ y / (x @ x))
    fit = _cosine(x, y)
    return Trend(Figure(slope, count, needed), 0.0 if math.isnan(fit) else fit * fit)


def correlation(left: FloatArray, right: FloatArray, needed: int = FEWEST_PAIRS) -> Figure:
    """Pearson's, from -1 to 1, over the places where both have a value.

    Of prices, give their ``returns``: two prices that drift seem to belong together always.
    """
    both = np.isfinite(left) & np.isfinite(right)
    count = int(np.count_nonzero(both))
    if count < max(needed, 2):
        return Figure(math.nan, count, needed)
    x, y = left[both], right[both]
    return Figure(_cosine(_centred(x), _centred(y)), count, needed)


def correlations(columns: Sequence[FloatArray], needed: int = FEWEST_PAIRS) -> FloatArray:
    """The matrix of each with each, columns of equal length; NaN where there are too few pairs."""
    count = len(columns)
    found = np.full((count, count), math.nan)
    for i, left in enumerate(columns):
        for j in range(i, count):
            found[i, j] = found[j, i] = correlation(left, columns[j], needed).value
    return found


def aligned(
    columns: Sequence[tuple[IntArray, FloatArray]],
) -> tuple[IntArray, list[FloatArray]]:
    """All columns over the times that any of them has, NaN where one has none.

    Each comes with its own times, ascending and each once.
    """
    if not columns:
        return np.empty(0, np.int64), []
    times = np.unique(np.concatenate([time for time, _ in columns]))
    spread = []
    for time, values in columns:
        column = np.full(len(times), math.nan)
        column[np.searchsorted(times, time)] = values
        spread.append(column)
    return times, spread


def _known(values: FloatArray) -> tuple[FloatArray, float]:
    """The values there are, and the newest, which may be none."""
    return values[np.isfinite(values)], float(values[-1]) if len(values) else math.nan


def _spread(known: FloatArray) -> float:
    """Sample standard deviation; what rounding alone makes of equal values is none."""
    spread = float(known.std(ddof=1))
    return spread if spread > 1e-12 * float(np.abs(known).max()) else 0.0


def _centred(values: FloatArray) -> FloatArray:
    """Around their mean; all zero where they are equal but for rounding."""
    if not _spread(values):
        return np.zeros(len(values))
    centred: FloatArray = values - values.mean()
    return centred


def _cosine(x: FloatArray, y: FloatArray) -> float:
    lengths = math.sqrt(float(x @ x)) * math.sqrt(float(y @ y))
    return max(-1.0, min(1.0, float(x @ y) / lengths)) if lengths else math.nan
