"""From values to pixels and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.ui.charts.scales import BarAxis, ValueScale, padded, padded_log


@given(st.floats(0.0, 900_000.0), st.floats(0.3, 60.0), st.integers(0, 500))
def test_gaps_between_candles_do_not_depend_on_where_one_looks(left, spacing, shift):
    """Panning moves all candles by the same whole number of pixels."""
    one, other = BarAxis.of(left, spacing), BarAxis.of(left + shift / spacing, spacing)
    indexes = np.arange(int(left), int(left) + 50, dtype=float)
    assert np.ptp(one.xs(indexes) - other.xs(indexes)) == 0


def test_one_position_and_many_are_the_same():
    """The scalar and the array way agree."""
    axis = BarAxis.of(123.4, 7.3)
    assert axis.xs(np.arange(100, 140.0)).tolist() == [axis.x(i) for i in range(100, 140)]


def test_the_nearest_candle_is_the_one_at_its_column():
    """Pointing at the middle column of a candle finds that candle."""
    axis = BarAxis.of(100.0, 8.0)
    assert [axis.nearest(axis.x(i)) for i in range(100, 120)] == list(range(100, 120))


def test_top_and_bottom_rows_are_high_and_low():
    """The range fills the pane from its first to its last row of pixels."""
    scale = ValueScale(10.0, 20.0, 50, 101)
    assert (scale.y(20.0), scale.y(10.0), scale.y(15.0)) == (50, 150, 100)
    assert scale.value(100) == pytest.approx(15.0)
    assert scale.shows(10.0)
    assert not scale.shows(9.99)


def test_what_is_far_away_stays_just_outside():
    """Absurd values do not overflow pixels."""
    scale = ValueScale(10.0, 20.0, 0, 100)
    assert scale.y(1e300) == -100
    assert scale.ys(np.array([1e300, -1e300])).tolist() == [-100.0, 200.0]
    assert scale.y(math.nan) == 200


@pytest.mark.parametrize(
    ("low", "high"), [(1.0, 2.0), (5.0, 5.0), (0.0, 0.0), (math.nan, math.nan), (-3.0, 1e-12)]
)
def test_every_range_gets_head_room(low, high):
    """Flat, empty and ordinary ranges all become ranges one can draw in."""
    bottom, top = padded(low, high, 0.1, 0.2)
    assert bottom < top
    if math.isfinite(low):
        assert bottom < low <= high < top


def test_head_room_is_a_share_of_the_whole():
    """A tenth above and a fifth below are free."""
    bottom, top = padded(10.0, 80.0, 0.1, 0.2)
    assert (bottom, top) == (pytest.approx(-10.0), pytest.approx(90.0))


def test_stretching_keeps_the_middle():
    """Scaling by hand works around the middle of the pane."""
    assert ValueScale(10.0, 20.0, 0, 100).stretched(2.0) == (5.0, 25.0)
    low, high = ValueScale(10.0, 1000.0, 0, 100, log=True).stretched(2.0)
    assert (low, high) == pytest.approx((1.0, 10_000.0))


@given(
    st.floats(0.01, 1000.0),
    st.floats(1.01, 100.0),
    st.booleans(),
    st.booleans(),
    st.floats(-200, 200),
)
def test_content_moves_by_as_many_pixels_as_the_pointer(low, ratio, log, inverted, pixels):
    """On every kind of scale, up and down."""
    scale = ValueScale(low, low * ratio, 10, 400, log, inverted)
    moved = ValueScale(*scale.moved(pixels), 10, 400, log, inverted)
    assert moved.value(200.0 + pixels) == pytest.approx(scale.value(200.0), rel=1e-6)


def test_a_logarithmic_scale_gives_every_doubling_the_same_room():
    """Ten to twenty is as far as forty to eighty, and an inverted scale is upside down."""
    scale = ValueScale(10.0, 160.0, 0, 401, log=True)
    assert [scale.y(v) for v in (160, 80, 40, 20, 10)] == [0, 100, 200, 300, 400]
    upside_down = ValueScale(10.0, 160.0, 0, 401, log=True, inverted=True)
    assert [upside_down.y(v) for v in (160, 80, 10)] == [400, 300, 0]
    ys = scale.ys(np.array([80.0, 0.0, -3.0, np.nan]))
    assert ys[0] == pytest.approx(100)
    assert ys[1] > 401
    assert scale.y(0.0) > 401


def test_head_room_on_a_logarithmic_scale_is_a_share_of_its_height():
    """A tenth above and below; a flat price still has a range."""
    low, high = padded_log(10.0, 1000.0, 0.1, 0.1)
    scale = ValueScale(low, high, 0, 1001, log=True)
    assert (scale.y(1000.0), scale.y(10.0)) == (100, 900)
    low, high = padded_log(5.0, 5.0, 0.1, 0.1)
    assert low < 5.0 < high
