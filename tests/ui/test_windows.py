"""Windows come back where they were, and closing them ends the program in order."""

import msgspec
import pytest
from PySide6.QtCore import QByteArray, QPoint, QRect, Qt, QTimer

from tests.fakes import BTC_1M, ETH_1M
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.ui import windows as windows_module
from thebot_desktop.ui.layout_state import Layout, Rect, ScreenState

SOL_4H = SeriesKey(Symbol("SOLUSDT"), Interval.H4)


def reopen(world, make_world):
    """Close everything and start again over the same profile."""
    world.close()
    again = make_world()
    again.quotes()
    again.windows.open_all()
    return again


def test_docks_come_back_as_they_were_left(world, window, make_world, qtbot):
    """A floated panel, a closed one, another chart with other indicators."""
    window.showNormal()
    panels = window.arrangement.panels
    panels["signals"].setFloating(True)
    panels["signals"].setGeometry(QRect(200, 150, 420, 300))
    panels["news_feed"].close()
    window.open_chart(SOL_4H, new=True)
    window.arrangement.charts[2].set_indicator_labels(("RSI(7)",))
    qtbot.wait(1)  # Qt lays docks out in the next turn of the loop.
    widths = [c.width() for c in window.arrangement.charts]
    again = reopen(world, make_world)
    back = again.windows.active
    assert [c.series for c in back.arrangement.charts] == [BTC_1M, ETH_1M, SOL_4H]
    assert back.arrangement.charts[2].indicator_labels == ("RSI(7)",)
    assert [c.width() for c in back.arrangement.charts] == pytest.approx(widths, abs=2)
    assert back.current_series == SOL_4H
    signals = back.arrangement.panels["signals"]
    assert signals.isFloating()
    assert signals.size().width() == 420
    assert not back.arrangement.panels["news_feed"].isVisible()
    assert not back.commands.action("view.panel.news_feed").isChecked()


def test_the_window_comes_back_to_its_place(world, window, make_world):
    """To the pixel."""
    window.setGeometry(QRect(60, 50, 640, 500))
    again = reopen(world, make_world)
    assert again.windows.active.geometry() == QRect(60, 50, 640, 500)


def test_the_very_first_window_uses_the_whole_screen(window):
    """Someone who starts the program for the first time sees as much as possible."""
    assert window.isMaximized()


def test_a_maximized_window_comes_back_maximized(world, window, make_world):
    """And remembers the size it had before."""
    window.setGeometry(QRect(60, 50, 640, 500))
    window.showMaximized()
    again = reopen(world, make_world)
    assert again.windows.active.isMaximized()
    assert again.layout_file.load().windows[0].rect == Rect(60, 50, 640, 500)


def dock_heights(window):
    docks = [*window.arrangement.panels.values(), *window.arrangement.charts]
    return {dock.objectName(): dock.height() for dock in docks if dock.isVisible()}


def chart_widths(window):
    return [chart.width() for chart in window.arrangement.charts]


def test_docks_of_a_maximized_window_keep_their_sizes(world, window, make_world, qtbot):
    """They are those of the whole screen, not of the size that the window had before."""
    window.setGeometry(QRect(60, 50, 640, 500))
    window.showMaximized()
    first, second = window.arrangement.charts
    window.resizeDocks([first, second], [150, 300], Qt.Orientation.Horizontal)
    wanted = chart_widths(window)
    once = reopen(world, make_world)
    qtbot.waitUntil(lambda: chart_widths(once.windows.active) == wanted, timeout=3000)
    again = reopen(once, make_world)
    qtbot.waitUntil(lambda: chart_widths(again.windows.active) == wanted, timeout=3000)


def test_the_standard_sizes_can_be_saved_at_once(window):
    """What is put back in the same turn of the loop is what was seen."""
    window.reset_layout()
    heights, widths = dock_heights(window), chart_widths(window)
    assert window.arrangement.restore_state(window.dump().state)
    assert (dock_heights(window), chart_widths(window)) == (heights, widths)


