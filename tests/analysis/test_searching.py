"""The first place beyond a level."""

from __future__ import annotations

import numpy as np
import pytest

from thebot_desktop.analysis.searching import first_beyond


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("count", [1, 5, 40, 3000])
def test_the_first_place_beyond_each_level_is_found(count, sign):
    """As a plain loop finds it, from any start to any stop, near and far."""
    random = np.random.default_rng(count)
    values = random.normal(0, 1, count).cumsum()
    starts = random.integers(0, count, 300)
    stops = np.minimum(starts + random.integers(0, 900, 300), count)
    levels = values[starts] + random.normal(0, 8, 300)
    found = first_beyond(values, starts, stops, levels, sign)
    for start, stop, level, place in zip(starts, stops, levels, found, strict=True):
        hits = [i for i in range(start, stop) if sign * values[i] > sign * level]
        assert place == (hits[0] if hits else stop)


def test_nothing_is_beyond_where_nothing_is_asked():
    """No levels, no answers; a value at the level is not beyond it."""
    none = np.empty(0, np.int64)
    assert not len(first_beyond(np.arange(3.0), none, none, np.empty(0), 1))
    at = np.array([0]), np.array([3]), np.array([2.0])
    assert first_beyond(np.arange(3.0), *at, 1).tolist() == [3]
