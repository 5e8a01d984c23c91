"""The window, used as a person uses it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QToolButton

from tests.fakes import BTC_1M, ETH_1M
from tests.ui.world import NOW
from thebot_desktop.app.mode import Mode
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.market import (
    ConnectionChange,
    ConnectionState,
    Interval,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.time import HOUR_MS, UnixMs
from thebot_desktop.market.exchange_clock import ClockSample
from thebot_desktop.ui.command_palette import CommandPalette


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def tool(window, command_id):
    return window.tool_bar.findChild(QToolButton, f"tool.{command_id}")


def test_a_first_start_shows_two_charts_and_the_panels(window):
    """BTCUSDT large, ETHUSDT beside it, lists at the sides, news below."""
    assert [c.series for c in window.arrangement.charts] == [BTC_1M, ETH_1M]
    first, second = window.arrangement.charts
    assert first.width() > second.width()
    panels = window.arrangement.panels
    assert panels["watchlist"].x() < first.x() < panels["signals"].x()
    assert panels["news_feed"].y() > first.y()
    assert not panels["health"].isVisible()
    assert window.current_series == BTC_1M


def test_more_charts_stand_below_each_other_beside_the_first(window, qtbot):
    """The first keeps the height; the others share the column at its side."""
    window.arrangement.standard([SeriesKey(BTC_1M.symbol, i) for i in list(Interval)[:4]])
    first, *others = window.arrangement.charts
    qtbot.waitUntil(lambda: others[2].y() > others[1].y() > others[0].y() > 0)
    assert len({chart.x() for chart in others}) == 1
    assert others[0].x() > first.x() + first.width() / 2
    assert first.height() > 2 * max(chart.height() for chart in others)


def test_a_click_in_the_watchlist_changes_the_current_chart(window, qtbot):
    """Another symbol, the same interval, in the chart that was used last."""
    table = window.arrangement.panels["watchlist"].table
    cell = table.visualRect(table.model().index(2, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert window.arrangement.charts[0].series == SeriesKey(Symbol("SOLUSDT"), Interval.M1)
    assert window.arrangement.charts[1].series == ETH_1M
    assert window.tool_bar.symbol_button.text() == "SOLUSDT"
    assert window.windowTitle().startswith("SOLUSDT 79.12 — ")


def test_the_chart_with_the_focus_is_the_one_that_commands_are_about(window, qtbot):
    """Clicking into the second chart makes it the current one."""
    second = window.arrangement.charts[1]
    second.focus_widget.setFocus()
    qtbot.waitUntil(lambda: window.current_series == ETH_1M)
    click(qtbot, tool(window, "chart.interval.15m"))
    assert second.series == SeriesKey(Symbol("ETHUSDT"), Interval.M15)
    assert window.arrangement.charts[0].series == BTC_1M
    assert window.commands.action("chart.interval.15m").isChecked()


def test_an_interval_button_changes_the_interval(window, qtbot):
    """One click, and it is ticked."""
    click(qtbot, tool(window, "chart.interval.1h"))
    assert window.current_series == SeriesKey(Symbol("BTCUSDT"), Interval.H1)
    assert not window.commands.action("chart.interval.1m").isChecked()


def test_the_title_names_symbol_price_and_market(window):
    """The price with its decimals, the program, and that it is a demonstration."""
    assert window.windowTitle() == "BTCUSDT 69,488.00 — THEBOT Desktop [DEMO]"


@pytest.mark.parametrize(("mode", "badge"), [(Mode.DEMO, "DEMO"), (Mode.REPLAY, "REPLAY")])
def test_prices_that_are_not_the_markets_are_marked(make_world, qtbot, tmp_path, mode, badge):
    """In the tool bar, the status bar and the title."""
    world = make_world(tmp_path, mode)
    world.windows.open_all()
    window = world.windows.active
    assert window.tool_bar.badge.isVisible()
    assert window.tool_bar.badge.text() == badge
    assert badge in window.status.text
    assert window.windowTitle().endswith(f"[{badge}]")


def test_a_live_market_has_no_badge(make_world, qtbot, tmp_path):
    """What is real is not decorated."""
    world = make_world(tmp_path, Mode.LIVE)
    world.windows.open_all()
    window = world.windows.active
    assert not window.tool_bar.badge.isVisible()
    assert "[" not in window.windowTitle()


def test_an_unreachable_market_offers_two_ways_on(make_world, qtbot, tmp_path):
    """Why, in a sentence; try again, or the demo market, which is never opened by itself."""
    world = make_world(tmp_path, Mode.LIVE)
    reason = "The exchange cannot be reached: no route"
    change = ConnectionChange(ConnectionState.OFFLINE, reason, NOW)
    world.core.subscriber.tell(change)
    world.windows.open_all()
    window = world.windows.active
    assert window.banner.texts == [f"{reason}. Stored data is shown meanwhile."]
    assert window.banner.isVisible()
    assert world.asked == []
    click(qtbot, window.banner.button("Try again"))
    click(qtbot, window.banner.button("Open the demo market"))
    assert world.asked == ["try again", "demo"]
    world.core.subscriber.tell(ConnectionChange(ConnectionState.LIVE, "", NOW))
    qtbot.waitUntil(lambda: not window.banner.isVisible(), timeout=3000)


def test_what_the_banner_explains_is_not_said_again(world, qtbot):
    """The status bar keeps to the word and its age; without a banner it gives the reason."""
    reason = "The exchange cannot be reached: no route."
    world.connection(ConnectionState.OFFLINE, reason)
    world.windows.open_all()
    window = world.windows.active
    assert any(reason in text for text in window.banner.texts)
    assert "Delayed" in window.status.text
    assert reason not in window.status.text
    world.connection(ConnectionState.CONNECTING, "Connecting to example.org.")
    window._watch.update()
    assert window.banner.texts == []
    assert "Delayed · Connecting to example.org." in window.status.text


def test_a_stale_price_is_called_so_in_the_title(window, world):
    """It is all one sees of a window that is minimised."""
    title = window._watch.title()
    assert title.startswith("BTCUSDT 69,488.00 — ")
    world.core.clock.advance_to(UnixMs(NOW + 31_000))
    assert window._watch.title().startswith("BTCUSDT 69,488.00 (Stale) — ")


def test_a_clock_that_goes_wrong_is_told_once(world, qtbot):
    """In a sentence that can be closed; again only when it was right in between."""
    clock = world.core.stream.freshness.exchange_clock
    world.windows.open_all()
    window = world.windows.active
    clock.take([ClockSample(-12_000, 20)])
    window._watch.update()
    assert window.banner.texts == [
        "Your computer's clock is 12 s fast. "
        "Ages and countdowns are corrected; set the clock to be safe."
    ]
    click(qtbot, window.banner.findChild(QToolButton))
    window._watch.update()
    assert window.banner.texts == []
    for offset in (100, 2_000, 5_000):
        clock.take([ClockSample(offset, 20)])
        window._watch.update()
    assert "5.0 s slow" in window.banner.texts[0]
    clock.take([ClockSample(0, 20)])
    window._watch.update()
    assert window.banner.texts == []


def test_the_demo_market_does_not_offer_itself(world, qtbot):
    """A program that shows it already has only one way on."""
    change = ConnectionChange(ConnectionState.OFFLINE, "Gone", NOW)
    world.core.subscriber.tell(change)
    world.windows.open_all()
    with pytest.raises(StopIteration):
        world.windows.active.banner.button("Open the demo market")


def test_notices_of_the_start_are_shown_and_can_be_closed(make_world, qtbot, tmp_path):
    """A broken settings file is said once, in the window."""
    world = make_world(tmp_path, notices=("The settings could not be read.",))
    world.windows.open_all()
    banner = world.windows.active.banner
    assert banner.texts == ["The settings could not be read."]
    click(qtbot, banner.findChild(QToolButton))
    assert banner.texts == []


def test_a_disk_that_refuses_is_said_until_it_takes_everything_again(window, world, qtbot):
    """Once: a notice that was closed stays closed."""
    world.not_stored = "The disk is full."
    window._watch.update()
    assert window.banner.texts == ["The disk is full."]
    click(qtbot, window.banner.findChild(QToolButton))
    window._watch.update()
    assert window.banner.texts == []
    world.not_stored = ""
    window._watch.update()
    world.not_stored = "The disk is full."
    window._watch.update()
    assert window.banner.texts == ["The disk is full."]
    world.not_stored = ""
    window._watch.update()
    assert window.banner.texts == []


def test_the_palette_runs_a_command(window, qtbot):
    """Ctrl+K, a few letters, Enter."""
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = window.palette_box.field
    qtbot.waitUntil(lambda: field.isVisible())
    qtbot.keyClicks(field, "light th")
    assert window.palette_box.texts[0] == "Light theme"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not window.theme.is_dark
    assert not window.palette_box.isVisible()


def test_the_palette_opens_a_symbol(window, qtbot):
    """What was typed is looked for among the symbols too."""
    window.finder.everything()
    qtbot.keyClicks(window.palette_box.field, "pepe")
    assert "Open PEPEUSDT" in window.palette_box.texts
    at = window.palette_box.texts.index("Open PEPEUSDT")
    for _ in range(at):
        qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Down)
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.current_series.symbol == "PEPEUSDT"


def test_a_symbol_that_fits_better_stands_before_commands(window, qtbot):
    """``et`` begins ETHUSDT; in Metrics it is only somewhere in the middle."""
    window.run_command("palette.open")
    qtbot.keyClicks(window.palette_box.field, "et")
    texts = window.palette_box.texts
    assert texts.index("Open ETHUSDT") < texts.index("Metrics")


def test_letters_typed_over_a_chart_begin_a_symbol(window, qtbot):
    """Nobody has to look for the search."""
    window.arrangement.current.take_focus()
    qtbot.keyClicks(window.arrangement.current, "d")
    assert window.palette_box.isVisible()
    qtbot.keyClicks(window.palette_box.field, "oge")
    assert window.palette_box.texts == ["DOGEUSDT"]


def test_a_symbol_that_does_not_exist_offers_what_may_be_meant(window, world, qtbot):
    """A sentence where nothing is near."""
    world.session.instruments.complete = True
    window.finder.symbol("BTCUSTD")
    assert window.palette_box.texts[0] == "BTCUSDT"
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.current_series.symbol == "BTCUSDT"
    window.finder.symbol("QQQQQQQQ")
    assert window.palette_box.texts == ["The exchange has no symbol “QQQQQQQQ”."]
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.current_series.symbol == "BTCUSDT"


def test_escape_closes_the_palette_and_gives_the_focus_back(window, qtbot):
    """Nothing else changes."""
    chart = window.arrangement.current
    chart.focus_widget.setFocus()
    window.finder.symbol()
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Escape)
    assert not window.palette_box.isVisible()
    assert window.focusWidget() is chart.focus_widget


def test_the_symbol_button_asks_for_a_symbol(window, qtbot):
    """The watchlist comes first; a choice goes into the current chart."""
    click(qtbot, window.tool_bar.symbol_button)
    assert window.palette_box.texts[0] == "BTCUSDT"
    qtbot.keyClicks(window.palette_box.field, "doge")
    assert window.palette_box.texts == ["DOGEUSDT"]
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.current_series.symbol == "DOGEUSDT"


def test_an_unlisted_symbol_can_be_typed_before_the_list_is_there(window, qtbot):
    """Offline there is no list; the word is taken as it is."""
    window.finder.symbol()
    qtbot.keyClicks(window.palette_box.field, "arb")
    assert window.palette_box.texts == ["The exchange has no symbol “arb”."]
    window._context.session.instruments.complete = False
    qtbot.keyClicks(window.palette_box.field, "usdt")
    assert window.palette_box.texts == ["ARBUSDT"]


def test_a_new_chart_opens_beside_the_current_one(window, qtbot):
    """From the menu, by its symbol."""
    window.commands.menu("chart")
    window.run_command("chart.new")
    qtbot.keyClicks(window.palette_box.field, "xrp")
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert [c.series.symbol for c in window.arrangement.charts] == ["BTCUSDT", "ETHUSDT", "XRPUSDT"]
    assert window.current_series.symbol == "XRPUSDT"
    assert window.arrangement.charts[2].objectName() == "chart.3"


def test_closing_charts_leaves_a_usable_window(window, qtbot):
    """Another becomes current; without any, a symbol opens a new one."""
    window.run_command("chart.close")
    assert window.current_series == ETH_1M
    window.run_command("chart.close")
    assert window.current_series is None
    assert window.windowTitle() == "THEBOT Desktop [DEMO]"
    assert not window.commands.action("chart.interval.5m").isEnabled()
    window.finder.symbol()
    qtbot.keyClicks(window.palette_box.field, "sol")
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert window.current_series == SeriesKey(Symbol("SOLUSDT"), Interval.M1)


def test_a_menu_entry_works_by_a_click(window, qtbot):
    """View, Reset layout puts everything back."""
    window.arrangement.panels["signals"].close()
    window.arrangement.charts[0].setFloating(True)
    menu = window.commands.menu("view")
    menu.popup(window.mapToGlobal(QPoint(10, 10)))
    place = menu.actionGeometry(window.commands.action("view.reset")).center()
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=place)
    assert window.arrangement.panels["signals"].isVisible()
    assert not any(c.isFloating() for c in window.arrangement.charts)
    assert len(window.arrangement.charts) == 2


def test_panels_are_shown_and_hidden_from_the_view_menu(window):
    """The tick says what is there, however it was closed."""
    action = window.commands.action("view.panel.news_feed")
    assert action.isChecked()
    window.arrangement.panels["news_feed"].close()
    assert not action.isChecked()
    action.trigger()
    assert window.arrangement.panels["news_feed"].isVisible()
    assert action.isChecked()


def test_the_theme_button_switches_and_is_remembered(window, world, qtbot):
    """Everything is restyled at once, and the choice is saved."""
    click(qtbot, tool(window, "view.theme.toggle"))
    assert not window.theme.is_dark
    assert world.store.saved.ui.theme.value == "light"
    assert window.commands.action("view.theme.light").isChecked()
    click(qtbot, tool(window, "view.theme.toggle"))
    assert window.theme.is_dark


def test_marks_of_repaired_bars_are_a_choice_that_is_remembered(window, world):
    """The tick in the menu and the settings say the same."""
    assert window.commands.action("chart.repaired").isChecked()
    window.run_command("chart.repaired")
    assert not window.commands.action("chart.repaired").isChecked()
    assert not world.store.saved.chart.show_repaired
    window.run_command("chart.repaired")
    assert world.store.saved.chart.show_repaired


def test_notifications_can_be_muted_for_an_hour(window, world):
    """The tick tells, and a second time ends it."""
    window.run_command("alert.mute")
    assert world.notifier.muted_until == NOW + HOUR_MS
    window.run_command("alert.mute")
    assert not world.notifier.muted


def test_quit_asks_the_program(window, world):
    """The window itself ends nothing."""
    window.run_command("file.quit")
    assert world.asked == ["quit"]
    assert window.isVisible()


def test_every_command_has_a_name_and_no_shortcut_twice(window):
    """What menus, palette and shortcuts page show is complete."""
    commands = list(window.commands)
    assert all(c.text for c in commands)
    keys = [c.shortcut for c in commands if c.shortcut]
    assert len(keys) == len(set(keys))
    in_menus = {a for m in window.commands._menus.values() for a in m.actions()}
    hidden = {c.id for c in commands if window.commands.action(c.id) not in in_menus}
    assert hidden == {"view.theme.toggle", "chart.zone"}


def test_each_dialog_is_open_at_most_once(window, qtbot):
    """Asking again brings the same one to the front; none of them stops the program."""
    for name in ("settings", "shortcuts", "about"):
        getattr(window.dialogs, name)()
        first = window.dialogs.opened(name)
        getattr(window.dialogs, name)()
        assert window.dialogs.opened(name) is first
        assert not first.isModal()
        first.reject()
        assert window.dialogs.opened(name) is None


def test_buttons_of_the_tool_bar_have_names_for_screen_readers(window):
    """Also those that show only a picture or a short word."""
    for button in window.tool_bar.findChildren(QToolButton):
        if button.isVisible() and button.objectName() != "qt_toolbar_ext_button":
            assert button.accessibleName() or button.text(), button.objectName()


def test_the_focused_panel_floats_by_a_command(window, qtbot):
    """A panel can leave the window without the mouse."""
    window.show_dock("signals")
    panel = window.arrangement.panels["signals"]
    window.run_command("view.float")
    assert panel.isFloating()
    qtbot.waitUntil(lambda: panel.isAncestorOf(QApplication.focusWidget()))
    window.run_command("view.float")
    assert not panel.isFloating()


def test_shortcuts_work_in_a_floating_panel(window, qtbot):
    """It is a window of its own, but the commands are the same."""
    panel = window.arrangement.panels["signals"]
    panel.setFloating(True)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    qtbot.keyClick(panel, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: panel.findChild(CommandPalette) is not None)
    assert panel.findChild(CommandPalette).isVisible()
    assert not window.palette_box.isVisible()


def test_actions_are_reached_by_their_text(window):
    """Each action's tip has its keys."""
    action = window.findChild(QAction, "palette.open")
    assert "Ctrl+K" in action.toolTip()


