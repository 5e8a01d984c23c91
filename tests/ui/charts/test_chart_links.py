"""Charts of a link group follow each other, whatever window they are in."""

from __future__ import annotations

import time
from types import SimpleNamespace

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.fakes import BTC_1M, ETH_1M, MINUTE
from tests.ui.docks.test_chart import Setting
from tests.ui.world import FakeHost
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.link import Link, LinkedPoint, LinkGroup
from thebot_desktop.ui.charts.link_button import group_icon
from thebot_desktop.ui.docks.chart import ChartDock

pytestmark = pytest.mark.ui

A, B = LinkGroup.A, LinkGroup.B
BTC_5M = SeriesKey(BTC_1M.symbol, Interval.M5)


def another(setting, series):
    """A second chart of the same program."""
    core = setting.core
    return ChartDock(
        setting.host,
        "chart.2",
        series,
        session=setting.session,
        older=setting.older,
        subscriber=core.subscriber,
        signals=core.signals,
        alerts=core.alerts,
        clock=core.clock,
        freshness=core.stream.freshness,
        board=core.stream.board,
        catalogue={},
    )


@pytest.fixture
def pair(qtbot):
    """Two charts of one market in two windows, with 200 candles each."""
    one = Setting(qtbot, labels=())
    other = another(one, ETH_1M)
    windows = []
    for dock in (one.dock, other):
        window = QMainWindow()
        qtbot.addWidget(window)
        window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
        window.resize(700, 450)
        window.show()
        windows.append(window)
    one.history()
    one.history(series=ETH_1M)
    for dock in (one.dock, other):
        dock.draw_if_needed()
        qtbot.waitUntil(lambda d=dock: d.view.paint_count > 0)
    yield SimpleNamespace(one=one.dock, other=other, windows=windows, setting=one)
    for dock in (one.dock, other):
        dock.release()


def link(pair, **shares):
    for dock in (pair.one, pair.other):
        dock.link_button.chosen.emit(Link(A, **shares))
    for dock in (pair.one, pair.other):
        dock.draw_if_needed()
    QApplication.processEvents()


def move(qtbot, dock, x, y):
    QApplication.processEvents()
    qtbot.mouseMove(dock.view.viewport(), QPoint(x, y))
    QApplication.processEvents()


def test_the_crosshair_is_in_all_charts_of_a_group(pair, qtbot):
    """At the same time; the price only where both show the same symbol."""
    link(pair, symbol=False)
    move(qtbot, pair.one, 300, 120)
    pointed = pair.one.view.frame_now.bars.nearest(300)
    point = pair.other.view.state.linked
    assert point.open_time == pair.one.view.state.store.open_times[pointed]
    assert point.price is None
    pair.other.show_series(BTC_1M)
    pair.other.draw_if_needed()
    move(qtbot, pair.one, 301, 121)
    assert pair.other.view.state.linked.price == pair.one.view.price_at(301, 121)


def test_a_linked_crosshair_leaves_with_the_pointer(pair, qtbot):
    """Nothing stays behind in the other window."""
    link(pair)
    move(qtbot, pair.one, 300, 120)
    assert pair.other.view.state.linked is not None
    move(qtbot, pair.one, 695, 120)
    assert pair.other.view.state.linked is None


def test_charts_that_are_not_linked_leave_each_other_alone(pair, qtbot):
    """Neither without a group nor in different ones."""
    pair.one.link_button.chosen.emit(Link(A))
    pair.other.link_button.chosen.emit(Link(B))
    move(qtbot, pair.one, 300, 120)
    pair.one.show_series(SeriesKey(ETH_1M.symbol, Interval.M5))
    assert pair.other.view.state.linked is None
    assert pair.other.series == ETH_1M


def test_a_linked_crosshair_is_cheap_to_show(pair, qtbot):
    """Only pieces are repainted, in a few milliseconds even where all is done by the CPU."""
    link(pair)
    view, spent = pair.other.view, []
    for place in range(100, 140):
        began = time.process_time()
        view.point_at(LinkedPoint(UnixMs(place * MINUTE), 100.0))
        QApplication.processEvents()
        spent.append(time.process_time() - began)
        assert view.painted_area < view.width() * view.height() / 3
    assert sorted(spent)[len(spent) // 2] < 0.006


def test_a_hidden_chart_is_not_painted_for_a_crosshair(pair, qtbot):
    """It shows the pointer when it is seen again."""
    link(pair)
    pair.windows[1].hide()
    before = pair.other.view.paint_count
    move(qtbot, pair.one, 300, 120)
    assert pair.other.view.paint_count == before


def test_who_joins_a_group_shows_its_symbol(pair):
    """And choosing another one in any chart changes all; the intervals stay apart."""
    link(pair)
    assert pair.other.series == BTC_1M
    pair.other.show_series(SeriesKey(ETH_1M.symbol, Interval.M5))
    assert pair.one.series == ETH_1M


def test_the_interval_is_shared_on_request(pair):
    """The symbol can be left out then."""
    link(pair, symbol=False, interval=True)
    pair.one.show_series(BTC_5M)
    assert pair.other.series == SeriesKey(ETH_1M.symbol, Interval.M5)


def test_what_a_group_shares_is_the_same_for_all(pair):
    """A tick set in one chart is set in the others, and a new one takes it over."""
    link(pair)
    pair.one.link_button.chosen.emit(Link(A, time=True))
    assert pair.other.link == Link(A, time=True)
    pair.other.link_button.chosen.emit(Link(None))
    pair.other.link_button.chosen.emit(Link(A, symbol=False))
    assert pair.other.link == Link(A, time=True)


def test_the_visible_time_is_shared_on_request(pair, qtbot):
    """Turning the wheel over one zooms both."""
    link(pair, time=True)
    before = pair.other.stretch
    at = QPointF(300, 150)
    view = pair.one.view
    wheel = QWheelEvent(
        at,
        view.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, 360),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), wheel)
    assert pair.other.stretch != before
    assert pair.other.stretch.begin == pytest.approx(pair.one.stretch.begin, abs=MINUTE / 10)
    assert pair.other.stretch.end == pytest.approx(pair.one.stretch.end, abs=MINUTE / 10)


def test_a_closed_chart_is_told_nothing(pair, qtbot):
    """Its group goes on without it."""
    link(pair)
    pair.other.release()
    pair.one.show_series(ETH_1M)
    assert pair.other.series == BTC_1M


def test_the_menu_says_what_is_chosen(pair):
    """Letters as well as colours; ticks for what is shared."""
    pair.one.link_button.chosen.emit(Link(B, interval=True))
    menu = pair.one.link_button.menu_now()
    ticked = [a.text() for a in menu.actions() if a.isChecked()]
    assert ticked == ["Group B", "Crosshair", "Symbol", "Interval"]
    assert pair.one.link_button.toolTip() == "Link group B"
    menu.deleteLater()


def test_signs_of_groups_differ(pair):
    """Each has a colour of its own, in both themes."""
    theme = FakeHost().theme
    images = [group_icon(g, theme).pixmap(16).toImage() for g in (None, *LinkGroup)]
    colours = {image.pixel(8, 1) for image in images[1:]}
    assert len(colours) == len(LinkGroup)


def test_a_link_is_part_of_the_look():
    """So the layout keeps it."""
    kept = msgspec.json.encode(Link(A, time=True))
    assert msgspec.json.decode(kept, type=Link) == Link(A, time=True)
