"""A condition in rows and as a text."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import Qt

from tests.analysis.test_conditions import CATALOGUE, nodes
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.condition_nodes import Lasting, Not
from thebot_desktop.analysis.conditions import Condition, parse_condition
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.condition_editor import ConditionEditor, GroupEdit, RowEdit
from thebot_desktop.ui.condition_part import ConditionPart
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui

LEFT = Qt.MouseButton.LeftButton
TEXT = "RSI(14) < 30 and (close > EMA(20) or MACD(12,26,9).macdhist > 0 for 3 bars)"


@pytest.fixture
def part(qtbot):
    made = ConditionPart(ConditionRule.parse(TEXT, CATALOGUE), CATALOGUE, load_theme("dark"))
    qtbot.addWidget(made)
    made.show()
    return made


def row(part, *path):
    """The row or group at this place."""
    found = part.rows.group
    for at in path:
        found = found.parts[at]
    return found


def edits(part):
    told = []
    part.edited.connect(lambda: told.append(part.value))
    return told


def type_into(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(nodes)
def test_rows_say_the_same_as_the_condition_they_were_made_of(qtbot, node):
    """Whatever is in what; a state that lasts one bar is simply a state."""
    editor = ConditionEditor(CATALOGUE, load_theme("dark"))
    qtbot.addWidget(editor)
    editor.write(node)
    said = Condition(editor.read()).text.replace(" for 1 bars", "")
    assert said == Condition(node).text.replace(" for 1 bars", "")
    again = parse_condition(said, CATALOGUE)
    editor.write(again.root)
    assert Condition(editor.read()) == again


def test_it_begins_with_the_rule_it_was_given(part):
    """In rows, as a text and as a value."""
    assert part.text.text() == TEXT
    assert part.value == ConditionRule.parse(TEXT, CATALOGUE)
    assert isinstance(row(part, 0), RowEdit)
    assert isinstance(row(part, 1), GroupEdit)
    assert row(part, 1, 1).bars.value() == 3
    assert part.problem == ""


def test_what_is_typed_into_a_row_is_in_the_text_at_once(part, qtbot):
    """And the other way round; whoever listens is told."""
    told = edits(part)
    type_into(qtbot, row(part, 0).right.line, "25")
    assert part.text.text() == TEXT.replace("30", "25")
    assert told[-1].when.text == TEXT.replace("30", "25")
    type_into(qtbot, part.text, "close between 5 and 9 for 2 bars")
    assert isinstance(row(part, 0).read(), Lasting)
    assert row(part, 0).high.line.text() == "9"
    assert told[-1].when.text == "close between 5 and 9 for 2 bars"


def test_a_row_that_is_not_complete_says_what_is_missing(part, qtbot):
    """There is no rule until it is; what was written before stays."""
    told = edits(part)
    row(part, 0).right.line.clear()
    assert told[-1] is None
    assert part.problem == "Write a price, an indicator or a number in every field."
    type_into(qtbot, row(part, 0).right.line, "nonsense")
    assert part.problem.startswith("There is no value “nonsense”")
    type_into(qtbot, row(part, 0).right.line, "20")
    assert part.problem == ""
    assert part.value is not None


def test_a_text_that_cannot_be_read_says_where(part, qtbot):
    """The rows show what could be read last."""
    type_into(qtbot, part.text, "close > ")
    assert "Expected a price, an indicator or a number after “close >”" in part.problem
    assert part.value is None
    assert len(part.rows.group.parts) == 2


def test_rows_and_groups_come_and_go(part, qtbot):
    """A group without a condition is told of."""
    group = row(part, 1)
    qtbot.mouseClick(group.parts[0].cross, LEFT)
    assert part.text.text() == "RSI(14) < 30 and MACD(12,26,9).macdhist > 0 for 3 bars"
    qtbot.mouseClick(group.parts[0].cross, LEFT)
    assert part.problem == "A group needs a condition: add one, or remove the group."
    qtbot.mouseClick(group.cross, LEFT)
    assert part.text.text() == "RSI(14) < 30"
    qtbot.mouseClick(part.rows.group.add_group, LEFT)
    added = row(part, 1)
    type_into(qtbot, added.parts[0].left.line, "close")
    type_into(qtbot, added.parts[0].right.line, "5")
    added.word.setCurrentIndex(2)
    relation = added.parts[0].relation.currentText()
    assert relation == "is above"
    assert part.text.text() == "RSI(14) < 30 and not close > 5"
    assert isinstance(part.value.when.root.parts[1], Not)


def test_a_crossing_asks_for_no_number_of_bars(part):
    """It lasts no longer than one; a range asks for its upper end."""
    first = row(part, 0)
    assert first.bars.isVisible()
    first.relation.setCurrentText("crosses above")
    assert not first.bars.isVisible()
    assert not first.high.isVisible()
    assert part.text.text().startswith("RSI(14) crosses above 30")
    first.relation.setCurrentText("is between")
    assert first.high.isVisible()
    assert part.value is None


def test_numbers_alone_are_refused(part, qtbot):
    """They always compare the same."""
    type_into(qtbot, row(part, 0).left.line, "5")
    assert part.problem == "Numbers alone always compare the same: choose a price."


def test_the_kind_of_alert_is_the_person_s_to_say(part):
    """What a condition means is its author's."""
    part.kind.setCurrentIndex(part.kind.findData(AlertType.BUY))
    assert part.value.kind is AlertType.BUY


