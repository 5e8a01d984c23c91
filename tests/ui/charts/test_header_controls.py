"""Interval, chart type and indicators in the header of a chart."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from tests.ui.charts.builders import DARK
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.charts.chart_look import ChartKind, ChartLook
from thebot_desktop.ui.charts.header_controls import HeaderControls
from thebot_desktop.ui.charts.indicator_menu import fill_indicator_menu
from thebot_desktop.ui.theme import load_theme
from thebot_desktop.ui.title_bar import DockTitleBar

pytestmark = pytest.mark.ui


class Setting:
    """A header with its controls, and what was asked of them."""

    def __init__(self, qtbot):
        self.header = DockTitleBar("BTCUSDT", DARK, 13)
        qtbot.addWidget(self.header)
        self.header.set_info("Demo market")
        self.asked = []
        self.controls = HeaderControls(self.header, self._fill, DARK)
        self.controls.interval_wanted.connect(self.asked.append)
        self.controls.look_wanted.connect(self.asked.append)
        self.header.resize(700, 34)
        self.header.show()

    def _fill(self, menu):
        do = ("add", "edit", "remove")
        add, edit, remove = (
            lambda *about, what=what: self.asked.append((what, *about)) for what in do
        )
        fill_indicator_menu(menu, ("RSI(14)", "EMA(20)"), add, edit, remove)

    def resize(self, width, app):
        self.header.resize(width, 34)
        app.processEvents()

    @property
    def shown(self):
        controls = self.controls
        buttons = (controls.interval, controls.kind, controls.indicators, controls.tools)
        return [button for button in buttons if button.isVisible()]


@pytest.fixture
def setting(qtbot):
    return Setting(qtbot)


def texts(menu):
    return [action.text() for action in menu.actions() if action.text()]


def entry(menu, text):
    return next(a for a in menu.actions() if a.text().partition("\t")[0] == text)


def test_the_menu_of_intervals_has_all_of_them_once(setting):
    """Those in daily use first; in words and as they are written; the present one is ticked."""
    setting.controls.show_interval(Interval.H4)
    menu = setting.controls.interval_menu()
    assert texts(menu)[:3] == ["1 second\t1s", "1 minute\t1m", "5 minutes\t5m"]
    assert sorted(t.partition("\t")[2] for t in texts(menu)) == sorted(i.value for i in Interval)
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["4 hours\t4h"]
    entry(menu, "1 week").trigger()
    assert setting.asked == [Interval.W1]


def test_the_interval_is_named_and_the_tip_says_that_one_can_type(setting):
    """Short in the header, in full for screen readers."""
    setting.controls.show_interval(Interval.M15)
    assert setting.controls.interval.text() == "15m"
    assert setting.controls.interval.accessibleName() == "Interval 15 minutes, change"
    assert "type digits" in setting.controls.interval.toolTip()


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_of_chart_has_a_sign_of_its_own(setting, kind):
    """The sign is that of the present kind; the tip names it."""
    before = setting.controls.kind.icon().pixmap(16).toImage()
    setting.controls.show_look(ChartLook(kind=kind))
    image = setting.controls.kind.icon().pixmap(16).toImage()
    assert (image == before) is (kind is ChartKind.CANDLES)
    assert kind.title in setting.controls.kind.toolTip()


def test_another_kind_is_a_choice_away(setting):
    """The same menu as in the chart."""
    setting.controls.show_look(ChartLook(inverted=True))
    entry(setting.controls.kind_menu(), "Line").trigger()
    assert setting.asked == [ChartLook(kind=ChartKind.LINE, inverted=True)]
    assert msgspec.structs.replace(setting.asked[0], kind=ChartKind.CANDLES).inverted


def test_indicators_are_added_changed_and_removed_in_one_menu(setting):
    """Each that is in use has its own entries."""
    menu = setting.controls.indicator_menu()
    assert texts(menu) == ["Add indicator…", "RSI(14)", "EMA(20)"]
    entry(menu, "Add indicator…").trigger()
    inner = entry(menu, "EMA(20)").menu()
    entry(inner, "Settings…").trigger()
    entry(inner, "Remove").trigger()
    assert setting.asked == [("add",), ("edit", "EMA(20)"), ("remove", "EMA(20)")]


def test_a_click_opens_the_menu_below_the_button(setting, qtbot, qapp):
    """And says first that this chart is in use now."""
    with qtbot.waitSignal(setting.controls.used):
        qtbot.mouseClick(setting.controls.interval, Qt.MouseButton.LeftButton)
    menu = qapp.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "1 hour\t1h" in texts(menu)
    menu.close()


def test_a_wide_header_shows_everything(setting, qapp):
    """Words, signs, and where the prices come from."""
    setting.resize(700, qapp)
    controls = setting.controls
    assert len(setting.shown) == 4
    assert controls.indicators.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert setting.header._info.isVisible()


def test_things_leave_a_header_that_becomes_narrow_in_the_order_of_their_use(setting, qapp):
    """The source, a word, then tools, indicators and kind; the interval stays the longest."""
    controls, seen = setting.controls, []
    for width in range(700, 99, -5):
        setting.resize(width, qapp)
        words = controls.indicators.toolButtonStyle() is not Qt.ToolButtonStyle.ToolButtonIconOnly
        now = (
            setting.header._info.isVisible(),
            controls.indicators.isVisible() and words,
            controls.tools.isVisible(),
            controls.indicators.isVisible(),
            controls.kind.isVisible(),
            controls.interval.isVisible(),
        )
        if now not in seen:
            seen.append(now)
    assert seen[:6] == [
        (True, True, True, True, True, True),
        (False, True, True, True, True, True),
        (False, False, True, True, True, True),
        (False, False, False, True, True, True),
        (False, False, False, False, True, True),
        (False, False, False, False, False, True),
    ]


@pytest.mark.parametrize("hovered", [False, True])
def test_nothing_is_cut_at_any_width(setting, qapp, hovered):
    """Every button has the room that it asks for, and float and close have theirs."""
    for width in range(160, 701, 20):
        setting.resize(width, qapp)
        setting.header._show_tools(visible=hovered)
        qapp.processEvents()
        name = setting.header.tab(0)
        assert name.width() >= name.sizeHint().width()
        for button in setting.shown:
            assert button.width() >= button.sizeHint().width(), (width, button.text())
        assert setting.controls.geometry().right() < width
        if hovered:
            assert setting.header.tools[1].geometry().right() <= width


def test_three_hundred_pixels_have_room_for_all_buttons(setting, qapp):
    """The usual width of a chart among many."""
    setting.resize(300, qapp)
    assert len(setting.shown) == 4


def test_drawing_tools_are_shown_and_hidden(setting, qtbot):
    """The button is pressed while they are there."""
    qtbot.mouseClick(setting.controls.tools, Qt.MouseButton.LeftButton)
    assert setting.asked == [ChartLook(tools=True)]
    setting.controls.show_look(setting.asked[0])
    assert setting.controls.tools.isChecked()
    qtbot.mouseClick(setting.controls.tools, Qt.MouseButton.LeftButton)
    assert setting.asked[1] == ChartLook()


def test_nothing_moves_when_float_and_close_come(setting, qapp):
    """What one is about to click stays where it is."""
    for width in (240, 300, 420):
        setting.resize(width, qapp)
        before = [button.geometry() for button in setting.shown]
        setting.header._show_tools(visible=True)
        qapp.processEvents()
        assert [button.geometry() for button in setting.shown] == before
        setting.header._show_tools(visible=False)


def test_a_longer_interval_finds_its_room(setting, qapp):
    """What no longer fits makes way at once."""
    setting.resize(300, qapp)
    for interval in Interval:
        setting.controls.show_interval(interval)
        qapp.processEvents()
        button = setting.controls.interval
        assert button.width() >= button.sizeHint().width()


def test_signs_take_on_another_theme(setting):
    """They are drawn in its colours."""
    before = setting.controls.kind.icon().pixmap(16).toImage()
    setting.controls.apply_theme(load_theme("light"))
    assert setting.controls.kind.icon().pixmap(16).toImage() != before
