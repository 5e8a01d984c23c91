"""The watchlist, used as a person uses it."""

from PySide6.QtCore import QMimeData, QModelIndex, Qt

from tests.ui.world import NOW
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.models.table import Role
from thebot_desktop.ui.states import State


def test_prices_and_changes_stand_as_people_read_them(open_dock, world, texts):
    """By tick size, with sign, tiny prices with counted zeros."""
    world.quotes()
    rows = texts(open_dock("watchlist").table)
    assert rows[0][0] == "BTC USDT"
    assert rows[0][2:] == ["69,488.00", "+1.82%"]
    assert rows[1][3] == "−0.64%"
    assert rows[6][2] == "0.0₅412"


def test_a_new_price_changes_only_its_row(open_dock, world, qtbot):
    """The others are not told of anything."""
    world.quotes()
    dock = open_dock("watchlist")
    changed = []
    dock.table.model().dataChanged.connect(lambda a, b: changed.append((a.row(), b.row())))
    world.quote("SOL", 80.0, 76.7, NOW + 1)
    assert dock.dirty
    dock.draw()
    assert changed == [(2, 2)]


def test_only_rows_near_the_view_are_kept_current(open_dock, world, qtbot):
    """Of a long list the others cost nothing; they are right as soon as they come into view."""
    names = [Symbol(f"COIN{i}USDT") for i in range(300)]
    world.session.set_watchlist(names)
    dock = open_dock("watchlist")
    model, board = dock.table.model(), world.core.stream.board
    changed = []
    model.dataChanged.connect(lambda a, b: changed.append((a.row(), b.row())))
    for name in names:
        board.price(name, 7.0, NOW, NOW)
        world.core.subscriber.quotes.notify(name)
    dock.draw()
    assert len(changed) == 1
    assert changed[0][0] == 0
    assert changed[0][1] < 100
    assert model.rows[250].price != 7.0
    dock.table.scrollToBottom()
    assert [row.price for row in model.rows[250:]] == [7.0] * 50
    assert not any(row.moved for row in model.rows[250:])


def test_a_price_that_changed_lights_up_for_a_moment(open_dock, world, host, qtbot):
    """In the colour of its direction; then it is calm again."""
    host.reduced_motion = False
    world.quotes()
    dock = open_dock("watchlist")
    model = dock.table.model()
    assert not any(row.moved for row in model.rows)
    world.quote("SOL", 80.0, 76.7, NOW + 1)
    world.quote("ETH", 2000.0, 2158.3, NOW + 1)
    dock.draw()
    assert [row.moved for row in model.rows[:4]] == [0, -1, 1, 0]
    qtbot.waitUntil(lambda: not any(row.moved for row in model.rows))


def test_nothing_lights_up_with_reduced_motion(open_dock, world, host):
    """By the person's choice."""
    world.quotes()
    dock = open_dock("watchlist")
    world.quote("SOL", 80.0, 76.7, NOW + 1)
    dock.draw()
    assert not any(row.moved for row in dock.table.model().rows)


def test_values_sort_as_numbers(open_dock, world):
    """Views that sort are given numbers, not texts."""
    world.quotes()
    model = open_dock("watchlist").table.model()
    assert model.index(0, 2).data(Role.SORT) == 69488.0
    assert model.index(1, 3).data(Role.SORT) < 0


def test_a_click_shows_the_symbol_in_the_current_chart(open_dock, world, host, click_cell):
    """With the interval that the chart has."""
    world.quotes()
    click_cell(open_dock("watchlist").table, 3, 0)
    series = SeriesKey(Symbol("BNBUSDT"), Interval.M1)
    assert host.calls == [("open_chart", series, False)]


def test_enter_does_what_a_click_does(open_dock, world, host, qtbot):
    """The list can be used without the mouse."""
    world.quotes()
    table = open_dock("watchlist").table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert host.calls[0][1].symbol == "ETHUSDT"


def test_the_symbol_of_the_current_chart_is_selected(open_dock, world, host):
    """Whoever changed it."""
    world.quotes()
    table = open_dock("watchlist").table
    assert table.currentIndex().row() == 0
    host.open_chart(SeriesKey(Symbol("XRPUSDT"), Interval.H1))
    assert table.currentIndex().row() == 4
    host.open_chart(SeriesKey(Symbol("NOUSDT"), Interval.H1))
    assert not table.selectionModel().hasSelection()


