"""What the status bar says."""

import pytest
from PySide6.QtCore import QDateTime, QTimeZone

from tests.ui.world import NOW
from thebot_desktop.domain.market import ConnectionState
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.status_bar import StatusBar, clock_text, repairs_text


@pytest.fixture
def bar(qtbot):
    made = StatusBar("DEMO", 13)
    qtbot.addWidget(made)
    made.show()
    return made


def test_all_of_it_in_one_line(bar, world):
    """Freshness with its age, source, rate, latency, repairs, weight, cost."""
    world.connection(ConnectionState.LIVE)
    world.core.clock.advance_to(UnixMs(NOW + 200))
    bar.show_health(world.health.document(), 4.4)
    parts = ("DEMO", "Live 0.2 s", "214 msg/s · latency 45 ms", "0 holes", "weight 38 / 6000")
    for part in (*parts, "CPU 4% · 138 MB"):
        assert part in bar.text
    assert bar._sign.word is FreshnessWord.LIVE


@pytest.mark.parametrize(
    ("state", "silence", "text"),
    [
        (ConnectionState.LIVE, 14_000, "Delayed 14 s · Why."),
        (ConnectionState.DELAYED, 300, "Delayed · Why."),
        (ConnectionState.CONNECTING, 4_000, "Delayed 4 s · Why."),
        (ConnectionState.OFFLINE, 120_000, "Stale 2 min · Why."),
    ],
)
def test_data_that_is_not_live_says_how_old_it_is_and_why(bar, world, state, silence, text):
    """One of three words and a sign, not a colour alone."""
    world.connection(state, "Why.")
    world.core.clock.advance_to(UnixMs(NOW + silence))
    health = world.health.document()
    bar.show_health(health, None)
    assert " · ".join((bar._state.text(), bar._reason.text())) == text
    assert bar._sign.word is health.freshness.word
    assert bar._state.toolTip() == "Why."


def test_in_a_narrow_window_the_reason_gives_way_and_the_age_does_not(bar, world, qtbot):
    """What counts most is cut last."""
    world.connection(ConnectionState.DELAYED, "Nothing has come from the exchange. " * 3)
    world.core.clock.advance_to(UnixMs(NOW + 14_000))
    bar.resize(640, 26)
    bar.show_health(world.health.document(), None)
    qtbot.waitUntil(lambda: 0 < bar._reason.width() < bar._reason.sizeHint().width())
    assert bar._state.width() >= bar._state.sizeHint().width()


def test_a_reason_that_stands_elsewhere_is_not_repeated(bar, world):
    """It can still be pointed at."""
    world.connection(ConnectionState.OFFLINE, "The network is down.")
    bar.show_health(world.health.document(), None, with_reason=False)
    assert "network" not in bar.text
    assert bar._state.toolTip() == "The network is down."


def test_repairs_are_counted():
    """Open holes and bars that were fetched afterwards."""
    assert repairs_text(1, 6) == "1 holes · 6 bars repaired"


def test_the_clock_names_its_zone():
    """Once, after the time."""
    text = clock_text(NOW)
    here = QDateTime.fromMSecsSinceEpoch(NOW)
    assert text.startswith(here.toString("HH:mm:ss"))
    assert "UTC" in text
    assert QTimeZone.systemTimeZone().isValid()


def test_what_is_not_known_takes_no_room(bar, world):
    """No empty labels between the others."""
    bar.show_health(world.health.document(), None)
    assert "CPU" not in bar.text
