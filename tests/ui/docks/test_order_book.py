"""The order book, used as a person uses it."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from tests.ui.world import NOW
from thebot_desktop.domain.market import (
    BookGap,
    BookUpdate,
    ConnectionChange,
    ConnectionState,
    Interval,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.docks import order_book
from thebot_desktop.ui.states import State

BTC = Symbol("BTCUSDT")


@pytest.fixture
def dock(open_dock, world):
    """Tall enough for everything, over a book of two hundred levels."""
    made = open_dock("order_book")
    made.window().resize(420, 800)
    world.order_book("BTC", 69488.00)
    made.draw()
    return made


@pytest.fixture
def apply(world):
    return world.core.pipeline.apply


def wanted(world):
    return world.session._feed.wanted.books


def update(number, bids=(), asks=()):
    return BookUpdate(BTC, number, number, tuple(bids), tuple(asks), UnixMs(NOW))


def test_asks_stand_above_the_spread_and_bids_below(dock):
    """Best prices next to the middle, totals growing away from it."""
    ladder = dock.ladder
    page = ladder.page
    assert page.asks[0].price == "69,488.00"
    assert page.bids[0].price == "69,487.99"
    assert (page.spread, page.mid) == ("0.01", "69,487.995")
    assert page.bids[1].total == "2.0000"
    rows = [*reversed(page.asks[: ladder.rows]), *page.bids[: ladder.rows]]
    tops = [ladder.area_of(row).top() for row in rows]
    assert tops == sorted(tops)
    assert all(ladder.row_at(ladder.area_of(row).center()) == row for row in rows)
    assert ladder.row_at(QPoint(10, 2)) is None
    assert "spread 0.01" in ladder.accessibleDescription()


def test_as_many_rows_are_shown_as_there_is_room_for(dock, qtbot):
    """And drawn anew when that changes."""
    before = dock.ladder.rows
    dock.window().resize(420, 500)
    qtbot.waitUntil(lambda: dock.ladder.rows < before)
    dock.draw()
    assert len(dock.ladder.page.asks) == dock.ladder.rows


def test_rows_can_be_joined_to_larger_steps(dock, qtbot):
    """The step is chosen from a list of those that make sense."""
    assert [dock.steps.itemText(i) for i in range(dock.steps.count())] == ["0.01", "0.1"]
    dock.steps.setFocus()
    qtbot.keyClick(dock.steps, Qt.Key.Key_Down)
    assert dock.dirty
    dock.draw()
    assert [r.price for r in dock.ladder.page.asks[:2]] == ["69,488.0", "69,488.1"]
    assert dock.steps.currentText() == "0.1"


def test_a_step_that_another_book_has_not_gives_way_to_the_next_finer(dock, world, host):
    """And is taken up again where it makes sense."""
    dock.steps.setCurrentIndex(1)
    dock._choose_step(1)
    host.open_chart(SeriesKey(Symbol("ETHUSDT"), Interval.M1))
    world.order_book("ETH", 2144.5, levels=5)
    dock.draw()
    assert dock.steps.currentText() == "0.01"
    host.open_chart(SeriesKey(BTC, Interval.M1))
    world.order_book("BTC", 69488.00)
    dock.draw()
    assert dock.steps.currentText() == "0.1"


def test_it_follows_the_current_chart(dock, world, host):
    """Another symbol's book is asked for, the old one let go; another interval changes nothing."""
    assert wanted(world) == {BTC}
    host.open_chart(SeriesKey(BTC, Interval.H1))
    assert wanted(world) == {BTC}
    host.open_chart(SeriesKey(Symbol("PEPEUSDT"), Interval.M1))
    assert wanted(world) == {"PEPEUSDT"}
    dock.draw()
    assert dock.state is State.LOADING
    world.order_book("PEPE", 4.12e-6, tick=1e-8)
    dock.draw()
    assert dock.ladder.page.asks[0].price == "0.0₅412"


def test_a_panel_that_nobody_sees_asks_for_nothing(dock, world, monkeypatch, qtbot):
    """After a while: who only looks at another tab comes back to a book that is there."""
    dock._linger.setInterval(30)
    dock.hide()
    assert wanted(world) == {BTC}
    dock.show()
    assert not dock._linger.isActive()
    dock.hide()
    qtbot.waitUntil(lambda: not wanted(world))
    assert dock.symbol is None
    dock.show()
    assert wanted(world) == {BTC}