def test_changes_are_saved_while_the_program_runs(world, window, qtbot):
    """A crash a moment later loses no layout."""
    window.arrangement.panels["metrics"].close()
    window.open_chart(SOL_4H)
    qtbot.waitUntil(lambda: bool(world.layout_file.load().windows), timeout=4000)
    saved = world.layout_file.load().windows[0]
    assert saved.charts[0].symbol == "SOLUSDT"
    assert saved.current_chart == "chart.1"


def test_a_broken_layout_costs_only_the_layout(make_world, tmp_path, qtbot):
    """The standard one is shown, with a notice; the old file is kept."""
    (tmp_path / "layout.json").write_text("{nonsense")
    world = make_world()
    world.windows.open_all()
    window = world.windows.active
    assert len(window.arrangement.charts) == 2
    assert "standard layout" in window.banner.texts[0]
    assert (tmp_path / "layout.json.bad").read_text() == "{nonsense"


@pytest.mark.parametrize("state", ["AAAA", "not base 64 !", ""])
def test_a_state_that_qt_refuses_gives_the_standard_layout(make_world, tmp_path, qtbot, state):
    """The charts named in the file are not shown twice."""
    first = make_world()
    first.windows.open_all()
    saved = first.windows.active.dump()
    first.close()
    bad = msgspec.structs.replace(saved, state=state)
    first.layout_file.save(Layout(windows=(bad,)))
    world = make_world()
    world.windows.open_all()
    assert [c.series for c in world.windows.active.arrangement.charts] == [BTC_1M, ETH_1M]
    assert world.windows.active.arrangement.panels["watchlist"].isVisible()


def test_a_notice_of_the_last_run_leaves_no_empty_strip(make_world, tmp_path, qtbot):
    """The arrangement of docks knows that there was one."""
    first = make_world()
    first.windows.open_all()
    first.windows.active.notify_person("Something was the matter.")
    saved = first.windows.active.dump()
    first.close()
    first.layout_file.save(Layout(windows=(saved,)))
    world = make_world()
    world.windows.open_all()
    window = world.windows.active
    assert not window.banner.isVisible()
    window.notify_person("Something else is.")
    assert window.banner.isVisible()


def test_a_notice_that_is_closed_leaves_the_docks_as_they_were(window, qtbot):
    """And what is saved meanwhile is how they were, too."""
    before, heights = window.dump().state, dock_heights(window)
    window.notify_person("Something is the matter.")
    qtbot.waitUntil(lambda: window.dump().state == before and dock_heights(window) != heights)
    window.banner.withdraw("Something is the matter.")
    qtbot.waitUntil(lambda: dock_heights(window) == heights, timeout=3000)


def test_who_types_while_a_notice_goes_types_on(window, qtbot):
    """In the field where they were."""
    before, heights = window.dump().state, dock_heights(window)
    window.notify_person("Something is the matter.")
    qtbot.waitUntil(lambda: window.dump().state == before)
    field = window.arrangement.panels["signals"].search
    field.setFocus()
    window.banner.withdraw("Something is the matter.")
    qtbot.waitUntil(lambda: dock_heights(window) == heights)
    assert window.focusWidget() is field
    assert window.dump().current_chart == "chart.1"


def test_who_moves_a_divider_under_a_notice_has_it_there(window, qtbot):
    """It was their wish."""
    before = window.dump().state
    window.notify_person("Something is the matter.")
    qtbot.waitUntil(lambda: window.dump().state == before)
    panels = window.arrangement.panels
    column = [panels["watchlist"], panels["metrics"]]
    window.resizeDocks(column, [200, 400], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: panels["watchlist"].height() < 300)
    assert window.dump().state != before
    window.banner.withdraw("Something is the matter.")
    later = []
    QTimer.singleShot(0, lambda: later.append(True))
    qtbot.waitUntil(lambda: bool(later) and not window.banner.isVisible())
    assert panels["watchlist"].height() < 300


