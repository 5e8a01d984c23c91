"""How often, how long and in which words an alert speaks, as a form."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QDateTime, QPoint, Qt

from thebot_desktop.alerts.happenings import Happening
from thebot_desktop.alerts.hours import Hours
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.alerts.terms import Evaluate, Terms
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
    terms = Terms(
        pause_minutes=90,
        until=IN_2100,
        message="{symbol} moves",
        when=Evaluate.ON_CLOSE,
        hours=Hours(540, 1020, (0, 1)),
    )
    telling = Telling(sound="none", channels=("phone",), urgent=True)
    armed = ArmedRule(
        "1", PriceLevel(5.0), repeat=Repeat.EACH_TIME, name="Mine", terms=terms, telling=telling
    )
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


def test_what_is_rarely_needed_is_folded_away(make, qtbot):
    """Unless something of it is chosen; a click unfolds it."""
    options, folded = make(), []
    options.folded.connect(lambda: folded.append(options.rare.isVisible()))
    assert not options.rare.isVisible()
    assert options.more.text() == "More options"
    qtbot.mouseClick(options.more, Qt.MouseButton.LeftButton)
    assert options.rare.asked.isVisible()
    assert options.more.text() == "Fewer options"
    qtbot.mouseClick(options.more, Qt.MouseButton.LeftButton)
    assert folded == [True, False]
    urgent = ArmedRule("1", PriceLevel(5.0), telling=Telling(urgent=True))
    assert make(urgent).rare.isVisible()


def test_an_urgent_alert_with_a_sound_of_its_own(make, qtbot):
    """Chosen by clicks; other channels than the person's own stay as they are."""
    options, told = make(), []
    options.more.click()
    options.edited.connect(lambda: told.append(1))
    qtbot.mouseClick(options.rare.urgent, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    options.rare.sound.box.setCurrentIndex(options.rare.sound.box.findText("Urgent"))
    options.rare.asked.setCurrentIndex(2)
    options.rare.hours.tick.click()
    made = options.apply(RULE)
    assert made.telling == Telling(sound="urgent", urgent=True)
    assert made.terms.when is Evaluate.ONCE_PER_BAR
    assert made.terms.hours == Hours(540, 1020)
    assert len(told) == 4


def test_a_rule_about_happenings_is_asked_when_they_happen(make):
    """There is nothing to choose."""

    class Heard(Rule, frozen=True):
        title = "Heard"
        asks = Happening

    options = make(ArmedRule("1", Heard(), terms=Terms(hours=Hours(540, 1020))))
    assert options.rare.hours.isVisible()
    assert not options.rare.asked.isVisible()
    assert options.apply(RULE).terms.when is None


def test_hours_without_a_day_are_refused(make):
    """In a sentence."""
    options = make()
    options.rare.hours.tick.click()
    for day in options.rare.hours.days:
        day.click()
    assert options.problem == "Choose at least one day."


def test_an_alert_goes_to_the_channels_that_are_chosen(make, qtbot):
    """As these are set up, nowhere else, or to some of them."""
    options = AlertOptions(RULE, ("Mail", "Phone"))
    qtbot.addWidget(options)
    choice = options.rare.channels
    assert options.apply(RULE).telling.channels is None
    usual, here, *_rest = choice.actions_offered
    assert [usual.isChecked(), here.isChecked()] == [True, False]
    here.trigger()
    assert options.apply(RULE).telling.channels == ()
    assert choice.text() == "This computer only"
    choice.actions_offered[4].trigger()
    choice.actions_offered[3].trigger()
    assert options.apply(RULE).telling.channels == ("Mail", "Phone")
    assert choice.text() == "Mail, Phone"
    choice.actions_offered[4].trigger()
    assert options.apply(RULE).telling.channels == ("Mail",)


def test_a_channel_that_is_gone_stays_chosen(make):
    """It may come back; where there are no channels nothing is asked about them."""
    gone = replace(RULE, telling=Telling(channels=("Old",)))
    options = make(gone)
    assert options.more.isChecked()
    assert options.rare.channels.isVisible()
    assert options.apply(gone).telling.channels == ("Old",)
    plain = make()
    plain.more.setChecked(True)
    assert not plain.rare.channels.isVisible()