def test_a_panel_that_was_never_shown_asks_for_nothing(world, host):
    """It is built with its window."""
    made = order_book.OrderBookDock.build(world.context, host)
    host.open_chart(SeriesKey(Symbol("ETHUSDT"), Interval.M1))
    assert not wanted(world)
    made.release()
    made.deleteLater()


def test_a_book_that_changes_all_the_time_is_drawn_ten_times_a_second_at_most(dock, apply, qtbot):
    """Whatever the screen update interval is; the last change is never left out."""
    qtbot.waitUntil(lambda: not dock._pace.isActive())
    drawn = []
    dock.dirtied.connect(lambda: drawn.append(dock.draw_if_needed()))
    dock.draw_if_needed()
    for i in range(50):
        apply(update(101 + i, bids=[(69487.99, 1.0 + i)]))
    assert len(drawn) == 1
    assert dock.ladder.page.bids[0].quantity == "1.0000"
    qtbot.waitUntil(lambda: dock.ladder.page.bids[0].quantity == "50.0000")
    assert len(drawn) == 2
    qtbot.waitUntil(lambda: not dock._pace.isActive())
    assert len(drawn) == 2


def test_other_books_do_not_matter(dock, world):
    """Another window may show one."""
    dock.draw_if_needed()
    world.order_book("ETH", 2144.5)
    assert not dock.dirty


def test_a_book_that_missed_something_is_greyed_and_says_so(dock, apply, world):
    """Until the next snapshot."""
    apply(BookGap(BTC, NOW))
    dock.draw()
    assert dock.state is None
    assert dock.ladder.is_stale
    assert dock.ladder.notice == "Synchronising"
    world.order_book("BTC", 69488.00)
    dock.draw()
    assert not dock.ladder.is_stale
    assert dock.ladder.notice == ""
    assert dock.header.info == "BTCUSDT"


def test_without_a_connection_it_is_greyed(dock, apply):
    """The last book stays readable."""
    apply(ConnectionChange(ConnectionState.OFFLINE, "No route.", NOW))
    dock.draw()
    assert dock.ladder.is_stale
    assert dock.ladder.notice == "Offline"
    assert "Offline" in dock.ladder.accessibleDescription()


def test_an_old_book_is_greyed_with_its_age(dock, apply, world):
    """Nothing came for half a minute."""
    apply(ConnectionChange(ConnectionState.LIVE, "", NOW))
    apply(update(101, bids=[(69487.99, 1.0)]))
    dock.draw()
    assert not dock.ladder.is_stale
    world.core.clock.advance_to(UnixMs(NOW + 45_000))
    dock.draw()
    assert dock.ladder.is_stale
    assert dock.ladder.notice == "Stale 45 s"


def test_why_there_is_no_book_is_said(open_dock, apply, host, qtbot, world):
    """Loading, no connection, trouble, no chart."""
    dock = open_dock("order_book")
    assert dock.state is State.LOADING
    assert not dock.steps.isVisible()
    assert "BTCUSDT" in dock.state_view.sentence
    apply(ConnectionChange(ConnectionState.OFFLINE, "No route.", NOW))
    dock.draw()
    assert dock.state is State.ERROR
    apply(BookGap(BTC, NOW, "The exchange has trouble."))
    dock.draw()
    assert (dock.state, dock.state_view.sentence) == (State.ERROR, "The exchange has trouble.")
    host.current_series = None
    host.series_changed.notify(None)
    dock.draw()
    assert dock.state is State.EMPTY
    assert not wanted(world)
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert host.calls == [("run_command", "chart.new")]


def test_a_double_click_on_a_row_makes_an_alert_at_its_price(dock, host, qtbot):
    """The form opens with it; beside the rows nothing happens."""
    row = dock.ladder.page.bids[2]
    place = dock.ladder.area_of(row).center()
    qtbot.mouseDClick(dock.ladder, Qt.MouseButton.LeftButton, pos=place)
    assert host.calls == [("new_alert", BTC, row.value)]
    qtbot.mouseDClick(dock.ladder, Qt.MouseButton.LeftButton, pos=QPoint(5, 3))
    assert len(host.calls) == 1


def test_the_menu_of_a_row_copies_its_price_or_makes_an_alert(dock, host, qtbot):
    """What a double click does can be found."""
    row = dock.ladder.page.asks[1]
    place = dock.ladder.area_of(row).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, dock.ladder.mapToGlobal(place))
    QApplication.sendEvent(dock.ladder, event)
    (menu,) = dock.ladder.findChildren(QMenu)
    alert, copy = menu.actions()
    assert "69,488.01" in alert.text()
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "69488.01"
    alert.trigger()
    assert host.calls == [("new_alert", BTC, 69488.01)]
    menu.close()


