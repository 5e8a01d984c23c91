"""Armed alerts and their history."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from tests.fakes import BTC_1M
from tests.ui.world import NOW
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.alerts.terms import Terms
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import PriceMove, Symbol
from thebot_desktop.domain.signals import AlertStatus
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.rule_kinds import rule_kinds
from thebot_desktop.ui.states import State

BTC = Symbol("BTCUSDT")


@pytest.fixture
def armed(world):
    world.quotes()
    world.core.alerts.arm(
        ArmedRule("up", PriceLevel(70400.0, Crossing.ABOVE), BTC, repeat=Repeat.ONCE)
    )
    world.core.alerts.arm(ArmedRule("any", PriceLevel(2140.0), Symbol("ETHUSDT")))


@pytest.fixture
def raised(world, armed):
    world.core.alerts.evaluate_price(PriceMove(BTC, 69488.0, 69488.0, 70500.0, 70500.0, NOW))
    return world.core.alerts.history[-1]


def test_armed_rules_are_sentences_with_their_distance(open_dock, armed, texts):
    """What, how often, how far."""
    rows = texts(open_dock("alerts").armed_table)
    assert rows[0][1] == "BTCUSDT price crosses above 70,400, once"
    assert rows[0][2] == "+1.31%"
    assert rows[1][2] == "−0.21%"


def test_an_alert_with_a_name_is_called_by_it(open_dock, world, texts):
    """Before what it says."""
    world.core.alerts.arm(ArmedRule("1", PriceLevel(5.0), BTC, name="Floor"))
    paused = ArmedRule("2", PriceLevel(5.0), BTC, terms=Terms(pause_minutes=90))
    world.core.alerts.arm(paused)
    rows = texts(open_dock("alerts").armed_table)
    assert rows[1][1] == "BTCUSDT price crosses 5, each time, pause 90 min"
    assert rows[0][1] == "BTCUSDT Floor: price crosses 5, each time"


def test_the_distance_follows_the_price(open_dock, armed, world, texts):
    """With the next frame after a price."""
    dock = open_dock("alerts")
    dock.draw_if_needed()
    world.quote("BTC", 70000.0, 69000.0, NOW + 1)
    assert dock.dirty
    dock.draw()
    assert texts(dock.armed_table)[0][2] == "+0.57%"


def test_a_sentence_has_the_room_of_a_distance_that_there_is_none_of(open_dock, armed, world):
    """A price that is away from nothing needs no column."""
    world.core.alerts.arm(ArmedRule("strong", SignalStrength()))
    dock = open_dock("alerts")
    dock.draw_if_needed()
    table = dock.armed_table
    assert [table.columnSpan(row, 1) for row in range(3)] == [1, 1, 2]
    world.core.alerts.disarm("up")
    dock.draw()
    assert [table.columnSpan(row, 1) for row in range(2)] == [1, 2]


def test_a_click_on_the_dot_switches_off_and_on(open_dock, armed, world, click_cell):
    """The rule stays; it only rests."""
    dock = open_dock("alerts")
    click_cell(dock.armed_table, 0, 0)
    assert [r.enabled for r in world.core.alerts.armed] == [False, True]
    dock.draw()
    assert dock.header.info == "1 armed"
    click_cell(dock.armed_table, 0, 0)
    assert all(r.enabled for r in world.core.alerts.armed)


def test_the_bin_deletes(open_dock, armed, world, click_cell, qtbot):
    """By click, or by the Delete key."""
    dock = open_dock("alerts")
    click_cell(dock.armed_table, 0, 3)
    assert [r.id for r in world.core.alerts.armed] == ["any"]
    dock.draw()
    dock.armed_table.selectRow(0)
    qtbot.keyClick(dock.armed_table, Qt.Key.Key_Delete)
    dock.draw()
    assert dock.state is State.EMPTY


def test_enter_opens_the_form(open_dock, armed, host, qtbot):
    """To change what is armed."""
    dock = open_dock("alerts")
    dock.armed_table.selectRow(1)
    qtbot.keyClick(dock.armed_table, Qt.Key.Key_Return)
    assert host.calls == [("edit_alert", "any")]


def test_a_disk_that_refuses_is_said(open_dock, armed, world, host, click_cell, monkeypatch):
    """Nothing is lost silently."""

    def refuse(rule_id):
        raise StorageError(user_message="The disk is full.")

    monkeypatch.setattr(world.core.log, "delete_rule", refuse)
    click_cell(open_dock("alerts").armed_table, 0, 3)
    assert host.calls == [("notify_person", "The disk is full.")]


def test_the_history_has_what_was_raised(open_dock, raised, qtbot, texts):
    """On its own tab, newest first, with its state."""
    dock = open_dock("alerts")
    qtbot.mouseClick(dock.header.tab(1), Qt.MouseButton.LeftButton)
    dock.draw()
    rows = texts(dock.history_table)
    assert rows[0][:3] == ["! WARNING", "BTCUSDT", "1m"]
    assert rows[0][3].startswith("Price crosses above 70,400")
    assert rows[0][4] == "70,500.00"
    assert rows[0][6:] == ["active", "Acknowledge"]


def test_an_active_alert_can_be_dismissed(open_dock, raised, world, click_cell):
    """Then it is only history."""
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    click_cell(dock.history_table, 0, 7)
    assert world.core.alerts.history[-1].status is AlertStatus.DISMISSED


def test_an_expired_alert_is_shown_as_such(open_dock, raised, world, texts):
    """By the clock."""
    world.core.clock.advance_to(UnixMs(NOW + 60_000))
    world.core.alerts.expire()
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    assert texts(dock.history_table)[0][6:] == ["expired", "Acknowledge"]


def history(open_dock):
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    return dock


def test_an_alert_of_the_history_explains_itself(open_dock, raised, host, qtbot):
    """By Enter or a double click; from there to its chart and its rule."""
    dock = history(open_dock)
    dock.history_table.activated_row.emit(dock.history_table.model().index(0, 0))
    assert dock.details.alert == raised
    assert "price crosses above 70,400" in dock.details.rule.text()
    qtbot.mouseClick(dock.details.show_chart, Qt.MouseButton.LeftButton)
    assert host.calls == [("reveal_chart", BTC_1M), ("at", raised.open_time)]
    qtbot.mouseClick(dock.details.edit_rule, Qt.MouseButton.LeftButton)
    assert host.calls[-1] == ("edit_alert", "up")
    dock.details.close()
    assert dock.details is None


def test_an_alert_is_acknowledged_from_its_window(open_dock, raised, world, qtbot):
    """Once; then the button rests."""
    dock = history(open_dock)
    dock.explain(raised)
    qtbot.mouseClick(dock.details.acknowledge, Qt.MouseButton.LeftButton)
    assert world.core.alerts.history[-1].status is AlertStatus.DISMISSED
    assert not dock.details.acknowledge.isEnabled()


def test_the_history_is_filtered_and_searched(open_dock, raised, world, texts, qtbot):
    """What fits nothing says so, with a way back."""
    eth = PriceMove(Symbol("ETHUSDT"), 2139.0, 2139.0, 2141.0, 2141.0, NOW + 1000)
    world.core.alerts.evaluate_price(eth)
    dock = history(open_dock)
    assert [row[1] for row in texts(dock.history_table)] == ["ETHUSDT", "BTCUSDT"]
    dock.symbol.setCurrentIndex(dock.symbol.findText("BTCUSDT"))
    assert [row[1] for row in texts(dock.history_table)] == ["BTCUSDT"]
    assert dock.header.info == "1 of 2"
    dock.search.setText("nothing like this")
    assert texts(dock.history_table) == []
    qtbot.mouseClick(dock.nothing.button, Qt.MouseButton.LeftButton)
    assert dock.header.info == "2"
    dock.late.setCurrentIndex(1)
    assert texts(dock.history_table) == []


def test_new_alerts_are_counted_until_the_history_is_looked_at(open_dock, armed, world):
    """In the title, so that it is seen on a tab."""
    dock = open_dock("alerts")
    dock.draw()
    move = PriceMove(BTC, 69488.0, 69488.0, 70500.0, 70500.0, NOW)
    for alert in world.core.alerts.evaluate_price(move):
        world.core.alerts.raised.notify(alert)
    dock.draw()
    assert dock.windowTitle() == "Alerts (1)"
    assert dock.header.info == "1 new · 1 armed"
    dock.isActiveWindow = lambda: True
    dock.show_page(1)
    dock.draw()
    assert (dock.windowTitle(), dock.unseen) == ("Alerts", 0)


def test_all_that_are_shown_are_acknowledged_at_once(open_dock, raised, world, qtbot):
    """From the menu beside the filters."""
    dock = history(open_dock)
    qtbot.mouseClick(dock._more, Qt.MouseButton.LeftButton)
    (menu,) = dock.findChildren(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert {a.status for a in world.core.alerts.history} == {AlertStatus.DISMISSED}


def test_the_history_is_written_as_a_table(open_dock, raised, host, tmp_path):
    """In the order it is shown; a text that looks like a formula stays a text."""
    dock = history(open_dock)
    file = tmp_path / "alerts.csv"
    dock.write_file(str(file))
    head, row = file.read_text().splitlines()
    assert head.startswith("time,symbol,interval,kind,alert")
    assert "BTCUSDT,1m,WARNING" in row
    assert host.calls == [("notify_person", f"1 rows written to {file}")]
    dock.write_file(str(tmp_path / "no" / "folder.csv"))
    assert "could not be written" in host.calls[-1][1]


def test_a_deleted_alert_can_be_brought_back(open_dock, armed, world, host, click_cell):
    """As it was."""
    before = world.core.alerts.armed
    click_cell(open_dock("alerts").armed_table, 0, 3)
    assert host.calls[-1][0] == "offer_undo"
    assert len(world.core.alerts.armed) == 1
    host.calls[-1][2]()
    assert {r.id for r in world.core.alerts.armed} == {r.id for r in before}


def test_a_pause_is_counted_down(open_dock, world, texts):
    """From when it spoke."""
    world.quotes()
    terms = Terms(pause_minutes=10)
    world.core.alerts.arm(ArmedRule("r", PriceLevel(70400.0), BTC, terms=terms))
    world.core.alerts.evaluate_price(PriceMove(BTC, 69488.0, 69488.0, 70500.0, 70500.0, NOW))
    dock = open_dock("alerts")
    dock.draw()
    assert "silent for" in texts(dock.armed_table)[0][1]


def test_the_distance_to_a_range_is_that_to_its_nearer_end(open_dock, world, texts):
    """Whichever was named first."""
    world.quotes()
    price = world.core.stream.board.row(BTC).last
    ends = price * 1.10, price * 0.98
    world.core.alerts.arm(ArmedRule("r", PriceRange(*ends), BTC))
    assert texts(open_dock("alerts").armed_table)[0][2] == "−2.00%"


def test_the_plus_offers_what_an_alert_may_be_about(open_dock, host, qtbot):
    """The button of the empty list opens the commonest form at once."""
    dock = open_dock("alerts")
    qtbot.mouseClick(dock._add, Qt.MouseButton.LeftButton)
    (menu,) = dock.findChildren(QMenu)
    for action in menu.actions():
        action.trigger()
    menu.close()
    wanted = ["alert.new", "alert.range", "alert.condition"]
    wanted += [kind.command for kind in rule_kinds()]
    assert host.calls == [("run_command", command) for command in wanted]
    qtbot.mouseClick(dock.state_view.button, Qt.MouseButton.LeftButton)
    assert host.calls[-1] == ("run_command", "alert.new")