def test_the_time_zone_is_chosen_in_the_chart_menu(window, world):
    """It is kept in the settings, and ticked the next time."""
    menu = window.commands.menu("chart.zone")
    menu.aboutToShow.emit()
    next(a for a in menu.actions() if a.text().startswith("Tokyo")).trigger()
    assert world.store.saved.chart.zone == "Asia/Tokyo"
    menu.aboutToShow.emit()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["Tokyo\tUTC+9"]


def test_any_time_zone_is_found_by_typing(window, world, qtbot):
    """By its city, as people write it."""
    window.run_command("chart.zone")
    qtbot.keyClicks(window.palette_box.field, "lord howe")
    assert window.palette_box.texts[0] == "Lord Howe — Australia/Lord_Howe"
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    assert world.settings.current.chart.zone == "Australia/Lord_Howe"
    window.run_command("chart.zone")
    qtbot.keyClicks(window.palette_box.field, "zzzzzz")
    assert window.palette_box.texts == ["There is no time zone “zzzzzz”."]


def test_a_zone_can_be_asked_for_at_a_point_of_the_screen(window, world):
    """A chart asks for the menu where its zone is printed."""
    window.show_zone_menu(QPoint(40, 40))
    menu = QApplication.activePopupWidget()
    next(a for a in menu.actions() if a.text().startswith("UTC")).trigger()
    menu.close()
    assert world.settings.current.chart.zone == "UTC"


