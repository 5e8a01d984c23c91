"""Armed alerts and their history."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from tests.fakes import BTC_1M
from tests.ui.world import NOW
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.rules.price_level import PriceLevel
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
    assert rows[0][0] == "WARNING"
    assert rows[0][1].startswith("BTCUSDT Price crosses above 70,400")
    assert rows[0][2:] == ["active", "Dismiss"]


def test_an_active_alert_can_be_dismissed(open_dock, raised, world, click_cell):
    """Then it is only history."""
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    click_cell(dock.history_table, 0, 3)
    assert world.core.alerts.history[-1].status is AlertStatus.DISMISSED


def test_an_expired_alert_is_shown_as_such(open_dock, raised, world, texts):
    """By the clock."""
    world.core.clock.advance_to(UnixMs(NOW + 60_000))
    world.core.alerts.expire()
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    assert texts(dock.history_table)[0][2:] == ["expired", ""]


def test_an_alert_of_the_history_leads_to_its_chart(open_dock, raised, host):
    """By Enter or a double click."""
    dock = open_dock("alerts")
    dock.show_page(1)
    dock.draw()
    dock.history_table.activated_row.emit(dock.history_table.model().index(0, 0))
    alert = raised
    assert host.calls == [("reveal_chart", BTC_1M), ("at", alert.open_time)]


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
