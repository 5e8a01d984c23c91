"""Alerts made of rules: the form, what is tried before, and what is armed in the end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from tests.fakes import BTC_1M, update
from tests.market_shapes import series
from thebot_desktop.alerts.rule import ArmedRule, Repeat
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.alerts.rules.signal_strength import SignalStrength
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.facts import FactName
from thebot_desktop.domain.errors import PluginError, StorageError
from thebot_desktop.domain.market import CandleHistory, Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Strength
from thebot_desktop.domain.time import UnixMs

pytestmark = pytest.mark.ui

LEFT = Qt.MouseButton.LeftButton
CATALOGUE = indicator_catalogue({})
ETH_1H = SeriesKey(Symbol("ETHUSDT"), Interval.H1)
CLOSES = [10.0, 12.0, 12.0, 9.0, 12.0, *[8.0] * 15]
"""Above 11 at the second candle and at the fifth."""


@pytest.fixture
def world(make_world, tmp_path):
    made = make_world(tmp_path, indicator_types=CATALOGUE)
    made.quotes()
    made.windows.open_all()
    feed(made, BTC_1M, CLOSES)
    return made


@pytest.fixture
def desk(world):
    return world.windows.active.rule_desk


@pytest.fixture
def told(world, monkeypatch):
    """What the person was told."""
    sentences = []
    monkeypatch.setattr(world.windows.active, "notify_person", sentences.append)
    return sentences


def feed(world, key, closes):
    world.core.pipeline.apply(CandleHistory(key, series(closes), UnixMs(0)))


def opened(desk, qtbot, text="close > 11"):
    """The form for a new condition, tried already."""
    desk.add_condition()
    dialog = desk.dialog
    dialog.form.text.setText(text)
    dialog.form.text.textEdited.emit(text)
    qtbot.waitUntil(lambda: dialog.rehearsal.model.rowCount() > 0 or text != "close > 11")
    return dialog


def press(qtbot, button):
    qtbot.mouseClick(button, LEFT)


def test_a_condition_becomes_an_alert_on_the_series_of_the_chart(world, desk, qtbot):
    """It is complete from the first moment, and says in a sentence what it will do."""
    world.windows.active.run_command("alert.condition")
    dialog = desk.dialog
    assert dialog.add.isEnabled()
    assert dialog.sentence == "Tell me when close crosses above EMA(20) on BTCUSDT 1m."
    dialog.form.text.setText("close > 11 for 2 bars")
    dialog.form.text.textEdited.emit("close > 11 for 2 bars")
    dialog.options.repeat.setCurrentIndex(1)
    assert dialog.sentence == "Tell me once when close is above 11 for 2 bars on BTCUSDT 1m."
    dialog.options.name.setText("  twice above ")
    press(qtbot, dialog.add)
    (armed,) = world.core.alerts.armed
    rule = ConditionRule.parse("close > 11 for 2 bars", CATALOGUE)
    assert armed == ArmedRule(
        armed.id,
        rule,
        BTC_1M.symbol,
        BTC_1M.interval,
        Repeat.ONCE,
        name="twice above",
        since=armed.since,
    )
    assert desk.dialog is None
    world.core.pipeline.apply(update(20, close=12.0))
    world.core.pipeline.apply(update(21, close=12.0))
    assert [a.rule_id for a in world.core.alerts.history] == [armed.id]


def test_the_rule_is_tried_on_what_is_known_before_it_is_armed(desk, qtbot):
    """How often, when, and what the price did afterwards."""
    dialog = opened(desk, qtbot)
    rehearsal = dialog.rehearsal
    assert rehearsal.light == "○ Not true at the newest closed candle"
    assert "It would have spoken 2 times in the newest 20 candles of BTCUSDT 1m" in (
        rehearsal.summary
    )
    rows = rehearsal.model.rows
    assert [row.price for row in rows] == [12.0, 12.0]
    assert [row.change for row in rows] == [pytest.approx(-100 / 3)] * 2
    marks = rehearsal.chart.state.marks.fired
    assert list(marks.times) == sorted(row.open_time for row in rows)


def test_it_is_tried_anew_when_a_candle_closes(world, desk, qtbot):
    """The light goes on when it is true now."""
    rehearsal = opened(desk, qtbot).rehearsal
    world.core.pipeline.apply(update(20, close=15.0))
    qtbot.waitUntil(lambda: rehearsal.model.rowCount() == 3)
    assert rehearsal.light == "● True at the newest closed candle"


def test_another_symbol_is_fetched_as_long_as_the_form_is_open(world, desk, qtbot):
    """Even if no chart shows it."""
    dialog = opened(desk, qtbot)
    dialog.symbol.setText("eth/usdt")
    dialog.interval.setCurrentIndex(dialog.interval.findData(Interval.H1))
    assert ETH_1H in world.session.series
    qtbot.waitUntil(lambda: dialog.rehearsal.summary == "There are no candles of ETHUSDT 1h yet.")
    assert dialog.rehearsal.model.rowCount() == 0
    press(qtbot, dialog.buttons.button(dialog.buttons.StandardButton.Cancel))
    assert ETH_1H not in world.session.series
    assert world.core.alerts.armed == ()


def test_without_a_complete_rule_nothing_is_tried_or_armed(desk, qtbot):
    """The form says why."""
    dialog = opened(desk, qtbot)
    dialog.form.text.setText("close >")
    dialog.form.text.textEdited.emit("close >")
    assert not dialog.add.isEnabled()
    assert dialog._sentence.property("kind") == "muted"
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("As soon as the rule is complete"))
    dialog.accept()
    assert desk.dialog is dialog


def test_one_that_never_speaks_and_one_that_speaks_once_are_said_so(desk, qtbot):
    """In words, not as a number."""
    dialog = opened(desk, qtbot, "close > 99")
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("It would never have spoken"))
    dialog.form.text.textEdited.emit("close < 9")
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("It would have spoken once"))


def test_a_rule_about_any_symbol_is_tried_on_the_current_chart(desk, qtbot):
    """And says that it is about any."""
    dialog = opened(desk, qtbot)
    dialog.symbol.clear()
    dialog.interval.setCurrentIndex(0)
    sentence = "Tell me when close is above 11 on any symbol that is watched."
    assert dialog.sentence == sentence
    qtbot.waitUntil(lambda: "candles of BTCUSDT 1m" in dialog.rehearsal.summary)


def test_signals_have_a_form_too(world, desk, qtbot):
    """With its own parameters; there is no light for what is an event."""
    world.windows.active.run_command("alert.signal")
    dialog = desk.dialog
    dialog.form.field("confidence").editor.setValue(0.5)
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("It would never have spoken"))
    assert dialog.rehearsal.light == ""
    press(qtbot, dialog.add)
    (armed,) = world.core.alerts.armed
    assert armed.rule == SignalStrength(Strength.STRONG, 0.5)
    assert (armed.symbol, armed.interval) == (BTC_1M.symbol, None)


def test_an_alert_is_edited_in_the_form_it_was_made_in(world, desk, qtbot):
    """It keeps its id; a price has its own form."""
    rule = ConditionRule.parse("close > 5", CATALOGUE)
    alerts = world.core.alerts
    alerts.arm(ArmedRule("1", rule, BTC_1M.symbol, Interval.M5, enabled=False, name="mine"))
    alerts.arm(ArmedRule("2", PriceLevel(5.0), BTC_1M.symbol))
    window = world.windows.active
    window.edit_alert("1")
    dialog = desk.dialog
    assert dialog.form.text.text() == "close > 5"
    assert dialog.options.name.text() == "mine"
    dialog.options.name.clear()
    press(qtbot, dialog.add)
    since = alerts.armed[0].since
    assert alerts.armed[0] == ArmedRule("1", rule, BTC_1M.symbol, Interval.M5, since=since)
    window.edit_alert("2")
    assert window.dialogs.opened("alert") is not None
    window.edit_alert("gone")
    assert desk.dialog is None


def test_a_disk_that_refuses_is_told_of_and_the_form_stays(world, desk, qtbot, monkeypatch):
    """Nothing is lost."""
    dialog = opened(desk, qtbot)

    def refuse(_rule):
        raise StorageError("disk", user_message="The disk is full.")

    monkeypatch.setattr(world.core.log, "save_rule", refuse)
    press(qtbot, dialog.add)
    assert dialog.problem == "The disk is full."
    assert desk.dialog is dialog


def test_a_rule_that_fails_while_it_is_tried_says_so(desk, qtbot, monkeypatch):
    """It may be a plug-in."""
    dialog = opened(desk, qtbot)

    def fail(*_):
        raise PluginError("bad", user_message="It stopped working.")

    monkeypatch.setattr(dialog.rehearsal._stage, "rehearse", fail)
    dialog.form.edited.emit()
    qtbot.waitUntil(lambda: dialog.rehearsal.summary == "It stopped working.")


def files(window):
    return next(d for d in window.findChildren(QFileDialog) if d.isVisible())


def choose(dialog, path):
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def test_alerts_are_exported_and_imported_again(world, desk, qtbot, tmp_path, told):
    """In a file that others can read."""
    window, path = world.windows.active, tmp_path / "mine.json"
    window.run_command("alert.export")
    assert told[-1] == "There are no alerts to export."
    rule = ConditionRule.parse("close > 5", CATALOGUE)
    world.core.alerts.arm(ArmedRule("1", rule, BTC_1M.symbol, Interval.M5, name="mine"))
    window.run_command("alert.export")
    choose(files(window), path)
    assert told[-1] == f"Alerts written to {path}: 1."
    world.core.alerts.disarm("1")
    window.run_command("alert.import")
    choose(files(window), path)
    assert told[-1] == "Alerts imported: 1. There already: 0."
    assert [a.name for a in world.core.alerts.armed] == ["mine"]
    path.write_text("nonsense")
    window.run_command("alert.import")
    choose(files(window), path)
    assert told[-1] == "This is not a file of alerts."


def test_a_range_is_proposed_around_the_price_of_now(world, desk, qtbot):
    """A rule about prices is tried on candles, too."""
    world.windows.active.run_command("alert.range")
    dialog = desk.dialog
    rule = dialog.form.value
    last = world.core.stream.board.row(BTC_1M.symbol).last
    assert rule == PriceRange(round(last * 0.99, 2), round(last * 1.01, 2))
    dialog.form.field("one_end").editor.setValue(11.0)
    dialog.form.field("other_end").editor.setValue(13.0)
    qtbot.waitUntil(lambda: "It would have spoken 4 times" in dialog.rehearsal.summary)
    assert "enters or leaves the range 11 to 13 on BTCUSDT." in dialog.sentence


def test_series_that_a_rule_looks_at_are_fetched_as_long_as_the_form_is_open(world, desk, qtbot):
    """What had closed of them by then counts, as it does live."""
    dialog = opened(desk, qtbot, "close > 11 and ETHUSDT:close > 5")
    eth = SeriesKey(Symbol("ETHUSDT"), Interval.M1)
    assert eth in world.session.series
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("It would never have spoken"))
    feed(world, eth, [1.0, 1.0, 1.0, 1.0, *[6.0] * 16])
    qtbot.waitUntil(lambda: dialog.rehearsal.summary.startswith("It would have spoken once"))
    assert [row.price for row in dialog.rehearsal.model.rows] == [12.0]
    dialog.form.text.textEdited.emit("close > 11")
    assert eth not in world.session.series
    press(qtbot, dialog.buttons.button(dialog.buttons.StandardButton.Cancel))


def test_a_symbol_that_the_exchange_does_not_have_is_not_looked_at(world, desk, qtbot):
    """The form says so."""
    dialog = opened(desk, qtbot, "ETHUSD:close > 5")
    assert dialog.problem == "The exchange does not know “ETHUSD”."
    assert not dialog.add.isEnabled()
    assert all(series.symbol != "ETHUSD" for series in world.session.series)


def test_it_is_said_since_when_facts_are_known(world, desk, qtbot):
    """Of what was before nothing can be told."""
    dialog = opened(desk, qtbot, "spread < 5 and fear_greed < 20")
    facts = world.context.facts
    qtbot.waitUntil(lambda: "The index of fear and greed is not known yet." in summary(dialog))
    assert "The spread in percent is not known yet." in summary(dialog)
    facts.put(FactName.SPREAD, BTC_1M.symbol, UnixMs(10 * 60_000), 1.0)
    dialog.form.text.textEdited.emit("spread < 5 and close > 0")
    qtbot.waitUntil(lambda: "The spread in percent is known only since" in summary(dialog))


def summary(dialog):
    return dialog.rehearsal.summary


def test_what_is_no_candle_is_not_tried(desk, world):
    """Nor has it an interval; a fault of the program is about no symbol either."""
    world.windows.active.run_command("alert.spread")
    dialog = desk.dialog
    assert not dialog.rehearsal.isVisible()
    assert (dialog.symbol.isVisible(), dialog.interval.isVisible()) == (True, False)
    assert dialog.sentence == "Tell me when spread is 0.1 % or more for 10 seconds on BTCUSDT."
    world.windows.active.run_command("alert.fault")
    assert not desk.dialog.symbol.isVisible()
    assert desk.dialog.sentence == "Tell me when something is wrong with the program."


def test_an_alert_on_several_symbols_begins_with_the_watchlist(desk, world):
    """The symbol of the chart is asked about, and counts as one of them."""
    world.session.set_watchlist([BTC_1M.symbol, ETH_1H.symbol])
    world.windows.active.run_command("alert.several")
    rule = desk.dialog.form.value
    assert [symbol for symbol, _ in rule.others] == [BTC_1M.symbol, ETH_1H.symbol]
    assert desk.dialog.rehearsal.isVisible()