def test_several_windows_come_back(world, window, make_world):
    """Each with its own charts."""
    second = world.windows.open_new()
    second.open_chart(SOL_4H)
    assert second.key == "window.2"
    assert window.current_series == BTC_1M
    again = reopen(world, make_world)
    assert [w.key for w in again.windows.all] == ["main", "window.2"]
    assert [w.current_series for w in again.windows.all] == [BTC_1M, SOL_4H]


def test_closing_one_of_several_windows_just_closes_it(world, window):
    """Its docks stop observing; the program goes on."""
    second = world.windows.open_new()
    observers = len(world.core.subscriber.quotes)
    second.close()
    assert world.windows.all == (window,)
    assert len(world.core.subscriber.quotes) < observers
    assert world.asked == []


def test_closing_the_last_window_asks_the_program_to_end(world, window):
    """It stays until everything else is in order."""
    window.close()
    assert world.asked == ["quit"]
    assert window.isVisible()


def test_with_a_tray_the_last_window_hides_instead(world, window):
    """And comes back when asked for."""
    world.windows.hides_when_closed = lambda: True
    window.close()
    assert world.asked == []
    assert not window.isVisible()
    world.windows.show_up()
    assert window.isVisible()


def test_nothing_is_observed_after_the_end(world, window):
    """A closed program holds on to nothing."""
    world.windows.close_down()
    core = world.core
    watched = (
        core.subscriber.quotes,
        core.subscriber.moments,
        core.subscriber.gaps,
        core.alerts.changed,
        world.session.watchlist_changed,
        world.news.changed,
        world.appearance.changed,
    )
    # The pipeline, the session and health are no part of the window and go on listening.
    assert [len(o) for o in watched] == [0, 0, 1, 1, 0, 0, 0]


def test_a_lost_screen_brings_its_window_back_and_home_again(world, window, monkeypatch):
    """Moved to a screen that is there, remembered where it belongs, sent home later."""
    here = ScreenState("HERE", Rect(0, 0, 800, 800), serial="1")
    there = ScreenState("THERE", Rect(800, 0, 1600, 1200), serial="2")
    window.setGeometry(QRect(1000, 100, 900, 700))
    home = msgspec.structs.replace(window.dump(), screen=there)
    monkeypatch.setattr(window, "dump", lambda: home)
    monkeypatch.setattr(windows_module, "primary_screen", lambda: here)
    monkeypatch.setattr(windows_module, "screen_states", lambda: [here])
    world.windows.rescue()
    assert window.geometry() == QRect(40, 50, 720, 700)
    world.windows.save()
    assert world.layout_file.load().windows[0].rect == Rect(1000, 100, 900, 700)
    monkeypatch.setattr(windows_module, "screen_states", lambda: [here, there])
    world.windows.rescue()
    assert window.geometry() == QRect(1000, 100, 900, 700)


def test_a_floating_panel_beyond_all_screens_is_brought_back(world, window):
    """It would be lost, since it has no entry in the task bar."""
    panel = window.arrangement.panels["signals"]
    panel.setFloating(True)
    panel.setGeometry(QRect(5000, 5000, 300, 300))
    world.windows.rescue()
    assert window.screen().availableGeometry().contains(panel.geometry().center())


def test_starting_minimized_shows_no_window(make_world, tmp_path, qtbot):
    """In the tray nothing is shown at all; without one it is minimised, never hidden."""
    world = make_world()
    world.windows.open_all(minimized=True, hidden=True)
    assert not world.windows.active.isVisible()
    world.windows.show_up()
    assert world.windows.active.isVisible()
    world.close()
    other = make_world(tmp_path / "other")
    other.windows.open_all(minimized=True)
    assert other.windows.active.isMinimized()


def test_the_state_is_plain_text(window):
    """What Qt says about docks is kept as base 64 in the file."""
    state = QByteArray.fromBase64(window.dump().state.encode())
    assert window.restoreState(state, 1)
    assert window.mapToGlobal(QPoint(0, 0)) is not None