def test_the_row_under_the_mouse_lights_up(dock, qtbot):
    """And no longer when the mouse has gone."""
    row = dock.ladder.page.asks[0]
    center = dock.ladder.area_of(row).center()
    at = dock.ladder.area_of(row).left() + 3, center.y()
    before = dock.ladder.grab().toImage().pixelColor(*at)
    qtbot.mouseMove(dock.ladder, center)
    dock.ladder._hover(row)
    assert dock.ladder.grab().toImage().pixelColor(*at) != before
    dock.ladder._hover(None)
    assert dock.ladder.grab().toImage().pixelColor(*at) == before


def test_the_depth_chart_tells_what_it_takes_to_move_the_price(dock):
    """Quantity and cost up to a price, and how far it is away."""
    chart = dock.depth_chart
    assert chart.isVisible()
    low, high = chart.prices
    assert (low + high) / 2 == pytest.approx(69487.995)
    plot = chart._plot()
    right = chart.point_at(plot.right() + 50)
    assert right.is_ask
    assert right.price == pytest.approx(high)
    # The bids reach as far as the asks do, a tick less: all of them but the last.
    assert right.quantity == pytest.approx(sum(0.3 + i % 5 for i in range(100)))
    assert right.cost == pytest.approx(right.quantity * 69488.5, rel=1e-4)
    assert right.distance_percent > 0
    middle = chart.point_at(plot.center().x())
    assert middle.quantity == 0.0
    left = chart.point_at(plot.left())
    assert not left.is_ask
    assert left.distance_percent < 0


def test_the_depth_chart_is_used_by_keyboard_and_wheel(dock, qtbot):
    """Arrows move the line, plus and minus zoom, escape ends it; the words are spoken too."""
    chart = dock.depth_chart
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert "Buys" in chart.accessibleDescription()
    for _ in range(4):
        qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert "Sells" in chart.accessibleDescription()
    assert not chart.grab().toImage().isNull()
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.accessibleDescription() == ""
    wide = chart.prices
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    near = chart.prices
    assert wide[0] < near[0] < near[1] < wide[1]
    qtbot.keyClick(chart, Qt.Key.Key_Minus)
    assert chart.prices == wide
    for delta in (120, -120, -120):
        place = QPointF(chart.rect().center())
        wheel = QWheelEvent(
            place,
            chart.mapToGlobal(place),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(chart, wheel)
    assert chart.zoom == 0


def test_the_depth_chart_shows_both_sides_in_their_colours(dock, host):
    """Bids at the left, asks at the right, grey where they may be wrong."""
    chart = dock.depth_chart

    def colours():
        image = chart.grab().toImage()
        y = chart._plot().bottom() - 3
        left, right = chart._plot().left() + 4, chart._plot().right() - 4
        return image.pixelColor(left, y).name(), image.pixelColor(right, y).name()

    theme = host.theme
    up, down, grey = (theme.tint(c, 0.20).lower() for c in (theme.up, theme.down, theme.muted))
    assert colours() == (up, down)
    chart.show_depth(chart._depth, chart._mid, chart._instrument, stale=True)
    assert colours() == (grey, grey)


def test_the_depth_chart_goes_where_there_is_room(dock, qtbot):
    """Below, beside, or away."""
    window = dock.window()
    chart, ladder = dock.depth_chart, dock.ladder
    assert chart.y() > ladder.y()
    window.resize(900, 420)
    qtbot.waitUntil(lambda: chart.isVisible() and chart.x() > ladder.x())
    window.resize(300, 280)
    qtbot.waitUntil(lambda: not chart.isVisible())
    dock.draw()
    assert len(ladder.page.asks) >= 2


@pytest.mark.parametrize("size", [(130, 90), (150, 400), (1400, 200), (300, 1400)])
def test_it_can_have_any_size(dock, qtbot, size):
    """Nothing is painted over something else, nothing fails."""
    dock.window().resize(*size)
    qtbot.wait(20)
    dock.draw()
    assert not dock.grab().toImage().isNull()
    ladder = dock.ladder
    assert ladder.area_of(ladder.page.asks[ladder.rows - 1]).top() >= 0
