"""Real mouse, wheel and key events on a chart."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, moment, walk
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.viewport import DEFAULT_SPACING

pytestmark = pytest.mark.ui


@pytest.fixture
def chart(qtbot):
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 480)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(1_000), Mean(5), Share()))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    return view


def wheel(view, x, y, up=0, sideways=0, modifiers=Qt.KeyboardModifier.NoModifier):
    at = QPointF(x, y)
    event = QWheelEvent(
        at,
        view.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(sideways, up),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def mouse(view, kind, x, y, pressed=True):
    at = QPointF(x, y)
    button = Qt.MouseButton.LeftButton if kind is not QEvent.Type.MouseMove else Qt.MouseButton(0)
    buttons = Qt.MouseButton.LeftButton if pressed else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, at, view.viewport().mapToGlobal(at), button, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view.viewport(), event)


def drag(view, start, stop):
    mouse(view, QEvent.Type.MouseButtonPress, *start)
    middle = [(a + b) / 2 for a, b in zip(start, stop, strict=True)]
    for point in (middle, stop):
        mouse(view, QEvent.Type.MouseMove, *point)
    mouse(view, QEvent.Type.MouseButtonRelease, *stop, pressed=False)


def hover(view, x, y):
    mouse(view, QEvent.Type.MouseMove, x, y, pressed=False)


def axis_x(view):
    frame = view.frame_now
    return (frame.plot_width + 10) / frame.unit


def test_the_wheel_zooms_around_the_pointer(chart):
    """The candle under the pointer stays under it, at every notch."""
    index = chart.frame_now.bars.nearest(300)
    for notch in (120, 120, 120, -120, -120, 240, -480):
        wheel(chart, 300, 150, up=notch)
        assert chart.frame_now.bars.x(index) == pytest.approx(
            300, abs=chart.frame_now.bars.spacing / 2 + 1
        )
    assert chart.state.viewport.spacing != DEFAULT_SPACING


def test_shift_and_sideways_wheels_scroll(chart):
    """Neither changes the zoom."""
    right, spacing = chart.state.viewport.right, chart.state.viewport.spacing
    wheel(chart, 300, 150, up=240, modifiers=Qt.KeyboardModifier.ShiftModifier)
    once = chart.state.viewport.right
    wheel(chart, 300, 150, sideways=240)
    assert right > once > chart.state.viewport.right
    assert chart.state.viewport.spacing == spacing


def test_dragging_pans(chart):
    """The candle one takes hold of follows the pointer."""
    index = chart.frame_now.bars.nearest(200)
    drag(chart, (200, 150), (360, 190))
    assert chart.frame_now.bars.nearest(360) == index
    assert not chart.state.manual


def test_dragging_the_price_axis_scales_by_hand_until_a_double_click(chart):
    """Prices are stretched, panned with the candles, and automatic again."""
    x = axis_x(chart)
    before = chart.frame_now.panes[0].scale
    drag(chart, (x, 100), (x, 200))
    by_hand = chart.frame_now.panes[0].scale
    assert by_hand.high - by_hand.low > before.high - before.low
    drag(chart, (200, 100), (200, 160))
    moved = chart.frame_now.panes[0].scale
    assert moved.high > by_hand.high
    assert moved.high - moved.low == pytest.approx(by_hand.high - by_hand.low)
    mouse(chart, QEvent.Type.MouseButtonDblClick, x, 150)
    assert chart.frame_now.panes[0].scale == before or not chart.state.manual


def test_each_pane_is_scaled_by_its_own_axis(chart):
    """The price stays as it is."""
    box = chart.frame_now.panes[1].box
    drag(chart, (axis_x(chart), box.top + 20), (axis_x(chart), box.top + 50))
    assert list(chart.state.manual) == ["SHARE"]


def test_dragging_the_time_axis_zooms_until_a_double_click(chart):
    """The right edge stays; a double click opens the chart as it was."""
    y = chart.frame_now.plot_height + 10
    right = chart.state.viewport.right
    drag(chart, (300, y), (100, y))
    assert chart.state.viewport.spacing < DEFAULT_SPACING
    assert chart.state.viewport.right == pytest.approx(right)
    mouse(chart, QEvent.Type.MouseButtonDblClick, 300, y)
    assert chart.state.viewport.spacing == DEFAULT_SPACING


def test_dragging_a_divider_resizes_panes(chart):
    """The pane below grows by what the price gives."""
    box = chart.frame_now.panes[1].box
    drag(chart, (300, box.top), (300, box.top - 60))
    after = chart.frame_now.panes[1].box
    assert after.height == pytest.approx(box.height + 60, abs=2)


def test_keys_move_and_zoom(chart, qtbot):
    """Arrows, Home and End, plus and minus; further with Ctrl."""
    view = chart.state.viewport
    right = view.right
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    step = right - view.right
    assert step >= 1
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert right - view.right > 5 * step
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert view.spacing > DEFAULT_SPACING
    qtbot.keyClick(chart, Qt.Key.Key_Minus)
    assert view.spacing == pytest.approx(DEFAULT_SPACING)
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert view.left(chart.plot_width) < 0
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.state.following


def test_other_keys_are_left_to_the_window(chart, qtbot):
    """Letters open the symbol search elsewhere: the chart does not swallow them."""
    before = chart.state.viewport.right, chart.state.viewport.spacing
    qtbot.keyClick(chart, Qt.Key.Key_B)
    assert (chart.state.viewport.right, chart.state.viewport.spacing) == before


def test_the_crosshair_follows_the_pointer_and_leaves_with_it(chart, qtbot):
    """Who links charts hears of the time and the price under it."""
    with qtbot.waitSignal(chart.crosshair_moved) as moved:
        hover(chart, 300, 150)
    when, price = moved.args
    index = chart.frame_now.bars.nearest(300)
    assert when == chart.state.store.open_times[index]
    assert price == pytest.approx(chart.frame_now.panes[0].scale.value(150), abs=0.02)
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.state.crosshair is None


def test_a_crosshair_move_repaints_lines_and_tags_only(chart, qapp):
    """No candle is drawn again."""
    hover(chart, 300, 150)
    qapp.processEvents()
    count = chart.paint_count
    hover(chart, 316, 170)
    qapp.processEvents()
    assert chart.paint_count == count + 1
    assert chart.painted_area < 0.2 * chart.viewport().width() * chart.viewport().height()


@pytest.mark.parametrize(
    ("place", "cursor"),
    [
        ("plot", Qt.CursorShape.CrossCursor),
        ("price axis", Qt.CursorShape.SizeVerCursor),
        ("time axis", Qt.CursorShape.SizeHorCursor),
        ("divider", Qt.CursorShape.SplitVCursor),
    ],
)
def test_the_pointer_says_what_can_be_done(chart, place, cursor):
    """Each part of the chart has a shape of its own."""
    frame = chart.frame_now
    points = {
        "plot": (200, 150),
        "price axis": (axis_x(chart), 100),
        "time axis": (200, frame.plot_height + 8),
        "divider": (200, frame.panes[1].box.top),
    }
    hover(chart, *points[place])
    assert chart.viewport().cursor().shape() is cursor


def test_an_empty_chart_ignores_gestures(qtbot):
    """Nothing to zoom, nothing to pan, nothing to crash."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.set_series(BTC, BITCOIN)
    view.show()
    wheel(view, 100, 100, up=120)
    drag(view, (100, 100), (150, 120))
    qtbot.keyClick(view, Qt.Key.Key_Left)
    hover(view, 120, 90)
    mouse(view, QEvent.Type.MouseButtonDblClick, 100, 100)
    assert view.state.viewport.spacing == DEFAULT_SPACING
