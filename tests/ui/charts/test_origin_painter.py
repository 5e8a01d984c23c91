"""What the picture says about where candles came from."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.charts.builders import (
    BITCOIN,
    BTC,
    DARK,
    MINUTE,
    START,
    colour_at,
    column_of,
    copied,
    moment,
    walk,
)
from thebot_desktop.domain.market import FeedGap, Origin
from thebot_desktop.ui.charts.base_layer import prepare
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.frame import FrameMaker
from thebot_desktop.ui.charts.legend import price_legend
from thebot_desktop.ui.charts.origin_painter import _in_view, origin_word

pytestmark = pytest.mark.ui


@pytest.fixture
def make(qtbot):
    def shown(candles, spacing=9.0, size=(600, 400)):
        view = ChartView(DARK)
        qtbot.addWidget(view)
        view.resize(*size)
        view.viewport().resize(*size)
        view.set_series(BTC, BITCOIN)
        view.state.viewport.spacing = spacing
        view.update_chart(moment(candles))
        return view

    return shown


def marked(count, **stretches):
    candles = copied(walk(count))
    for name, (first, last) in stretches.items():
        candles.origin[first:last] = Origin[name.upper()]
    return candles


def frame_of(view):
    size = view.viewport().size()
    style = ChartStyle(view.theme, 1.0)
    return prepare(FrameMaker(), view.state, style, size.width(), size.height())


def edge_of(view, position, colour):
    """How many pixels of the column at a position have the colour."""
    image, frame = view.render_to_image(1), frame_of(view)
    box = frame.panes[0].box
    column = column_of(image, frame.bars.x(position), box.top + 60, box.bottom - 40)
    return column.count(colour.upper()) / len(column)


def test_a_hole_of_the_exchange_is_shaded_in_grey(make):
    """It looks unlike a repair: these candles never existed."""
    view = make(marked(60, exchange_hole=(40, 46)))
    assert view.state.store.holes.tolist() == [[40, 45]]
    assert edge_of(view, 39.5, DARK.secondary) > 0.3
    assert edge_of(view, 39.5, DARK.warning) == 0


def test_repaired_bars_can_be_left_unmarked_but_holes_cannot(make):
    """The choice is about repairs: their candles are as good as any."""
    view = make(marked(60, repaired=(20, 26), exchange_hole=(40, 46)))
    assert edge_of(view, 19.5, DARK.warning) > 0.3
    view.set_shows_repaired(shown=False)
    assert edge_of(view, 19.5, DARK.warning) == 0
    assert edge_of(view, 39.5, DARK.secondary) > 0.3


def test_a_late_bar_has_a_tick_at_its_foot(make):
    """Nothing was missed, so there is no veil."""
    view = make(marked(60, late=(30, 31)))
    image, frame = view.render_to_image(1), frame_of(view)
    x, foot = frame.bars.x(30), frame.panes[0].box.bottom - 2
    assert colour_at(image, x, foot) == DARK.warning.upper()
    assert edge_of(view, 29.5, DARK.warning) == 0
    assert colour_at(image, frame.bars.x(32), foot) != DARK.warning.upper()


def test_a_hole_that_is_being_fetched_is_shaded_right_of_the_newest_bar(make):
    """And no longer once it is filled."""
    view = make(walk(40))
    first = START + 40 * MINUTE
    view.set_gaps([FeedGap(BTC, first, first + MINUTE, first)])
    assert edge_of(view, 39.5, DARK.warning) > 0.3
    view.set_gaps([])
    assert edge_of(view, 39.5, DARK.warning) == 0


def test_another_series_begins_without_the_holes_of_the_one_before(make):
    """They were about other candles."""
    view = make(walk(40))
    view.set_gaps([FeedGap(BTC, START, START, START)])
    view.set_series(BTC, BITCOIN)
    assert view.state.gaps == ()


def test_many_stretches_are_never_more_than_columns_of_pixels(make):
    """Zoomed out, what shares a column is one; every candle is still counted."""
    candles = copied(walk(60_000))
    candles.origin[::2] = Origin.REPAIRED
    view = make(candles, spacing=0.02)
    frame = frame_of(view)
    stretches = _in_view(view.state.store.repaired, frame)
    assert 0 < len(stretches) <= frame.plot_width
    inside = view.state.store.origins[frame.first : frame.last + 1] == Origin.REPAIRED
    assert abs(int(stretches[:, 2].sum()) - np.count_nonzero(inside)) <= 1
    assert (stretches[1:, 0] > stretches[:-1, 1]).all()


def test_the_legend_names_an_unusual_origin(make):
    """Under the crosshair; what came live or as history needs no word."""
    names = ("late", "repaired", "imported", "no_trades", "exchange_hole", "history")
    spans = {name: (10 + 5 * i, 12 + 5 * i) for i, name in enumerate(names)}
    for size in ((1_200, 400), (420, 400)):
        view = make(marked(60, **spans), size=size)

        def said(index, view=view):
            legend = price_legend(view.state, frame_of(view), view.style_now, index)
            return {span.text for row in legend.rows for part in row for span in part.spans}

        for name, (first, _last) in spans.items():
            word = origin_word(Origin[name.upper()])
            assert word in said(first) if word else not said(first) & set(map(origin_word, Origin))
        assert not said(5) & {o.label for o in Origin}
