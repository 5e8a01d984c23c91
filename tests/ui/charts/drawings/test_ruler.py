"""Measuring with Shift, by real mouse and key events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.ui.charts.builders import BITCOIN, BTC, DARK, MINUTE, Share, moment, walk
from tests.ui.charts.drawings.test_hand import (
    SHIFT,
    anchor,
    arm,
    click,
    drag,
    hover,
    key,
    press,
    release,
)
from thebot_desktop.domain.drawings import TrendLine
from thebot_desktop.ui.charts.chart_look import ChartLook, ScaleMode
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.tools.measure import MeasureTool

pytestmark = pytest.mark.ui


@pytest.fixture
def chart(qtbot):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(800, 520)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(400), Share()))
    view.show()
    view.setFocus()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def measured(view):
    return view.state.drawings.measured


def figures(view):
    """What it says."""
    shown = measured(view)
    places = Places.of_pane(shown.pane, view.state, view.frame_now, view.style_now)
    (label,) = MeasureTool().sketch(shown.drawing, places).labels
    return label.lines


def test_a_drag_with_shift_measures(chart):
    """From where it began to where it ended: change, percent, bars and time."""
    first, second = anchor(chart, (200, 240)), anchor(chart, (420, 120))
    right = chart.state.viewport.right
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    assert chart.state.viewport.right == right
    assert [(a.time, round(a.price, 2)) for a in measured(chart).drawing.anchors] == [first, second]
    change, bars = second[1] - first[1], (second[0] - first[0]) // MINUTE
    price, time = figures(chart)
    assert price == f"+{change:,.2f} (+{change / first[1] * 100:.2f}%)"
    assert time.startswith(f"{bars} bars · ")
    assert chart.hand.drawings == ()


def test_it_stays_where_it_was_until_the_next_click(chart):
    """That click does what it always does: here it pans."""
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    before = measured(chart)
    hover(chart, (500, 100))
    chart.state.viewport.pan(30, chart.plot_width, chart.state.store.newest)
    chart.invalidate()
    assert measured(chart) == before
    right = chart.state.viewport.right
    drag(chart, (300, 60), (380, 60))
    assert measured(chart) is None
    assert chart.state.viewport.right < right


def test_two_clicks_measure_as_well(chart):
    """The first with Shift; the ruler follows the pointer to the second."""
    click(chart, (200, 240), SHIFT)
    hover(chart, (300, 200))
    assert measured(chart).drawing.anchors[1].time == anchor(chart, (300, 200))[0]
    click(chart, (420, 120))
    hover(chart, (500, 300))
    assert measured(chart).drawing.anchors[1].time == anchor(chart, (420, 120))[0]
    click(chart, (300, 300))
    assert measured(chart) is None


def test_escape_ends_it(chart):
    """And nothing else."""
    chart.hand.arm(None)
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    key(chart, Qt.Key.Key_Escape)
    assert measured(chart) is None


def test_panes_below_are_measured_in_their_own_units(chart):
    """Without a percentage, which would mean nothing there."""
    frame = chart.frame_now
    box = frame.panes[1].box
    low, high = box.bottom / frame.unit - 10, box.top / frame.unit + 10
    drag(chart, (200, low), (420, high), modifiers=SHIFT)
    assert measured(chart).pane == frame.panes[1].spec.key
    price, _time = figures(chart)
    assert price.startswith("+")
    assert "%" not in price


@pytest.mark.parametrize("scale", list(ScaleMode))
@pytest.mark.parametrize("inverted", [False, True])
def test_every_scale_can_be_measured(chart, scale, inverted):
    """What is up in prices is up, whichever way the scale goes."""
    chart.set_look(ChartLook(scale=scale, inverted=inverted))
    first, second = anchor(chart, (200, 240)), anchor(chart, (420, 120))
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    assert figures(chart)[0].startswith("+" if second[1] > first[1] else "−")
    assert (second[1] > first[1]) is not inverted


def test_an_armed_tool_is_not_disturbed(chart):
    """Shift belongs to it then."""
    arm(chart, TrendLine)
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    assert measured(chart) is None
    assert len(chart.hand.drawings) == 1


def test_axes_are_not_measured(chart):
    """Nor is an empty chart."""
    x = (chart.frame_now.plot_width + 20) / chart.frame_now.unit
    drag(chart, (x, 100), (x, 160), modifiers=SHIFT)
    assert measured(chart) is None
    chart.set_series(BTC, BITCOIN)
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    assert measured(chart) is None


def test_it_goes_with_its_series_or_its_pane(chart):
    """Another symbol is another matter."""
    box = chart.frame_now.panes[1].box
    y = (box.top + box.bottom) / 2 / chart.frame_now.unit
    drag(chart, (200, y), (420, y - 10), modifiers=SHIFT)
    chart.update_chart(moment(walk(400)))
    chart.render_to_image()
    press(chart, (200, 240), modifiers=SHIFT)
    chart.set_series(BTC, BITCOIN)
    assert measured(chart) is None
    release(chart, (300, 200))
    hover(chart, (310, 200))
    assert measured(chart) is None


def test_pictures_do_not_show_it(chart):
    """They are of the chart."""
    plain = chart.render_to_image()
    drag(chart, (200, 240), (420, 120), modifiers=SHIFT)
    assert chart.render_to_image() == plain
