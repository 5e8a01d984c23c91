"""For how long one can ask for peace."""

import pytest

from thebot_desktop.alerts.alert_config import AlertConfig, QuietHours
from thebot_desktop.alerts.hours import utc_time
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, SimulatedClock, UnixMs
from thebot_desktop.ui.notifications.mutes import mute_choices, quiet_text

NOON = UnixMs(20_000 * DAY_MS + 12 * HOUR_MS)


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("quarter", "Muted until 12:15"),
        ("hour", "Muted until 13:00"),
        ("morning", "Muted until 08:00"),
        ("good", "Muted"),
        ("end", ""),
    ],
)
def test_each_choice_is_told_in_words(choice, told):
    """With the time of the person."""
    notifier = Notifier(SimulatedClock(NOON), Observers(), None)
    next(c for c in mute_choices(notifier) if c.id == choice).run()
    assert quiet_text(notifier, utc_time) == told


def test_quiet_hours_are_told_in_words():
    """They end by themselves."""
    config = AlertConfig(quiet_hours=QuietHours("11:00-13:00"))
    notifier = Notifier(SimulatedClock(NOON), Observers(), None, config=lambda: config)
    assert quiet_text(notifier, utc_time) == "Quiet hours"
