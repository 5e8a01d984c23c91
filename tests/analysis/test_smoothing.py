"""How long averages remember."""

from __future__ import annotations

import numpy as np
import pytest

from thebot_desktop.analysis.smoothing import (
    FORGOTTEN,
    cascade,
    exponential,
    settled_after,
    until_broken,
    wilder,
)


def _averaged(values, weight):
    averages = np.array(values)
    for i in range(1, len(averages)):
        averages[i] = averages[i - 1] + weight * (values[i] - averages[i - 1])
    return averages


@pytest.mark.parametrize("weight", [0.9, 2 / 21, 1 / 14, 0.01])
def test_the_start_is_forgotten_just_after_so_many_candles(weight):
    """What is left of the start is at the limit, not far below it: no candle too many."""
    count = settled_after(weight)
    left = _averaged(np.r_[1.0, np.zeros(count)], weight)[-1]
    assert FORGOTTEN * (1 - weight) < left <= FORGOTTEN * 1.0001


def test_an_average_over_one_candle_remembers_nothing():
    """It is the candle itself."""
    assert exponential(1) == wilder(1) == 0


@pytest.mark.parametrize("stages", [1, 2, 3, 6])
@pytest.mark.parametrize("period", [3, 14, 100])
def test_averages_of_averages_settle_within_the_cascade(stages, period):
    """An impulse sent through all stages has died away by then."""
    count = cascade([exponential(period)] * stages)
    line = np.r_[1.0, np.zeros(count)]
    for _ in range(stages):
        line = _averaged(line, 2 / (period + 1))
    assert abs(line[-1]) < 1e-10


def test_no_stage_takes_no_time():
    """A function without such averages has no memory beyond its first value."""
    assert cascade([]) == 0


def test_a_stop_twice_as_far_away_is_remembered_four_times_as_long():
    """A wandering price needs that long to reach it; a near one counts as one range away."""
    assert until_broken(3.0) == 450
    assert until_broken(6.0) == 4 * until_broken(3.0)
    assert until_broken(0.1) == until_broken(1.0) == 50
