"""What the status bar says."""

import pytest
from PySide6.QtCore import QDateTime, QTimeZone

from tests.ui.world import NOW
from thebot_desktop.domain.market import ConnectionChange, ConnectionState
from thebot_desktop.ui.status_bar import StatusBar, clock_text, repairs_text, state_text


@pytest.fixture
def bar(qtbot):
    made = StatusBar("DEMO", 13)
    qtbot.addWidget(made)
    made.show()
    return made


def test_all_of_it_in_one_line(bar, world):
    """State, source, rate, repairs, weight, cost."""
    world.core.subscriber.tell(ConnectionChange(ConnectionState.LIVE, "", NOW))
    bar.show_health(world.health.document(), 4.4)
    for part in ("DEMO", "● Live", "214 msg/s", "0 holes", "weight 38 / 6000", "CPU 4% · 138 MB"):
        assert part in bar.text


@pytest.mark.parametrize(
    ("state", "reason", "text"),
    [
        ("live", "all well", "● Live"),
        ("delayed", "7 s behind", "● Delayed · 7 s behind"),
        ("offline", "No route", "● Offline · No route"),
        ("connecting", "", "● Connecting"),
    ],
)
def test_a_state_that_is_not_well_says_why(state, reason, text):
    """By word and dot, not by colour alone."""
    assert state_text(state, reason) == text


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
