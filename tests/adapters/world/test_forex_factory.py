"""The calendar of the week is read as its site writes it."""

from __future__ import annotations

import json

import pytest

from tests.conftest import RECORDED as DATA
from thebot_desktop.adapters.world.forex_factory import ForexFactory
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.news import Impact

WEEK = DATA / "news" / "calendar"


def row(**fields):
    usual = {
        "title": "CPI m/m",
        "country": "USD",
        "date": "2026-08-05T08:30:00-04:00",
        "impact": "High",
        "forecast": "",
        "previous": "0.1%",
    }
    return {**usual, **fields}


def read(*rows):
    return ForexFactory().parse(json.dumps(rows).encode())


def test_an_event_has_its_time_in_greenwich_and_how_much_it_matters():
    """The site writes the time of New York."""
    (event,) = read(row())
    assert event.at == 1_785_933_000_000
    assert (event.title, event.country, event.impact) == ("CPI m/m", "USD", Impact.HIGH)


def test_what_has_no_impact_or_no_time_is_left_out():
    """Holidays, and what makes no sense."""
    rows = [row(impact="Holiday"), row(date="Tentative"), row(date="2026-08-05T08:30:00")]
    assert read(*rows, row(title=" ")) == []


def test_an_event_that_is_moved_within_its_day_stays_the_same():
    """Two of one name on one day are two."""
    first, second = read(row(), row(date="2026-08-05T10:00:00-04:00"))
    (moved,) = read(row(date="2026-08-05T09:00:00-04:00"))
    assert moved.id == first.id != second.id


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'[{"title": 5}]', b"[" * 100_000])
def test_what_is_no_calendar_is_said(body):
    """With a sentence."""
    with pytest.raises(DecodeError, match=r".") as said:
        ForexFactory().parse(body)
    assert said.value.user_message == "The economic calendar could not be read."


@pytest.mark.skipif(not WEEK.is_dir(), reason="the recorded calendars are not here")
def test_the_recorded_weeks_are_read_whole():
    """And a week that was revised keeps the ids of what it kept."""
    early, late = (
        ForexFactory().parse((WEEK / f"ff_calendar-week-2026-08-02.at-{day}.json").read_bytes())
        for day in ("2026-08-02", "2026-08-07")
    )
    assert len({event.id for event in early}) == len(early) > 50
    assert {e.impact for e in early} == set(Impact)
    kept = {event.id for event in early} & {event.id for event in late}
    assert len(kept) > len(early) * 0.8