def test_a_letter_typed_on_a_floating_chart_searches_there(make_world, qtbot, tmp_path):
    """Where the person looks; what is chosen is shown in that chart."""
    world = make_world(tmp_path, real_charts=True)
    world.quotes()
    world.windows.open_all()
    window = world.windows.active
    chart = window.arrangement.charts[1]
    chart.setFloating(True)
    chart.activateWindow()
    qtbot.waitUntil(chart.isActiveWindow)
    chart.take_focus()
    qtbot.keyClicks(chart.view, "d")
    palette = chart.findChild(CommandPalette)
    assert palette.isVisible()
    assert not window.palette_box.isVisible()
    assert chart.rect().contains(palette.geometry())
    qtbot.keyClicks(QApplication.focusWidget(), "oge")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert chart.series.symbol == "DOGEUSDT"
    assert window.arrangement.charts[0].series == BTC_1M
    qtbot.waitUntil(lambda: chart.findChild(CommandPalette) is None)


def test_an_indicator_is_found_by_typing(make_world, qtbot, tmp_path):
    """By its short name or its title; it is drawn in the current chart."""
    types = find_plugins().indicators
    world = make_world(tmp_path, real_charts=True, indicator_types=types)
    world.quotes()
    world.windows.open_all()
    window = world.windows.active
    window.run_command("chart.indicator")
    field = window.palette_box.field
    assert window.palette_box.texts[0] == "Exponential Moving Average"
    for typed in ("macd", "bollinger b"):
        field.clear()
        qtbot.keyClicks(field, typed)
    assert window.palette_box.texts[0] == "Bollinger Bands"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "BBANDS(20,2,2)" in window.arrangement.charts[0].indicator_labels
    assert "BBANDS(20,2,2)" not in window.arrangement.charts[1].indicator_labels
    window.run_command("chart.indicator")
    qtbot.keyClicks(field, "qqqq")
    assert window.palette_box.texts == ["There is no indicator “qqqq”."]


