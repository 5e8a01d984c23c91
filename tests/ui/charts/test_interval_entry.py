"""Typing an interval on a chart: what it means, and what Enter and Escape do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from tests.ui.charts.builders import BITCOIN, BTC, DARK, moment, walk
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.interval_entry import IntervalEntry
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.ui


class Setting:
    """A chart with its entry, beside something else that can have the focus."""

    def __init__(self, qtbot, width=600, known=tuple(Interval)):
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.chart, self.other = ChartView(DARK), QLineEdit()
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.chart)
        column.addWidget(self.other)
        self.chart.set_series(BTC, BITCOIN)
        self.chart.update_chart(moment(walk(200)))
        self.entry = IntervalEntry(self.chart, DARK, known)
        self.chosen = []
        self.entry.chosen.connect(self.chosen.append)
        self.window.resize(width, 420)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.chart.setFocus()


@pytest.fixture
def setting(qtbot):
    return Setting(qtbot)


def press(qtbot, setting, key):
    qtbot.keyClick(setting.entry.field, key)


def test_what_is_typed_is_said_in_words(setting, qtbot):
    """While one types: minutes become hours when the unit follows."""
    setting.entry.ask("1", Interval.M1)
    assert setting.entry.isVisible()
    assert setting.entry.field.hasFocus()
    meanings = [setting.entry.meaning.text()]
    for letter in ("5", "h"):
        qtbot.keyClicks(setting.entry.field, letter)
        meanings.append(setting.entry.meaning.text())
    assert meanings[:2] == ["1 minute", "15 minutes"]
    assert meanings[2].startswith("The exchange has no candles of 15 hours.")


def test_enter_takes_the_interval(setting, qtbot):
    """And gives the keyboard back to the chart."""
    setting.entry.ask("4", Interval.M1)
    qtbot.keyClicks(setting.entry.field, "h")
    press(qtbot, setting, Qt.Key.Key_Return)
    assert setting.chosen == [Interval.H4]
    assert not setting.entry.isVisible()
    assert setting.chart.hasFocus()


def test_escape_leaves_everything_as_it_is(setting, qtbot):
    """Nothing is chosen; the chart has the keyboard."""
    setting.entry.ask("4", Interval.M1)
    press(qtbot, setting, Qt.Key.Key_Escape)
    assert setting.chosen == []
    assert not setting.entry.isVisible()
    assert setting.chart.hasFocus()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("7", "The exchange has no candles of 7 minutes.\nNearest: 5 minutes and 15 minutes"),
        ("3M", "The exchange has no candles of 3 months.\nNearest: 1 month and 1 week"),
        ("5x", "“5x” is no interval.\nExamples: 15, 4h, 1d, w, M"),
    ],
)
def test_an_interval_that_does_not_exist_is_refused_in_words(setting, qtbot, typed, said):
    """With the nearest there are; Enter changes nothing, one can type on."""
    setting.entry.ask(typed, Interval.M1)
    assert setting.entry.meaning.text() == said
    press(qtbot, setting, Qt.Key.Key_Return)
    assert setting.chosen == []
    assert setting.entry.isVisible()


def test_only_intervals_of_the_exchange_are_offered(qtbot):
    """One that has fewer says so."""
    setting = Setting(qtbot, known=(Interval.M1, Interval.H1))
    setting.entry.ask("5", Interval.M1)
    assert setting.entry.meaning.text() == "The exchange has no candles of 5 minutes."


def test_an_empty_field_shows_how_to_write_intervals(setting, qtbot):
    """And which one the chart has now."""
    setting.entry.ask("5", Interval.M15)
    press(qtbot, setting, Qt.Key.Key_Backspace)
    assert "4h" in setting.entry.meaning.text()
    assert setting.entry.field.placeholderText() == "15m"


def test_keys_of_the_field_do_not_move_the_chart(setting, qtbot):
    """Arrows and Home belong to the text while it is edited."""
    setting.entry.ask("15", Interval.M1)
    before = setting.chart.state.viewport.right
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home):
        press(qtbot, setting, key)
    assert setting.chart.state.viewport.right == before
    assert setting.entry.isVisible()


def test_a_click_elsewhere_closes_it(setting, qtbot):
    """Without taking the focus from what was clicked."""
    setting.entry.ask("15", Interval.M1)
    setting.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not setting.entry.isVisible()
    assert setting.other.hasFocus()


@pytest.mark.parametrize("width", [180, 300, 900])
def test_it_fits_into_any_chart(qtbot, width):
    """Inside its chart, in the middle, with the whole sentence."""
    setting = Setting(qtbot, width)
    setting.entry.ask("7", Interval.M1)
    box, room = setting.entry.geometry(), setting.chart.rect()
    assert room.contains(box)
    assert abs(box.center().x() - room.center().x()) <= 1
    label = setting.entry.meaning
    assert label.height() >= label.heightForWidth(label.width())


def test_it_takes_on_another_theme(setting):
    """Words are in the colours of the theme."""
    light = load_theme("light")
    setting.entry.ask("7", Interval.M1)
    setting.entry.apply_theme(light)
    assert light.bad in setting.entry.meaning.styleSheet()
