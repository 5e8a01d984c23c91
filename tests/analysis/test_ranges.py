"""Distances in average ranges."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import series, wandering
from thebot_desktop.analysis.ranges import average_range, in_ranges


def test_the_average_range_is_the_mean_of_true_ranges():
    """Without wicks they are the changes of the closes: 2, 1 and 3."""
    candles = series([10, 12, 11, 14, 50], spread=0)
    assert average_range(candles, 3) == 2
    assert in_ranges(5, candles, 3) == 2.5


def test_only_the_newest_fourteen_count():
    """And none that come later."""
    candles = series([0, 1000, *range(1000, 1040)], spread=0)
    assert average_range(candles, 30) == 1
    long = wandering(100)
    assert average_range(long, 50) == average_range(long.upto(51), 50)


def test_where_nothing_moved_every_distance_is_nothing():
    """There is no measure for it."""
    assert in_ranges(3.0, series(np.full(30, 5.0), spread=0), 20) == pytest.approx(0)
