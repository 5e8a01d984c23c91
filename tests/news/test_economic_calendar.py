"""The calendar knows what is ahead, and for a while what is over."""

from __future__ import annotations

from thebot_desktop.domain.news import EconomicEvent, Impact
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.news.economic_calendar import KEPT_MS, EconomicCalendar

HOUR = 3_600_000


def event(name, hour, impact=Impact.HIGH):
    return EconomicEvent(name, name, UnixMs(hour * HOUR), impact)


def test_the_next_event_is_the_soonest_that_matters():
    """One that begins now is no longer ahead."""
    calendar = EconomicCalendar()
    calendar.take([event("b", 5), event("a", 3), event("low", 2, Impact.LOW)], UnixMs(0))
    assert calendar.minutes_to_next(UnixMs(HOUR)) == 120
    assert calendar.minutes_to_next(UnixMs(HOUR), Impact.LOW) == 60
    assert [e.id for e in calendar.upcoming(UnixMs(3 * HOUR))] == ["b"]
    assert calendar.minutes_to_next(UnixMs(9 * HOUR)) is None


def test_what_a_new_week_no_longer_has_is_kept_while_it_is_fresh():
    """And what was taken off before its time is gone at once."""
    calendar, told = EconomicCalendar(), []
    calendar.changed.add(told.append)
    calendar.take([event("over", 1), event("off", 9)], UnixMs(0))
    calendar.take([event("new", 8)], UnixMs(2 * HOUR))
    assert [e.id for e in calendar.events] == ["over", "new"]
    calendar.take([event("new", 8)], UnixMs(2 * HOUR + KEPT_MS))
    assert [e.id for e in calendar.events] == ["new"]
    calendar.take([event("new", 8)], UnixMs(2 * HOUR + KEPT_MS))
    assert len(told) == 3


def test_an_event_that_is_moved_is_there_once():
    """At its new time."""
    calendar = EconomicCalendar()
    calendar.take([event("a", 3)], UnixMs(0))
    calendar.take([event("a", 4)], UnixMs(0))
    assert [e.at for e in calendar.events] == [4 * HOUR]
