"""The screen as a whole: from an alert to what a person sees."""

import pytest
from msgspec.structs import replace

from tests.fakes import BTC_1M
from tests.ui.notifications.test_native import FakePort
from tests.ui.notifications.test_toasts import alert
from tests.ui.world import NOW
from thebot_desktop.app.settings import UiConfig
from thebot_desktop.domain.market import ConnectionState, Interval, SeriesKey, Symbol, TimeTick
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.desktop import Desktop

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)


@pytest.fixture
def port():
    return FakePort()


@pytest.fixture
def sound():
    return FakeSound()


@pytest.fixture
def desktop(qapp, world, port, sound, tmp_path):
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
        sound=sound,
    )
    yield made
    made.close()


class FakeSound:
    """Notes what it should play."""

    def __init__(self):
        self.played = []

    async def play(self, path, volume):
        self.played.append(path.stem)
        return True

    def close(self):
        self.played.append("closed")


async def deliver(desktop, world, *alerts):
    """They come at once, and everybody has been told."""
    for each in alerts:
        world.notifier.deliver(each)
    world.notifier.tell_now()
    await desktop._native.sending.wait()
    await desktop._sound.playing.wait()


def choose(world, **alerts):
    saved = world.settings.saved
    world.settings.update(replace(saved, alerts=replace(saved.alerts, **alerts)))


async def test_an_alert_reaches_every_way_of_telling(desktop, world, port, sound):
    """A card in the window, the desktop, a sound, the number at the tray icon."""
    choose(world, enable_audio=True)
    desktop.open()
    await deliver(desktop, world, alert())
    window = desktop.windows.active
    assert [t.text.title for t in window.toasts.toasts] == ["BTCUSDT · BUY"]
    assert [m.title for m in port.sent] == ["BTCUSDT · BUY"]
    assert sound.played == ["buy"]
    assert desktop.tray.unseen == 1
    assert world.core.reported == []


async def test_a_burst_is_told_together(desktop, world, port, sound):
    """Sixty at the same bar close: one card, one notification, one sound."""
    choose(world, enable_audio=True)
    desktop.open()
    await deliver(desktop, world, *(alert(i) for i in range(60)))
    titles = [t.text.title for t in desktop.windows.active.toasts.toasts]
    assert titles == [m.title for m in port.sent] == ["60 alerts"]
    assert sound.played == ["buy"]
    assert desktop.tray.unseen == 60


async def test_the_number_of_new_alerts_is_at_the_program_s_own_icon_too(
    desktop, world, qapp, monkeypatch
):
    """In a task bar or dock that shows it, until the window is looked at."""
    shown = []
    monkeypatch.setattr(qapp, "setBadgeNumber", shown.append)
    desktop.open()
    await deliver(desktop, world, alert(1), alert(2))
    desktop.tray.seen()
    assert shown == [2, 0]


async def test_without_a_desktop_service_it_is_said_once(desktop, world, port):
    """In the window; the card is there anyway."""
    port.takes = False
    desktop.open()
    for i in (1, 2):
        await deliver(desktop, world, alert(i))
    window = desktop.windows.active
    assert len([t for t in window.banner.texts if "notifications" in t]) == 1
    assert len(window.toasts.toasts) == 2


async def test_that_there_is_no_desktop_service_stands_in_the_settings(desktop, world, port):
    """Where notifications are switched on, which can still be done."""
    port.takes = False
    desktop.open()
    await deliver(desktop, world, alert(1))
    dialogs = desktop.windows.active.dialogs
    dialogs.settings("alerts", "enable_native")
    field = dialogs.opened("settings").form.form("alerts").field("enable_native")
    assert "shows no notifications" in field.editor.accessibleDescription()
    assert field.isEnabled()


async def test_without_toasts_and_service_a_card_is_shown_all_the_same(desktop, world, port):
    """Never lost: the last resort."""
    port.takes = False
    choose(world, enable_toast=False)
    desktop.open()
    await deliver(desktop, world, alert())
    assert len(desktop.windows.active.toasts.toasts) == 1


async def test_a_muted_program_is_silent(desktop, world, port, sound):
    """By the tray's menu; it counts all the same, and tells afterwards."""
    choose(world, enable_audio=True)
    desktop.open()
    mute = next(a for a in desktop.tray._mute.actions() if a.text() == "Mute for one hour")
    mute.trigger()
    assert "Muted until" in desktop.tray.tip
    await deliver(desktop, world, alert())
    assert port.sent == sound.played == []
    assert desktop.windows.active.toasts.toasts == ()
    assert desktop.tray.unseen == 1
    desktop.tray._unmute.trigger()
    world.notifier.flush()
    await desktop._native.sending.wait()
    assert "Muted" not in desktop.tray.tip
    assert [m.title for m in port.sent] == ["1 alert while muted"]
    assert sound.played == []


async def test_a_click_on_a_notification_opens_the_chart(desktop, world, port):
    """Also when the window is closed to the tray; and the sound that waits is not needed."""
    desktop.open()
    window = desktop.windows.active
    window.hide()
    await deliver(desktop, world, alert(series=BTC_1M))
    port.sent[0].buttons[0][1]()
    assert window.isVisible()
    assert window.current_series == BTC_1M
    assert world.notifier.was_noticed(alert())


async def test_an_alert_about_no_symbol_opens_the_list(desktop, world, port):
    """There is no chart of it."""
    desktop.open()
    about_none = alert(series=SeriesKey(Symbol(""), Interval.M1))
    await deliver(desktop, world, about_none)
    port.sent[0].buttons[0][1]()
    assert desktop.windows.active.arrangement.panels["alerts"].isVisible()
    desktop._open_alert(about_none)
    assert desktop.windows.active.current_series.symbol == "SOLUSDT"


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
    assert world.notifier._sinks == world.notifier._noises == {}
    assert len(world.settings.changed) == 1
    desktop.close()