def test_a_drawing_tool_is_found_by_typing(make_world, qtbot, tmp_path):
    """Its first click goes to the current chart, and Escape puts it down; the menu has it too."""
    world = make_world(tmp_path, real_charts=True)
    world.quotes()
    world.windows.open_all()
    window = world.windows.active
    window.run_command("palette.open")
    qtbot.keyClicks(window.palette_box.field, "fibonacci")
    qtbot.keyClick(window.palette_box.field, Qt.Key.Key_Return)
    first, second = window.arrangement.charts
    assert first.view.hand.tool is not None
    assert second.view.hand.tool is None
    qtbot.keyClick(first.view, Qt.Key.Key_Escape)
    assert first.view.hand.tool is None
    names = [action.text() for action in window.commands.menu("chart.draw").actions()]
    assert "Trend line" in names


def test_a_chart_that_is_revealed_goes_to_the_time_that_is_asked_for(window, monkeypatch):
    """The one that shows the series; without a time it stays where it is."""
    chart = window.arrangement.current
    told = []
    monkeypatch.setattr(type(chart), "show_time", lambda self, at: told.append((self, at)))
    window.reveal_chart(chart.series)
    assert told == []
    window.reveal_chart(chart.series, NOW)
    assert told == [(chart, NOW)]


@pytest.mark.parametrize("choice", ["quarter", "morning", "good"])
def test_peace_can_be_asked_for_by_commands(window, world, choice):
    """For as long as one likes; the bell in the tool bar says so, and it can be ended."""
    window._watch.update()
    end = window.commands.action("alert.mute.end")
    assert not end.isEnabled()
    window.run_command(f"alert.mute.{choice}")
    window._watch.update()
    assert world.notifier.muted
    assert "Muted" in window.tool_bar.alerts_button.toolTip()
    assert end.isEnabled()
    end.trigger()
    window._watch.update()
    assert not world.notifier.muted
    assert "Muted" not in window.tool_bar.alerts_button.toolTip()
