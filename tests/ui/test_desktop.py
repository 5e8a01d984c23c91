"""The screen as a whole: from an alert to what a person sees."""

import asyncio

import pytest
from msgspec.structs import replace

from tests.ui.notifications.test_native import FakePort
from tests.ui.notifications.test_toasts import alert
from tests.ui.world import NOW
from thebot_desktop.app.settings import UiConfig
from thebot_desktop.domain.market import ConnectionState, Interval, Symbol, TimeTick
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.desktop import Desktop

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def port():
    return FakePort()


@pytest.fixture
def desktop(qapp, world, port, tmp_path):
    world.close()
    made = Desktop(
        qapp,
        world.context,
        world.dock_types,
        world.parts.program,
        layout_file=tmp_path / "desk.json",
        symbols=(Symbol("SOLUSDT"),),
        interval=Interval.M5,
        port=port,
    )
    yield made
    made.close()


async def test_an_alert_reaches_every_way_of_telling(desktop, world, port):
    """A card in the window, the desktop, the number at the tray icon."""
    desktop.open()
    world.notifier.deliver(alert())
    await desktop._native.sending.wait()
    window = desktop.windows.active
    assert [t.text.title for t in window.toasts.toasts] == ["BTCUSDT · BUY"]
    assert [m.title for m in port.sent] == ["BTCUSDT · BUY"]
    assert desktop.tray.unseen == 1
    assert world.core.reported == []


async def test_a_burst_is_told_together(desktop, world, port):
    """Not one card for each."""
    desktop.open()
    for i in range(8):
        world.notifier.deliver(alert(i))
    world.core.clock.advance_to(NOW + 5_000)
    world.notifier.flush()
    await desktop._native.sending.wait()
    titles = [t.text.title for t in desktop.windows.active.toasts.toasts]
    assert titles[-1] == "3 alerts"


async def test_without_a_desktop_service_it_is_said_once(desktop, world, port):
    """In the window; the card is there anyway."""
    port.takes = False
    desktop.open()
    for i in (1, 2):
        world.notifier.deliver(alert(i))
        await desktop._native.sending.wait()
    window = desktop.windows.active
    assert len([t for t in window.banner.texts if "notifications" in t]) == 1
    assert len(window.toasts.toasts) == 2


async def test_a_muted_program_is_silent(desktop, world, port):
    """By the tray's menu, for an hour."""
    desktop.open()
    desktop.tray._mute.trigger()
    world.notifier.deliver(alert())
    await asyncio.sleep(0)
    assert port.sent == []
    assert desktop.windows.active.toasts.toasts == ()


def test_symbol_and_interval_of_the_command_line_are_shown(desktop):
    """In the first chart of a fresh profile."""
    desktop.open()
    series = desktop.windows.active.current_series
    assert (series.symbol, series.interval) == ("SOLUSDT", Interval.M5)


def test_settings_reach_the_screen(desktop, world):
    """Theme, text size, how often it draws."""
    desktop.open()
    ui = UiConfig(font_size=16)
    stream = replace(world.settings.saved.data_stream, update_interval_ms=250)
    world.settings.update(replace(world.settings.saved, ui=ui, data_stream=stream))
    assert desktop.appearance.font_px == 16
    assert desktop.ticker.update_interval_ms == 250


def test_closing_hides_only_where_there_is_a_tray(desktop, world, monkeypatch):
    """Without one the window could not be reached again."""
    desktop.open()
    world.settings.update(replace(world.settings.saved, ui=UiConfig(close_to_tray=True)))
    window = desktop.windows.active
    window.close()
    assert window.isVisible()
    assert world.asked == ["quit"]
    monkeypatch.setattr(desktop.tray, "_available", lambda: True)
    window.close()
    assert not window.isVisible()
    assert world.asked == ["quit"]


def test_the_tray_shows_how_fresh_the_data_is(desktop, world):
    """When the connection changes, and when it only grows silent."""
    desktop.open()
    assert "Delayed" in desktop.tray.tip
    world.connection(ConnectionState.LIVE)
    assert "Live" in desktop.tray.tip
    world.core.pipeline.apply(TimeTick(UnixMs(NOW + 40_000)))
    assert "Stale" in desktop.tray.tip


def test_a_crash_is_shown_over_the_window(desktop):
    """With its report."""
    desktop.open()
    desktop.show_crash("what happened")
    dialog = desktop.windows.active.findChild(object, "crash")
    assert dialog.report.toPlainText() == "what happened"
    dialog.reject()


def test_nothing_is_left_after_the_end(desktop, world):
    """The notifier knows no sink any more, and nobody listens to the settings."""
    desktop.open()
    desktop.close()
    assert world.notifier._sinks == {}
    assert len(world.settings.changed) == 1
    desktop.close()
