"""The tray icon."""

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QIcon

from tests.fakes import BTC_1M
from tests.ui.notifications.test_toasts import alert
from tests.ui.world import NOW
from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.domain.time import DAY_MS, UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.notifications.mutes import MuteChoice
from thebot_desktop.ui.notifications.tray import Tray, TrayActions
from thebot_desktop.ui.resources import resource
from thebot_desktop.ui.theme import load_theme

pytestmark = pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
# The platform without a display has no tray to hear of.


class Desk:
    """A desktop whose tray may come later."""

    def __init__(self):
        self.has_tray = False
        self.quiet = ""
        self.history = ()
        self.calls = []

    def actions(self):
        return TrayActions(
            show=lambda: self.calls.append("show"),
            mutes=tuple(
                MuteChoice(name, name, lambda name=name: self.calls.append(name))
                for name in ("hour", "end")
            ),
            quit=lambda: self.calls.append("quit"),
            open_alert=lambda a: self.calls.append(a.id),
            quiet=lambda: self.quiet,
            muted=lambda: bool(self.quiet),
            latest=lambda: self.history,
            now=lambda: NOW,
        )


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def tray(qapp, desk):
    icon = QIcon(str(resource("icons", "bell.svg")))
    made = Tray(icon, load_theme("dark"), desk.actions(), lambda: desk.has_tray)
    yield made
    made.close()
    made.deleteLater()


def test_without_a_tray_it_keeps_looking(tray, desk):
    """A panel that starts later is found; until then nothing may hide there."""
    assert not tray.available
    assert tray._timer.isActive()
    desk.has_tray = True
    tray.look()
    assert not tray._timer.isActive()
    assert tray.available


def test_a_tray_that_goes_away_is_noticed(tray, desk):
    """It is asked again each time."""
    desk.has_tray = True
    tray.look()
    desk.has_tray = False
    assert not tray.available


def test_new_alerts_are_counted_until_they_are_seen(tray):
    """In the icon and in its tip."""
    before = tray._icon.icon().pixmap(64).toImage()
    counted = []
    tray.counted.connect(counted.append)
    tray.count((alert(1),))
    tray.count((alert(2), alert(3)))
    assert tray.unseen == 3
    assert "3 new alerts" in tray.tip
    assert tray._icon.icon().pixmap(64).toImage() != before
    tray.seen()
    assert tray.unseen == 0
    assert counted == [1, 3, 0]
    assert tray._icon.icon().pixmap(64).toImage() == before


def test_how_fresh_the_data_is_shows(tray):
    """As a sign and as a word."""
    tray.show_word(FreshnessWord.LIVE)
    live = tray._icon.icon().pixmap(64).toImage()
    assert live.pixelColor(52, 52).name().upper() == load_theme("dark").up
    tray.show_word(FreshnessWord.STALE)
    assert tray._icon.icon().pixmap(64).toImage() != live
    assert tray.tip == "THEBOT Desktop: Stale"


def test_the_menu_does_what_it_says(tray, desk):
    """Show, mute for as long as one likes, quit."""
    for action in (*tray.menu.actions(), *tray._mute.actions()):
        if not action.menu() and not action.isSeparator():
            action.trigger()
    assert desk.calls == ["show", "quit", "hour", "end"]


def test_the_quiet_shows_in_icon_tip_and_menu(tray, desk):
    """And how it ends, where it can be ended."""
    before = tray._icon.icon().pixmap(64).toImage()
    assert not tray._unmute.isVisible()
    desk.quiet = "Muted until 14:05"
    tray.show_quiet()
    tray.refresh_menu()
    assert tray.tip.endswith(" · Muted until 14:05")
    assert tray._mute.title() == "Muted until 14:05"
    assert tray._unmute.isVisible()
    assert tray._icon.icon().pixmap(64).toImage() != before
    desk.quiet = ""
    tray.show_quiet()
    assert tray._icon.icon().pixmap(64).toImage() == before


def test_the_latest_alerts_are_in_the_menu(tray, desk):
    """Newest first, five of them, with their times, each leading to its chart."""
    late = replace(alert(6), late=True, event_time=UnixMs(NOW - 2 * DAY_MS))
    about_none = alert(5, series=SeriesKey(Symbol(""), BTC_1M.interval))
    desk.history = (*(alert(i) for i in range(5)), about_none, late)
    tray.refresh_menu()
    latest = tray._latest.actions()
    assert [a.text() for a in latest][:3] == [
        "Sat 10:40 (late)  BTCUSDT: message 6",
        "10:40  message 5",
        "10:40  BTCUSDT: message 4",
    ]
    assert len(latest) == 5
    latest[0].trigger()
    assert desk.calls == ["a6"]


def test_balloons_are_only_for_where_they_are_seen(tray, desk, monkeypatch):
    """On Linux they would go to the service that did not answer."""
    desk.has_tray = True
    tray.look()
    monkeypatch.setattr("sys.platform", "linux")
    assert not tray.balloon("title", "body")
    monkeypatch.setattr("sys.platform", "win32")
    assert tray.balloon("title", "body")
