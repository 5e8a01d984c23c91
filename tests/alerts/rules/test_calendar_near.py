"""Events of the calendar are told when they are near."""

from __future__ import annotations

import pytest

from tests.fakes import Core
from thebot_desktop.alerts.happenings import EventNear
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.calendar_near import CalendarNear, When
from thebot_desktop.domain.news import EconomicEvent, Impact
from thebot_desktop.domain.time import MINUTE_MS, UnixMs

NOON = 1_790_000_000_000 // MINUTE_MS * MINUTE_MS


def near(minutes, impact=Impact.HIGH):
    event = EconomicEvent("e", "Rate decision", UnixMs(NOON), impact, "US")
    at = UnixMs(NOON - round(minutes * MINUTE_MS))
    return EventNear("event/e", at, item=event, minutes=minutes)


@pytest.mark.parametrize(
    ("rule", "minutes", "speaks"),
    [
        (CalendarNear(15), 16, False),
        (CalendarNear(15), 15, True),
        (CalendarNear(15), 3, True),  # known only now
        (CalendarNear(15), -1, False),
        (CalendarNear(15, When.AFTER), 0, False),
        (CalendarNear(15, When.AFTER), -15, True),
        (CalendarNear(15, When.AFTER), -20, False),
        (CalendarNear(0), 0.5, False),
        (CalendarNear(0), 0, True),
    ],
)
def test_it_is_told_at_its_time(rule, minutes, speaks):
    """Before or after, and not when it makes no sense any more."""
    assert (rule.check_happening(near(minutes)) is not None) is speaks


@pytest.mark.parametrize(
    ("least", "impact", "speaks"),
    [
        (Impact.HIGH, Impact.MEDIUM, False),
        (Impact.MEDIUM, Impact.MEDIUM, True),
        (Impact.LOW, Impact.HIGH, True),
    ],
)
def test_it_has_to_matter_enough(least, impact, speaks):
    """At least so much."""
    rule = CalendarNear(impact=least)
    assert (rule.check_happening(near(10, impact)) is not None) is speaks


def test_each_event_is_told_once():
    """However often it is told that it is near."""
    core = Core()
    core.alerts.arm(ArmedRule("r", CalendarNear(15)))
    for minutes in (20, 15, 14, 13, 1):
        core.alerts.evaluate_happening(near(minutes))
    (alert,) = core.alerts.history
    assert alert.message == "Rate decision (US): in 15 minutes"


def test_its_sentence_reads_as_english():
    """Before, at and after."""
    assert CalendarNear().sentence == "an event of high impact is 15 minutes ahead"
    after = CalendarNear(1, When.AFTER, Impact.LOW)
    assert after.sentence == "an event of low impact or more was 1 minute ago"
    assert CalendarNear(0).sentence == "an event of high impact begins"
