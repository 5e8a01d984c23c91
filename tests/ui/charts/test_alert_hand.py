"""Alert lines: what a hand can do with them, and that nothing else is in its way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest

from tests.ui.charts.builders import BITCOIN, BTC, DARK, moment, walk
from tests.ui.charts.test_gestures import drag, hover, mouse
from thebot_desktop.ui.charts.chart_state import AlertLine
from thebot_desktop.ui.charts.chart_view import ChartView

pytestmark = pytest.mark.ui

PRESS, MOVE, RELEASE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
)


@pytest.fixture
def chart(qtbot):
    """300 candles and one alert in the middle of the pane."""
    view = ChartView(DARK)
    qtbot.addWidget(view)
    view.resize(700, 440)
    view.set_series(BTC, BITCOIN)
    view.update_chart(moment(walk(300)))
    view.show()
    qtbot.waitUntil(lambda: view.paint_count > 0)
    scale = view.frame_now.panes[0].scale
    view.set_alert_lines([AlertLine(view.state.in_steps(scale.value(200)), "crosses", "a")])
    view.moves = []
    view.alert_hand.moved.add(view.moves.append)
    QTest.qWait(0)
    return view


def line_y(view):
    return view.frame_now.panes[0].scale.y(view.state.alert_lines[0].price)


def cursor(view):
    return view.viewport().cursor().shape()


@pytest.mark.parametrize("where", ["line", "tag"])
def test_a_line_moves_with_the_pointer_and_is_told_when_let_go(chart, where):
    """By the line or by its tag; the price is a whole number of price steps."""
    y = line_y(chart)
    x = 300 if where == "line" else chart.plot_width + 10
    before = chart.state.viewport.right
    drag(chart, (x, y + 2), (x, y - 58))
    (moved,) = chart.moves
    assert moved.id == "a"
    assert moved.price == chart.state.in_steps(chart.frame_now.panes[0].scale.value(y - 60))
    assert round(moved.price / 0.01) == pytest.approx(moved.price / 0.01)
    assert chart.state.viewport.right == before
    assert not chart.state.manual


def test_a_line_in_hand_repaints_only_its_own_strip(chart, qapp):
    """The base layer is painted once, without it; then the live layer alone follows."""
    y = line_y(chart)
    mouse(chart, PRESS, 300, y)
    for step in (9, 10):
        mouse(chart, MOVE, 300, y - step)
        qapp.processEvents()
    base = chart._base
    assert base is not None
    for step in range(11, 40):
        mouse(chart, MOVE, 300, y - step)
        qapp.processEvents()
    assert chart._base is base
    assert chart.painted_area < 0.15 * chart.width() * chart.height()
    price = chart.state.held_alert.price
    assert price == chart.state.in_steps(chart.frame_now.panes[0].scale.value(y - 39))
    mouse(chart, RELEASE, 300, y - 39, pressed=False)


def test_escape_puts_it_back(chart):
    """Nothing is told, the line is where it was, and the key goes no further."""
    y = line_y(chart)
    mouse(chart, PRESS, 300, y)
    mouse(chart, MOVE, 300, y - 50)
    QTest.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.state.held_alert is None
    mouse(chart, RELEASE, 300, y - 50, pressed=False)
    assert chart.moves == []


def test_a_click_changes_nothing(chart):
    """Only a move is a move."""
    y = line_y(chart)
    mouse(chart, PRESS, 300, y + 3)
    mouse(chart, RELEASE, 300, y + 3, pressed=False)
    assert chart.moves == []


def test_away_from_a_line_the_chart_pans_as_ever(chart):
    """Five pixels off, and with a key held down, the drag is not about the alert."""
    y, before = line_y(chart), chart.state.viewport.right
    drag(chart, (300, y + 6), (360, y + 6))
    assert chart.state.viewport.right != before
    assert chart.moves == []


def test_a_hand_shows_what_can_be_taken(chart):
    """Open over the line, closed while it is held, the cross elsewhere."""
    y = line_y(chart)
    hover(chart, 300, y + 30)
    assert cursor(chart) is Qt.CursorShape.CrossCursor
    hover(chart, 300, y + 4)
    assert cursor(chart) is Qt.CursorShape.OpenHandCursor
    mouse(chart, PRESS, 300, y)
    mouse(chart, MOVE, 300, y - 4)
    assert cursor(chart) is Qt.CursorShape.ClosedHandCursor
    mouse(chart, RELEASE, 300, y - 4, pressed=False)


def test_a_line_that_is_gone_meanwhile_is_not_in_hand(chart):
    """The alert fired while it was being moved: there is nothing left to move."""
    y = line_y(chart)
    mouse(chart, PRESS, 300, y)
    mouse(chart, MOVE, 300, y - 20)
    chart.set_alert_lines([])
    mouse(chart, RELEASE, 300, y - 30, pressed=False)
    assert chart.moves == []
    assert chart.state.held_alert is None


def test_a_line_never_leaves_the_pane_or_the_positive_prices(chart):
    """Dragged far out, it stays at the edge of what is shown."""
    y = line_y(chart)
    drag(chart, (300, y), (300, 4_000))
    (moved,) = chart.moves
    pane = chart.frame_now.panes[0]
    assert pane.scale.low <= moved.price < pane.scale.value(y)


def test_its_menu_offers_what_can_be_done(chart):
    """Edit, switch off, delete: each names the alert."""
    told = []
    hand = chart.alert_hand
    for which in (hand.edit_wanted, hand.off_wanted, hand.delete_wanted):
        which.add(told.append)
    menu = chart.context_menu(300, line_y(chart))
    texts = [action.text() for action in menu.actions()[:3]]
    assert texts == ["Edit alert…", "Switch alert off", "Delete alert"]
    for action in menu.actions()[:3]:
        action.trigger()
    assert told == ["a", "a", "a"]
    elsewhere = chart.context_menu(300, line_y(chart) + 40)
    assert not {a.text() for a in elsewhere.actions()} & set(texts)


def test_a_line_without_a_rule_can_only_be_looked_at(chart):
    """What nobody can change does not pretend to be movable."""
    price = chart.state.alert_lines[0].price
    chart.set_alert_lines([AlertLine(price, "crosses")])
    assert chart.alert_hand.at(300, line_y(chart)) is None
