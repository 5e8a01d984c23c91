"""Statistics of columns, against formulas written out in plain Python."""

from __future__ import annotations

import math
import statistics as plain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from thebot_desktop.analysis.statistics import (
    aligned,
    correlation,
    correlations,
    percentile,
    performance,
    returns,
    trend,
    z_score,
)

NUMBERS = some.lists(
    some.one_of(some.integers(-1000, 1000).map(float), some.just(math.nan)),
    min_size=2,
    max_size=60,
)


def column(*values):
    return np.array(values, float)


def known(values):
    return [v for v in values if math.isfinite(v)]


def test_returns_are_shares_of_the_earlier_value():
    """A rise from 100 to 110 is a tenth; the first bars have nothing before them."""
    found = returns(column(100, 110, 99), 1)
    assert math.isnan(found[0])
    assert found[1:] == pytest.approx([0.1, -0.1])
    assert returns(column(100, 110, 99), 2)[2] == pytest.approx(-0.01)


@pytest.mark.parametrize("before", [math.nan, 0.0, -5.0, math.inf])
def test_no_return_without_a_price_to_compare_with(before):
    """A gap, zero or a negative value before makes no share of it."""
    assert math.isnan(returns(column(before, 10))[1])


@pytest.mark.parametrize("bars", [0, 3, 9])
def test_returns_over_more_bars_than_there_are_are_unknown(bars):
    """Nothing is made up where the column does not reach."""
    assert np.isnan(returns(column(1, 2, 3), bars)).all()


def test_performance_says_how_many_bars_it_needs():
    """A change over five bars needs six candles."""
    assert performance(column(1, 2, 3), 5) == performance(column(1, 2, 3), 5)
    short = performance(column(1, 2, 3), 5)
    assert (short.known, short.is_short, short.have, short.needed) == (False, True, 3, 6)
    assert performance(column(50, 1, 1, 75), 3).value == pytest.approx(0.5)


@given(NUMBERS)
def test_percentile_counts_the_values_below(values):
    """The share below the newest one, equals counted half, gaps not at all."""
    found = percentile(column(*values), needed=2)
    there, newest = known(values), values[-1]
    if len(there) < 2 or math.isnan(newest):
        assert not found.known
        return
    below = sum(v < newest for v in there) + sum(v == newest for v in there) / 2
    assert found.value == pytest.approx(100 * below / len(there))


@given(NUMBERS)
def test_z_score_is_the_distance_in_standard_deviations(values):
    """As the standard library's mean and standard deviation say."""
    found = z_score(column(*values), needed=2)
    there, newest = known(values), values[-1]
    if len(there) < 2 or math.isnan(newest) or len(set(there)) == 1:
        assert not found.known
        return
    assert found.value == pytest.approx((newest - plain.mean(there)) / plain.stdev(there))


def test_a_flat_column_has_no_z_score_though_it_has_enough_values():
    """Unknown, but not for want of bars."""
    found = z_score(np.full(50, 0.1))
    assert not found.known
    assert not found.is_short


@given(NUMBERS)
def test_trend_is_the_line_of_least_squares(values):
    """As the standard library fits it, places of gaps kept."""
    found = trend(column(*values), needed=2)
    points = [(i, v) for i, v in enumerate(values) if math.isfinite(v)]
    if len(points) < 2:
        assert not found.slope.known
        return
    x, y = zip(*points, strict=True)
    slope, _ = plain.linear_regression(x, y)
    assert found.slope.value == pytest.approx(slope, abs=1e-9)
    if len(set(y)) > 1:
        assert found.fit == pytest.approx(plain.correlation(x, y) ** 2, abs=1e-9)


def test_a_trend_has_a_direction_only_where_a_line_explains_it():
    """Rising, falling, and back and forth."""
    steps = np.arange(40.0)
    assert trend(steps).sign == 1
    assert trend(-steps).sign == -1
    assert trend(np.where(steps % 2, 1.0, -1.0)).sign == 0
    assert trend(np.ones(40)).sign == 0
    assert trend(steps[:3]).sign == 0


@given(NUMBERS, NUMBERS)
def test_correlation_is_pearsons_over_pairs(left, right):
    """As the standard library has it, over the places where both have a value."""
    count = min(len(left), len(right))
    left, right = left[:count], right[:count]
    found = correlation(column(*left), column(*right), needed=2)
    pairs = [p for p in zip(left, right, strict=True) if all(map(math.isfinite, p))]
    x, y = [p[0] for p in pairs], [p[1] for p in pairs]
    if len(pairs) < 2 or len(set(x)) == 1 or len(set(y)) == 1:
        assert not found.known
        return
    assert found.value == pytest.approx(plain.correlation(x, y), abs=1e-9)
    assert found.have == len(pairs)


def test_correlation_of_what_never_moves_is_unknown():
    """A flat column belongs to nothing, rounding or not."""
    moving = np.sin(np.arange(50.0))
    assert not correlation(np.full(50, 0.1), moving).known


def test_the_matrix_is_symmetric_and_says_nothing_of_short_columns():
    """One in the diagonal, minus one for the opposite, NaN where pairs are few."""
    moving = np.sin(np.arange(50.0))
    short = np.full(50, math.nan)
    short[:5] = moving[:5]
    found = correlations([moving, -moving, short])
    assert found[:2, :2] == pytest.approx(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert np.isnan(found[2]).all()
    assert np.isnan(found[:, 2]).all()


def test_columns_are_laid_over_all_times_of_any():
    """Where one has no candle it has a gap; nothing is shifted."""
    times, (left, right) = aligned(
        [(np.array([10, 20, 40]), column(1, 2, 4)), (np.array([20, 30]), column(5, 6))]
    )
    assert times.tolist() == [10, 20, 30, 40]
    assert left == pytest.approx([1, 2, math.nan, 4], nan_ok=True)
    assert right == pytest.approx([math.nan, 5, 6, math.nan], nan_ok=True)
    assert aligned([])[1] == []
