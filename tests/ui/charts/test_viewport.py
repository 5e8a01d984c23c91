"""Zoom, pan and following as plain maths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.ui.charts.viewport import FEWEST_LEFT, LARGEST_SPACING, Viewport

WIDTH = 800.0
NEWEST = 5_000


def view():
    viewport = Viewport()
    viewport.reset(WIDTH, NEWEST)
    return viewport


@given(
    st.floats(0.2, 5.0),
    st.floats(0.0, WIDTH),
    st.floats(4.0, 20.0),
)
def test_what_is_under_the_pointer_stays_there_when_zooming(factor, x, spacing):
    """The candle one points at is the one one looks closer at."""
    viewport = Viewport(spacing, 3_000.0)
    before = viewport.position_at(x, WIDTH)
    viewport.zoom(factor, x, WIDTH, NEWEST)
    assert viewport.position_at(x, WIDTH) == pytest.approx(before, abs=1e-6)


def test_a_fresh_view_shows_the_newest_candle_with_some_air():
    """The newest candle stands a little left of the axis."""
    viewport = view()
    x = viewport.x_of(NEWEST, WIDTH)
    assert WIDTH - 80 < x < WIDTH - 20
    assert viewport.shows(NEWEST)


def test_panning_moves_by_pixels():
    """Dragging by ten candles' width moves the view by ten candles."""
    viewport = view()
    right = viewport.right
    viewport.pan(10 * viewport.spacing, WIDTH, NEWEST)
    assert viewport.right == pytest.approx(right - 10)
    assert not Viewport(8.0, NEWEST - 1.0).shows(NEWEST)


@given(st.floats(-1e6, 1e6), st.floats(0.01, 100.0), st.integers(0, 2_000))
def test_some_candles_always_stay_in_sight(candles, factor, newest):
    """However far one pans and zooms, the chart is never lost."""
    viewport = Viewport()
    viewport.reset(WIDTH, newest)
    viewport.zoom(factor, 400, WIDTH, newest)
    viewport.scroll(candles, WIDTH, newest)
    fewest = min(FEWEST_LEFT, newest + 0.5)
    assert viewport.right >= fewest - 1e-6 or viewport.right >= WIDTH / viewport.spacing / 2
    assert viewport.left(WIDTH) <= newest
    assert viewport.spacing <= LARGEST_SPACING


def test_one_can_zoom_out_to_everything_but_not_further():
    """All candles fit into the view, with a margin, and not less."""
    viewport = view()
    viewport.zoom(1e-9, WIDTH / 2, WIDTH, NEWEST)
    visible = WIDTH / viewport.spacing
    assert NEWEST < visible < NEWEST * 1.2


def test_home_and_end():
    """The oldest candle stands at the left edge, the newest near the right one."""
    viewport = view()
    viewport.to_oldest(WIDTH, NEWEST)
    assert viewport.left(WIDTH) == pytest.approx(-1.0)
    viewport.to_newest(WIDTH, NEWEST)
    assert viewport.shows(NEWEST)
