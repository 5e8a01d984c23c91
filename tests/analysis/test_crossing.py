"""The one definition of a crossing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.analysis.crossing import (
    crossed_above,
    crossed_below,
    crosses_above,
    crosses_below,
)

nan = float("nan")
steps = st.lists(st.sampled_from([-1.0, 0.0, 1.0, nan]), max_size=12)


@pytest.mark.parametrize(
    ("before", "now", "crosses"),
    [
        (-1, 1, True),
        (0, 1, True),  # leaving after a touch
        (-1, 0, False),  # touching
        (0, 0, False),
        (1, 2, False),
        (1, -1, False),
        (nan, 1, False),
        (-1, nan, False),
    ],
)
def test_above_means_from_at_or_below_to_above(before, now, crosses):
    """Touching is not crossing; leaving after a touch is; unknown values cross nothing."""
    assert crosses_above(before, 0, now, 0) is crosses
    assert crosses_below(-before, 0, -now, 0) is crosses
    assert crosses_below(0, before, 0, now) is crosses


@given(steps, st.sampled_from([-1.0, 0.0, 0.5]))
def test_arrays_and_single_values_agree(line, level):
    """Indicators, which ask about arrays, and conditions, which ask about two candles, agree."""
    a = np.array(line)
    pairs = list(itertools.pairwise(line))
    above = [False] * bool(line) + [crosses_above(p, level, n, level) for p, n in pairs]
    below = [False] * bool(line) + [crosses_below(p, level, n, level) for p, n in pairs]
    assert crossed_above(a, level).tolist() == above
    assert crossed_below(a, level).tolist() == below


@given(st.lists(st.sampled_from([-2.0, -1.0, 1.0, 2.0])))
def test_crossings_of_one_level_alternate(line):
    """After a crossing upwards the next one is downwards, and the other way round."""
    above, below = crossed_above(np.array(line), 0.0), crossed_below(np.array(line), 0.0)
    directions = [up for up, down in zip(above, below, strict=True) if up or down]
    assert not (above & below).any()
    assert all(a != b for a, b in itertools.pairwise(directions))


def test_two_lines_cross_each_other():
    """Both may move."""
    a = np.array([1.0, 2, 3, 2, 1])
    b = np.array([2.0, 2, 2, 2, 2.5])
    assert crossed_above(a, b).tolist() == [False, False, True, False, False]
    assert crossed_below(a, b).tolist() == [False, False, False, False, True]