def test_values_are_offered_while_one_types(part):
    """Prices and every output of every indicator."""
    words = row(part, 0).left.line.completer().model().stringList()
    assert {"close", "spread", "RSI(14)", "MACD(12,26,9).macdhist"} <= set(words)


def test_a_value_of_another_series_is_shown_below_its_field(part, qtbot):
    """As it was written in the text, taken apart."""
    type_into(qtbot, part.text, "ETHUSDT:RSI(14)@4h > close@1h and ETHUSDT:spread < 1")
    left, right = row(part, 0).left, row(part, 0).right
    assert (left.line.text(), left.chip.text()) == ("RSI(14)", "of ETHUSDT on 4h")
    assert (right.line.text(), right.chip.text()) == ("close", "on 1h")
    spread, number = row(part, 1).left, row(part, 1).right
    assert (spread.line.text(), spread.chip.text()) == ("spread", "of ETHUSDT")
    assert not number.chip.isVisible()
    type_into(qtbot, part.text, "close > 5")
    assert not row(part, 0).left.chip.isVisible()


def test_symbol_and_interval_are_chosen_beside_the_value(part, qtbot):
    """Or written into its field; both are the same in the text at once."""
    told = edits(part)
    type_into(qtbot, part.text, "close > 5")
    left = row(part, 0).left
    left.choose.trigger()
    assert left.source.isVisible()
    qtbot.keyClicks(left.source.symbol, "ethusdt")
    left.source.interval.setCurrentIndex(left.source.interval.findData(Interval.H1))
    assert part.text.text() == "ETHUSDT:close@1h > 5"
    assert told[-1].when.text == "ETHUSDT:close@1h > 5"
    assert left.chip.text() == "of ETHUSDT on 1h"
    qtbot.mouseClick(left.source.reset, LEFT)
    assert part.text.text() == "close > 5"
    assert not left.source.isVisible()
    type_into(qtbot, left.line, "SOLUSDT:open")
    assert part.text.text() == "SOLUSDT:open > 5"
    qtbot.keyClick(left.line, Qt.Key.Key_Return)
    assert (left.line.text(), left.chip.text()) == ("open", "of SOLUSDT")
    assert part.text.text() == "SOLUSDT:open > 5"


def test_what_has_no_symbol_or_interval_says_so(part, qtbot):
    """A number, and a fact about all of them."""
    type_into(qtbot, part.text, "ETHUSDT:close > 5")
    left = row(part, 0).left
    type_into(qtbot, left.line, "fear_greed")
    assert part.problem.startswith("“fear_greed” is about no symbol")
    type_into(qtbot, left.line, "7")
    assert part.problem == "A number is of no symbol and on no interval."


def test_the_button_for_other_series_is_there_when_it_is_wanted(part, qtbot):
    """While one is in the field, so that the form stays quiet."""
    left, right = row(part, 0).left, row(part, 0).right
    left.line.setFocus()
    qtbot.waitUntil(lambda: left.choose.isVisible())
    right.line.setFocus()
    qtbot.waitUntil(lambda: right.choose.isVisible() and not left.choose.isVisible())
