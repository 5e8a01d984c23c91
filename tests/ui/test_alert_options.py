"""How often, how long and in which words an alert speaks, as a form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QDateTime

from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.terms import Terms
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.alert_options import AlertOptions

pytestmark = pytest.mark.ui

RULE = ArmedRule("1", PriceLevel(5.0), enabled=False)
IN_2100 = UnixMs(4_102_488_000_000)


@pytest.fixture
def make(qtbot):
    def make(armed=RULE):
        options = AlertOptions(armed)
        qtbot.addWidget(options)
        options.show()
        return options

    return make


def test_a_rule_without_terms_keeps_none(make):
    """It is switched on by being saved."""
    options = make()
    assert options.apply(RULE) == ArmedRule("1", PriceLevel(5.0))
    assert options.pause.text() == "no pause"
    assert not options.until.isEnabled()


def test_what_a_rule_has_is_shown_and_given_back(make):
    """Every field of it."""
    terms = Terms(pause_minutes=90, until=IN_2100, message="{symbol} moves")
    armed = ArmedRule("1", PriceLevel(5.0), repeat=Repeat.EACH_TIME, name="Mine", terms=terms)
    options = make(armed)
    assert options.pause.text() == "then silent for 90 min"
    assert options.problem == ""
    assert options.apply(RULE) == armed


def test_once_needs_no_pause(make):
    """It is not asked for one."""
    options = make()
    options.pause.setValue(5)
    options.repeat.setCurrentIndex(1)
    assert not options.pause.isVisible()
    assert options.apply(RULE).terms.pause_minutes == 0


def test_each_change_is_told(make):
    """The form's sentence depends on it."""
    options, told = make(), []
    options.edited.connect(lambda: told.append(1))
    options.repeat.setCurrentIndex(1)
    options.ends.setChecked(True)
    options.message.setText("x")
    options.name.setText("y")
    assert len(told) == 4


def test_an_end_that_has_passed_and_unknown_places_are_refused(make):
    """In a sentence."""
    options = make()
    options.ends.setChecked(True)
    assert options.until.dateTime() > QDateTime.currentDateTime()
    assert options.problem == ""
    options.until.setDateTime(QDateTime.fromMSecsSinceEpoch(1_000_000_000_000))
    assert options.problem == "The end of the alert has passed."
    options.message.setText("{prices}")
    assert options.problem.startswith("“prices” cannot be filled in. There are {name} {symbol}")
