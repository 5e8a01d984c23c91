"""The form for a price alert."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import Repeat
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Symbol


@pytest.fixture
def dialog(window):
    window.run_command("alert.new")
    return window.dialogs.opened("alert")


def type_price(qtbot, dialog, text):
    dialog._price.selectAll()
    qtbot.keyClicks(dialog._price, text)


def test_it_starts_with_the_current_symbol_and_price(dialog):
    """As one would type it: no groups in the number."""
    assert dialog._symbol.text() == "BTCUSDT"
    assert dialog._price.text() == "69488.00"


def test_the_sentence_says_what_will_happen(dialog, qtbot):
    """While one types, with the distance."""
    type_price(qtbot, dialog, "70400")
    dialog._direction.setCurrentIndex(1)
    assert dialog.preview == (
        "Tell me once when BTCUSDT rises above 70,400.00. "
        "The price is 69,488.00; that is +1.31% away."
    )


def test_adding_arms_the_rule(dialog, qtbot, world, window):
    """As it is written in the form, and the tool bar counts it."""
    type_price(qtbot, dialog, "70400")
    dialog._direction.setCurrentIndex(2)
    dialog.options.repeat.setCurrentIndex(0)
    qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    armed = world.core.alerts.armed[0]
    assert armed.symbol == "BTCUSDT"
    assert (armed.rule.price, armed.rule.direction) == (70400.0, Crossing.BELOW)
    assert armed.repeat is Repeat.EACH_TIME
    assert window.tool_bar.alerts_button.text() == "Alerts 1"
    assert window.dialogs.opened("alert") is None


@pytest.mark.parametrize(
    ("price", "problem"),
    [
        ("", "At which price?"),
        ("abc", "This is not a number."),
        ("0", "The price must be more than zero."),
        ("-5", "The price must be more than zero."),
        ("1e999", "The price must be more than zero."),
        ("nan", "The price must be more than zero."),
    ],
)
def test_a_price_that_is_none_is_refused_inline(dialog, qtbot, price, problem):
    """The sentence stands in the form, and there is nothing to press."""
    dialog._price.clear()
    type_price(qtbot, dialog, price)
    assert dialog.problem in (problem, "This is not a number.")
    assert not dialog._save.isEnabled()
    assert dialog.preview == ""


def test_an_unknown_symbol_is_named_with_a_guess(dialog, world):
    """A typing error costs one look."""
    dialog._symbol.setText("BTCUSTD")
    assert dialog.problem == "The exchange does not know “BTCUSTD”. Did you mean BTCUSDT?"
    assert not dialog._save.isEnabled()
    dialog._symbol.setText("btc/usdt")
    assert dialog.problem == ""


def test_without_the_exchanges_list_any_symbol_is_taken(dialog, world):
    """Offline nobody can know better."""
    world.book.complete = False
    dialog._symbol.setText("NEWUSDT")
    assert dialog.problem == ""


def test_an_armed_alert_can_be_changed(dialog, qtbot, world, window):
    """It stays the same rule, with another price."""
    type_price(qtbot, dialog, "70000")
    dialog.accept()
    rule_id = world.core.alerts.armed[0].id
    window.edit_alert(rule_id)
    again = window.dialogs.opened("alert")
    assert again._price.text() == "70000.00"
    type_price(qtbot, again, "71000")
    again.accept()
    assert [(r.id, r.rule.price) for r in world.core.alerts.armed] == [(rule_id, 71000.0)]


def test_a_disk_that_refuses_keeps_the_form_open(dialog, world, monkeypatch):
    """With the reason; nothing typed is lost."""

    def refuse(rule):
        raise StorageError(user_message="The disk is full.")

    monkeypatch.setattr(world.core.log, "save_rule", refuse)
    dialog.accept()
    assert dialog.problem == "The disk is full."
    assert dialog.result() != QDialog.DialogCode.Accepted
    assert dialog.isVisible()


def test_another_price_asked_for_replaces_the_form(window):
    """A second click in a chart is about that price."""
    window.new_alert(Symbol("ETHUSDT"), 2000.0)
    window.new_alert(Symbol("SOLUSDT"), 80.0)
    dialog = window.dialogs.opened("alert")
    assert (dialog._symbol.text(), dialog._price.text()) == ("SOLUSDT", "80.00")


def test_it_never_stops_the_program(dialog):
    """It is opened beside the window, not in front of everything."""
    assert not dialog.isModal()


def test_an_alert_each_time_may_wait_until_the_price_was_away(dialog, qtbot, world):
    """One that speaks once is not asked for it."""
    assert not dialog._distance.isVisible()
    dialog.options.repeat.setCurrentIndex(0)
    assert dialog._distance.text() == "at each crossing"
    dialog._distance.setValue(0.5)
    assert dialog._distance.text() == "after it was 0.50 % away"
    type_price(qtbot, dialog, "70400")
    dialog.accept()
    assert world.core.alerts.armed[0].rule.distance == 0.5


def test_the_form_is_as_high_as_what_it_shows(dialog, qtbot):
    """It grows for what is unfolded, and shrinks again."""
    before = dialog.height()
    dialog.options.more.click()
    qtbot.waitUntil(lambda: dialog.height() > before + 80)
    dialog.options.more.click()
    qtbot.waitUntil(lambda: dialog.height() <= before)