def test_delete_removes_a_symbol(open_dock, world, qtbot):
    """From the list that is kept, not only from the screen."""
    world.quotes()
    dock = open_dock("watchlist")
    dock.table.selectRow(1)
    qtbot.keyClick(dock.table, Qt.Key.Key_Delete)
    assert "ETHUSDT" not in world.session.watchlist
    dock.draw()
    assert dock.table.model().rowCount() == 6


def test_rows_are_moved_by_keyboard(open_dock, world, qtbot):
    """Alt and the arrow keys."""
    world.quotes()
    table = open_dock("watchlist").table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert world.session.watchlist[:2] == ("ETHUSDT", "BTCUSDT")


def test_rows_are_moved_by_dragging(open_dock, world):
    """A row dropped between two others goes there."""
    world.quotes()
    model = open_dock("watchlist").table.model()
    data = model.mimeData([model.index(0, 0)])
    move = Qt.DropAction.MoveAction
    model.dropMimeData(data, move, 3, 0, QModelIndex())
    assert world.session.watchlist[:4] == ("ETHUSDT", "SOLUSDT", "BTCUSDT", "BNBUSDT")
    assert model.dropMimeData(QMimeData(), move, 0, 0, QModelIndex()) is False


def test_stale_prices_are_grey_and_their_age_warns(open_dock, world):
    """A price that is too old is shown, but not as if it were fresh."""
    world.quotes()
    world.core.clock.advance_to(UnixMs(NOW + 61_000))
    dock = open_dock("watchlist")
    rows = [dock.table.model().index(r, 0).data(Role.ROW) for r in range(7)]
    assert all(row.stale for row in rows)
    assert dock.header.info == "Stale 1 min"
    assert dock.header._info.property("kind") == "warning"


def test_a_price_says_how_old_it_is_when_pointed_at(open_dock, world):
    """In its tip, and to a screen reader with the price itself."""
    world.quotes()
    price = open_dock("watchlist").table.model().index(0, 2)
    assert price.data(Qt.ItemDataRole.ToolTipRole) == "Live 0.0 s"
    world.core.clock.advance_to(UnixMs(NOW + 130_000))
    assert price.data(Qt.ItemDataRole.ToolTipRole) == "Stale 2 min"
    assert price.data(Qt.ItemDataRole.AccessibleTextRole) == "69,488.00, Stale 2 min"


def test_one_quiet_symbol_is_grey_in_a_list_that_is_live(open_dock, world):
    """The header speaks of the list as a whole."""
    world.quotes()
    world.core.clock.advance_to(UnixMs(NOW + 61_000))
    world.quote("ETH", 2150.0, 2158.3, NOW + 61_000)
    dock = open_dock("watchlist")
    rows = dock.table.model().rows
    assert [row.stale for row in rows[:3]] == [True, False, True]
    assert dock.header.info == "7"


def test_growing_old_repaints_a_row_only_when_its_word_changes(open_dock, world):
    """Ages stand in tips; a list that nobody trades costs nothing."""
    world.quotes()
    dock = open_dock("watchlist")
    changed = []
    dock.table.model().dataChanged.connect(lambda a, b: changed.append((a.row(), b.row())))
    for second in (1, 5, 9):
        world.core.clock.advance_to(UnixMs(NOW + second * 1000))
        dock.draw()
    assert changed == []
    world.core.clock.advance_to(UnixMs(NOW + 31_000))
    dock.draw()
    assert changed == [(0, 6)]


def test_symbols_without_a_price_yet_have_a_dash(open_dock, texts):
    """And no invented number."""
    rows = texts(open_dock("watchlist").table)
    assert rows[0][2:] == ["–", "–"]


def test_an_empty_list_says_what_it_is_for(open_dock, world, host, qtbot):
    """One sentence, one button."""
    world.session.set_watchlist(())
    dock = open_dock("watchlist")
    assert dock.state is State.EMPTY
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert host.calls == [("run_command", "symbol.add")]
