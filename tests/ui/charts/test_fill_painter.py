"""The ground between two lines."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, colour_at, distance, made, moment, walk
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.plots import Fill, Line
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.fill_painter import with_crossings


class Band(Indicator, frozen=True):
    """A ribbon above the candles, whose edges may change places."""

    name = "BAND"
    title = "Band"
    group = "tests"
    outputs = ("a", "b")
    crosses: bool = False
    late: bool = False

    @property
    def plots(self):
        return Line("a"), Line("b"), Fill("a", "b", by_side=self.crosses)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        count = len(candles)
        a, b = np.full(count, 112.0), np.full(count, 108.0)
        if self.crosses:
            a[count - 20 :], b[count - 20 :] = 108.0, 112.0
        if self.late:
            a[: count - 20] = np.nan
        return {"a": a, "b": b}


def flat(count):
    price = np.full(count, 100.0)
    return made(price, price + 2, price - 2, price)


def chart(qapp, candles, *indicators, spacing=9.0):
    view = ChartView(DARK)
    view.resize(700, 400)
    view.viewport().resize(700, 400)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(candles, *indicators))
    view.state.viewport.spacing = spacing
    view.show_newest()
    return view, view.render_to_image()


def middle_colours(view, image, *places):
    """Colours half way between the edges, between lines of the grid."""
    frame = view.frame_now
    row = frame.panes[0].scale.y(110.4)
    return [colour_at(image, frame.bars.x(frame.newest - back) + 3, row) for back in places]


@pytest.mark.parametrize("spacing", [9.0, 1.4, 0.2])
def test_the_ground_between_two_lines_is_tinted(qapp, spacing):
    """With room for each candle, one column each, and many candles a column."""
    view, image = chart(qapp, flat(3000), Band(), spacing=spacing)
    (found,) = middle_colours(view, image, 30)
    tint = view.style_now.fills[0].color()
    assert tint.alphaF() < 0.2
    assert 2 <= distance(found, DARK.panel.upper()) < 60
    outside = colour_at(image, 300, view.frame_now.panes[0].scale.y(106.3))
    assert distance(outside, found) >= 2


@pytest.mark.parametrize("spacing", [9.0, 1.4])
def test_the_side_that_is_above_gives_the_colour(qapp, spacing):
    """Greener where the first line is above, redder where the second one is."""
    view, image = chart(qapp, flat(400), Band(crosses=True), spacing=spacing)
    before, after = middle_colours(view, image, 30, 8)
    red = lambda colour: int(colour[1:3], 16) - int(colour[3:5], 16)  # noqa: E731
    assert red(after) > red(before)


def test_there_is_no_ground_without_values(qapp):
    """Before both lines have begun the chart is bare."""
    view, image = chart(qapp, flat(400), Band(late=True))
    before, after = middle_colours(view, image, 40, 8)
    assert distance(before, after) >= 2


def test_the_ground_reaches_the_newest_candle(qapp):
    """Its last piece moves with the forming candle."""
    view, image = chart(qapp, flat(400), Band())
    frame = view.frame_now
    row = frame.panes[0].scale.y(110.4)
    newest = frame.bars.x(frame.newest)
    inside, beyond = colour_at(image, newest - 4, row), colour_at(image, newest + 6, row)
    assert distance(inside, beyond) >= 2
    assert distance(inside, middle_colours(view, image, 30)[0]) <= 1


def test_a_crossing_between_two_candles_is_a_corner_of_both_sides():
    """The place where lines cross is found to a fraction of a candle."""
    xs, first, second = with_crossings(
        np.array([0.0, 10.0]), np.array([0.0, 30.0]), np.array([10.0, 10.0])
    )
    np.testing.assert_allclose(xs, [0, 10 / 3, 10])
    np.testing.assert_allclose(first, [0, 10, 30])
    np.testing.assert_allclose(second, [10, 10, 10])


def test_a_tick_repaints_no_more_than_the_end_of_the_ground(qapp):
    """The piece of the newest candle is as narrow as the candle."""
    view, _ = chart(qapp, walk(300), Band())
    pieces = [p for p in view._live.pieces if p.name[0] == "fill"]
    assert len(pieces) == 1
    assert pieces[0].rect.width() <= 12
