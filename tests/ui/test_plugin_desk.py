"""Plug-ins in the window: questions, list, problems, examples; charts and alerts made of them."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLabel

from tests.app.plugin_builders import COMPUTE, COMPUTE_LINE, EXAMPLES, INDICATOR, RULE, Place
from tests.fakes import BTC_1M, candles, update
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import ArmedRule, Repeat, Rule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.plugins import PluginState
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.market import CandleHistory, Interval
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui import editor
from thebot_desktop.ui.plugin_desk import LIST
from thebot_desktop.ui.rule_desk import FORM

pytestmark = pytest.mark.ui


class Desk:
    """A window with charts, and a folder of plug-ins that is looked into on demand."""

    def __init__(self, make_world, folder):
        self.place = Place(
            folder, indicators=dict(find_plugins().indicators), rules=discover(rules, Rule)
        )
        self.world = make_world(
            folder,
            real_charts=True,
            indicator_types=self.place.indicators,
            plugins=self.place.book,
            rule_types=self.place.rules,
        )
        self.world.quotes()
        self.world.windows.open_all()
        self.window = self.world.windows.active
        self.chart = self.window.arrangement.charts[0]
        self.world.core.pipeline.apply(CandleHistory(BTC_1M, candles(60), UnixMs(0)))

    @property
    def question(self):
        return self.window.plugin_desk.question

    @property
    def results(self):
        """What the first chart draws."""
        moment = self.world.core.subscriber.latest(BTC_1M)
        return [r for r in moment.results if r.indicator in self.chart.indicators]

    @property
    def list(self):
        return self.window.dialogs.opened(LIST)


@pytest.fixture
def desk(make_world, tmp_path):
    return Desk(make_world, tmp_path)


@pytest.fixture
def opened(monkeypatch):
    """What would be opened outside of the program."""
    found = []
    monkeypatch.setattr(editor.sys, "platform", "linux")
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: found.append(url.toLocalFile()) or True
    )
    return found


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def load(desk, qtbot, file, text, kind="indicators"):
    """As a person does: a file is dropped into the folder, and the question answered."""
    desk.place.save(file, text, kind)
    qtbot.waitUntil(lambda: desk.question is not None)
    press(qtbot, desk.question.load)


def test_a_new_file_is_asked_about_with_its_code_and_what_it_may_do(desk, qtbot):
    """The safe answer is the one that the keyboard gives; Load makes it an indicator."""
    desk.place.save("mine.py")
    qtbot.waitUntil(lambda: desk.question is not None)
    question = desk.question
    labels = " ".join(label.text() for label in question.findChildren(QLabel))
    assert "“mine.py” would add an indicator" in labels
    assert "your rights" in labels
    assert "loaded again without a question" in labels
    assert question.code.toPlainText() == INDICATOR
    assert question.leave.isDefault()
    press(qtbot, question.load)
    assert desk.question is None
    assert desk.place.entry("mine.py").state is PluginState.IN_USE
    desk.window.run_command("chart.indicator")
    field = desk.window.palette_box.field
    qtbot.keyClicks(field, "several times")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert desk.chart.indicator_labels[-1] == "SEVERAL(2)"


def test_several_new_files_are_asked_about_one_after_the_other(desk, qtbot):
    """A file refused is not asked about again; one that is put off waits in the list."""
    for name in ("a.py", "b.py", "c.py"):
        desk.place.write(name, INDICATOR.replace("SEVERAL", name[0].upper() * 3))
    desk.place.book.look()
    qtbot.waitUntil(lambda: desk.question is not None)
    press(qtbot, desk.question.leave)
    qtbot.waitUntil(lambda: desk.question is not None)
    assert desk.question.source.id.file == "b.py"
    desk.question.close()
    assert desk.place.entry("a.py").state is PluginState.REFUSED
    assert desk.place.entry("b.py").state is PluginState.NEW
    desk.place.save("b.py", INDICATOR.replace("SEVERAL", "OTHER"))
    qtbot.waitUntil(lambda: desk.question is not None)
    assert "OTHER" in desk.question.code.toPlainText()


def test_a_question_is_about_what_the_file_says_now(desk, qtbot):
    """A save while it stands opens another one; a file that goes takes it along."""
    desk.place.save("mine.py")
    qtbot.waitUntil(lambda: desk.question is not None)
    desk.place.save("mine.py", INDICATOR + "# more\n")
    qtbot.waitUntil(
        lambda: desk.question is not None and "# more" in desk.question.code.toPlainText()
    )
    (desk.place.folder / "indicators" / "mine.py").unlink()
    desk.place.book.look()
    desk.place.book.look()
    qtbot.waitUntil(lambda: desk.question is None)


def test_a_saved_file_is_computed_anew_on_the_chart(desk, qtbot):
    """With the parameters it had; its signals of before are forgotten."""
    load(desk, qtbot, "mine.py", INDICATOR)
    desk.chart.set_indicator_labels(("SEVERAL(3)",))
    newest = candles(60).close[-1]
    assert [r.latest("real") for r in desk.results] == [pytest.approx(3 * newest)]
    desk.place.save("mine.py", INDICATOR.replace("* self.times", "* self.times + 1"))
    assert desk.chart.indicator_labels == ("SEVERAL(3)",)
    assert [r.latest("real") for r in desk.results] == [pytest.approx(3 * newest + 1)]


def test_a_broken_save_is_said_and_the_chart_keeps_what_it_had(desk, qtbot):
    """A line in the window names file and line, and goes when the file is well again."""
    load(desk, qtbot, "mine.py", INDICATOR)
    desk.chart.set_indicator_labels(("SEVERAL(3)",))
    desk.place.save("mine.py", INDICATOR.replace(COMPUTE, "return {"))
    qtbot.waitUntil(lambda: bool(desk.window.banner.texts))
    (text,) = desk.window.banner.texts
    assert text.startswith(f"mine.py, line {COMPUTE_LINE}: ")
    assert text.endswith("The version before it stays in use.")
    assert desk.chart.indicator_labels == ("SEVERAL(3)",)
    press(qtbot, desk.window.banner.button("Plug-ins…"))
    assert desk.list.chosen.source.id.file == "mine.py"
    assert desk.list.list.currentItem().text(2) == "Earlier version in use"
    desk.place.save("mine.py")
    qtbot.waitUntil(lambda: not desk.window.banner.texts)
    assert desk.list.list.currentItem().text(2) == "In use"


def test_what_fails_on_the_chart_is_switched_off_and_comes_back_when_saved(desk, qtbot):
    """The legend says why; other indicators and the program go on."""
    broken = INDICATOR.replace(COMPUTE, "return {'real': candles.close / none}")
    load(desk, qtbot, "mine.py", broken)
    desk.chart.set_indicator_labels(("SEVERAL(3)", "RSI(14)"))
    desk.place.book.look()
    qtbot.waitUntil(lambda: bool(desk.window.banner.texts))
    assert f"mine.py, line {COMPUTE_LINE}: name 'none' is not" in desk.window.banner.texts[0]
    errors = {r.indicator.label: r.error for r in desk.results}
    assert "mine.py" in errors["SEVERAL(3)"].user_message
    assert errors["RSI(14)"] is None
    desk.world.core.pipeline.apply(update(60))
    desk.place.save("mine.py")
    assert [r.error for r in desk.results] == [None, None]
    qtbot.waitUntil(lambda: not desk.window.banner.texts)


def test_a_layout_keeps_what_cannot_be_drawn_at_the_moment(desk, qtbot):
    """The file is gone and comes back; nothing has to be chosen again."""
    load(desk, qtbot, "mine.py", INDICATOR)
    desk.chart.set_indicator_labels(("RSI(14)", "SEVERAL(3)"))
    path = desk.place.folder / "indicators" / "mine.py"
    path.unlink()
    desk.place.book.look()
    desk.place.book.look()
    assert desk.chart.indicator_labels == ("RSI(14)",)
    assert desk.window.dump().charts[0].indicators == ("RSI(14)", "SEVERAL(3)")
    load(desk, qtbot, "mine.py", INDICATOR)
    assert desk.chart.indicator_labels == ("RSI(14)", "SEVERAL(3)")


def test_what_fails_to_draw_is_said_and_drawn_when_it_was_saved_again(desk, qtbot):
    """Zones and levels are asked for by the chart itself."""
    text = INDICATOR.replace('Line("real")', "Drawn()").replace(
        "plots import Line", "plots import Drawn"
    )
    text += "\n    def shapes(self, candles):\n        return 1 / 0\n"
    load(desk, qtbot, "mine.py", text)
    desk.chart.set_indicator_labels(("SEVERAL(3)",))
    book = desk.chart.view.state.shapes
    qtbot.waitUntil(lambda: bool(book.errors))
    assert "mine.py, line 34: division by zero" in book.errors["SEVERAL(3)"].user_message
    good = "from thebot_desktop.domain.shapes import NOTHING_DRAWN as none\n        return none"
    desk.place.save("mine.py", text.replace("return 1 / 0", good))
    qtbot.waitUntil(lambda: not book.errors)
    assert desk.place.entry("mine.py").state is PluginState.IN_USE


def test_the_panel_of_indicators_offers_it_under_its_group(desk, qtbot):
    """A group of its own comes and goes with the file; the choice of a group stays."""
    desk.window.show_dock("indicator_selector")
    panel = desk.window.arrangement.panels["indicator_selector"]
    panel.group.setCurrentIndex(2)
    chosen = panel.group.currentText()
    load(desk, qtbot, "mine.py", INDICATOR)
    assert panel.group.findText("My own") > 0
    assert panel.group.currentText() == chosen
    assert str(len(desk.place.indicators)) in panel.search.placeholderText()
    panel.group.setCurrentIndex(panel.group.findText("My own"))
    qtbot.waitUntil(lambda: panel.table.model().rowCount() == 1)
    desk.place.book.refuse(desk.place.entry("mine.py").source)
    assert panel.group.findText("My own") == -1
    assert panel.group.currentIndex() == 0


def test_the_list_says_how_each_one_is_doing_and_what_can_be_done(desk, qtbot, opened):
    """Empty it tells where files belong; each state has its word and its buttons."""
    desk.window.run_command("plugins.list")
    assert "There are none yet." in desk.list.explanation
    assert not desk.list.show_file.isEnabled()
    desk.place.save("mine.py")
    qtbot.waitUntil(lambda: desk.question is not None)
    desk.question.close()
    assert desk.list.list.currentItem().text(2) == "Not loaded yet"
    press(qtbot, desk.list.load)
    press(qtbot, desk.question.load)
    assert desk.list.list.currentItem().text(1) == "SEVERAL — Several times the close"
    assert desk.list.list.currentItem().text(2) == "In use"
    press(qtbot, desk.list.show_file)
    assert opened == [str(desk.place.folder / "indicators" / "mine.py")]
    press(qtbot, desk.list.refuse)
    assert desk.list.list.currentItem().text(2) == "Not to be loaded"
    assert "SEVERAL" not in desk.place.indicators


def test_one_that_was_switched_off_gets_another_chance_by_a_button(desk, qtbot):
    """It fails again, or it does not."""
    text = INDICATOR.replace(COMPUTE, f"1 / 0 if self.times == 9 else 0\n        {COMPUTE}")
    load(desk, qtbot, "mine.py", text)
    desk.chart.set_indicator_labels(("SEVERAL(9)",))
    desk.place.book.look()
    desk.window.run_command("plugins.list")
    assert desk.list.list.currentItem().text(2) == "Switched off"
    assert "division by zero" in desk.list.explanation
    desk.chart.set_indicator_labels(("SEVERAL(3)",))
    press(qtbot, desk.list.load)
    assert desk.list.list.currentItem().text(2) == "In use"
    assert [r.error for r in desk.results] == [None]


def test_the_examples_are_copied_once_and_opened(desk, qtbot, opened):
    """From the Help menu or the list; loading them is a question as for any file."""
    desk.window.run_command("plugins.indicator")
    qtbot.waitUntil(lambda: desk.question is not None)
    press(qtbot, desk.question.load)
    assert "STRENGTH" in desk.place.indicators
    desk.window.run_command("plugins.list")
    press(qtbot, desk.list.rule_example)
    qtbot.waitUntil(lambda: desk.question is not None)
    press(qtbot, desk.question.load)
    assert "LargeCandle" in desk.place.rules
    press(qtbot, desk.list.indicator_example)
    names = ["indicators/candle_strength.py", "rules/large_candle.py"]
    paths = [desk.place.folder / name for name in names]
    assert opened == [str(paths[0]), str(paths[1]), str(paths[0])]
    assert paths[0].read_bytes() == (EXAMPLES / names[0]).read_bytes()
    press(qtbot, desk.list.folder)
    assert opened[-1] == str(desk.place.folder)


def test_an_alert_is_made_of_a_rule(desk, qtbot):
    """Its parameters are a form; it watches what is chosen and raises alerts."""
    load(desk, qtbot, "mine.py", RULE, "rules")
    desk.window.run_command("plugins.list")
    press(qtbot, desk.list.alert)
    dialog = desk.window.dialogs.opened(FORM)
    assert dialog.symbol.text() == "BTCUSDT"
    assert dialog.sentence == "Tell me when above on BTCUSDT."
    dialog.symbol.setText("NOSUCH")
    assert "does not know “NOSUCH”" in dialog.problem
    assert not dialog.add.isEnabled()
    dialog.symbol.setText("btc/usdt")
    dialog.form.field("level").editor.setValue(99.5)
    press(qtbot, dialog.add)
    (armed,) = desk.world.core.alerts.armed
    assert armed.rule == desk.place.rules["Above"](99.5)
    assert (armed.symbol, armed.interval) == ("BTCUSDT", None)
    desk.world.core.pipeline.apply(update(60, close=150.0))
    assert desk.world.core.alerts.history[-1].message == "above, price 150.0"


def test_an_alert_made_of_a_rule_is_edited_in_the_same_form(desk, qtbot):
    """It keeps its id, and is on again; an alert of a price has its own form."""
    load(desk, qtbot, "mine.py", RULE, "rules")
    alerts = desk.world.core.alerts
    rule = desk.place.rules["Above"](7.0)
    alerts.arm(ArmedRule("1", rule, None, Interval.H1, Repeat.ONCE, enabled=False))
    alerts.arm(ArmedRule("2", PriceLevel(5.0), BTC_1M.symbol))
    desk.window.edit_alert("1")
    dialog = desk.window.dialogs.opened(FORM)
    assert dialog.symbol.text() == ""
    assert dialog.interval.currentData() is Interval.H1
    dialog.form.field("level").editor.setValue(8.0)
    dialog.options.repeat.setCurrentIndex(0)
    press(qtbot, dialog.add)
    since = desk.world.core.clock.now()
    assert alerts.armed[0] == ArmedRule("1", type(rule)(8.0), None, Interval.H1, since=since)
    desk.window.edit_alert("2")
    assert desk.window.dialogs.opened(FORM) is None
    assert desk.window.dialogs.opened("alert") is not None


@pytest.mark.parametrize(
    ("platform", "command"),
    [("win32", ("notepad.exe",)), ("darwin", ("open", "-t")), ("linux", ())],
)
def test_a_file_is_opened_and_never_run(platform, command):
    """Where Python files would be executed when opened, an editor is named."""
    assert editor.editor_command(platform) == command


def test_an_editor_is_started_with_the_file(monkeypatch, tmp_path):
    """And if none can be found, that is the answer."""
    monkeypatch.setattr(editor, "editor_command", lambda _platform: (sys.executable, "-c", ""))
    assert editor.open_in_editor(tmp_path / "mine.py")
    monkeypatch.setattr(editor, "editor_command", lambda _platform: ("/no/such/editor",))
    assert not editor.open_in_editor(tmp_path / "mine.py")
