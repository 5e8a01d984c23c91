"""Sums and correlations over windows: against other ways to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.analysis.windows import PART, correlations, window_sums


@given(st.integers(1, 70), st.integers(0, 200), st.integers(0, 1000))
def test_a_window_sum_is_the_sum_of_its_values(length, count, seed):
    """Of whole numbers exactly."""
    values = np.random.default_rng(seed).integers(-1000, 1000, count).astype(float)
    expected = [values[i : i + length].sum() for i in range(count - length + 1)]
    assert window_sums(values, length).tolist() == expected


def test_a_window_sum_is_the_same_bits_wherever_the_values_begin():
    """Nothing of what was before is left in it."""
    values = np.random.default_rng(3).normal(size=500)
    whole = window_sums(values, 23)
    for start in (1, 100, 477):
        np.testing.assert_array_equal(window_sums(values[start:], 23), whole[start:])


def test_what_is_missing_is_missing_in_its_windows_only():
    """A hole does not spread."""
    values = np.ones(30)
    values[10] = np.nan
    unknown = np.flatnonzero(np.isnan(window_sums(values, 5)))
    assert unknown.tolist() == [6, 7, 8, 9, 10]


@pytest.mark.parametrize("length", [3, 20, 64, 199])
def test_correlations_are_those_of_numpy(length):
    """Window by window, across the parts that are worked out at once as well."""
    random = np.random.default_rng(length)
    a = random.normal(size=PART + 300)
    b = a * 0.6 + random.normal(size=len(a))
    found = correlations(a, b, length)
    assert np.isnan(found[: length - 1]).all()
    for at in (length - 1, length, 250, PART - 1, PART, PART + length - 1, len(a) - 1):
        part = slice(at - length + 1, at + 1)
        expected = np.corrcoef(a[part], b[part])[0, 1]
        assert found[at] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_what_does_not_move_goes_with_nothing():
    """Neither zero nor one is said of it."""
    moving, still = np.random.default_rng(1).normal(size=50), np.full(50, 0.1)
    assert np.isnan(correlations(moving, still, 10)).all()
    assert np.isnan(correlations(still, moving, 10)).all()


def test_what_is_the_same_goes_with_itself():
    """And with its opposite the other way; never beyond one."""
    values = np.random.default_rng(1).normal(size=80)
    assert correlations(values, values, 7)[6:] == pytest.approx(1.0)
    assert correlations(values, -values, 7)[6:] == pytest.approx(-1.0)
    assert (np.abs(correlations(values, values, 7)[6:]) <= 1).all()
