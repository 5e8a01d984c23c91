"""ForexFactory's calendar of the week: what is announced, when, and how much it matters."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import msgspec
from msgspec import Struct

from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.news import EconomicEvent, Impact
from thebot_desktop.domain.time import UnixMs

MOST_EVENTS = 2_000
LONGEST_TITLE = 200
_IMPACTS = {"Low": Impact.LOW, "Medium": Impact.MEDIUM, "High": Impact.HIGH}
"""A holiday moves nothing at a certain time: it is left out."""


class _Row(Struct, frozen=True):
    title: str
    country: str
    date: str
    impact: str


class ForexFactory:
    """JSON without ids; an event may be revised in place while the week goes on."""

    name = "forexfactory"
    title = "Economic calendar"
    url = "https://nfs.faireconomy.media/ff_calendar_thisweek.json"

    def parse(self, body: bytes) -> list[EconomicEvent]:
        """In order of time. Raises DecodeError when it is no calendar."""
        try:
            rows = msgspec.json.decode(body, type=list[_Row])
        except (msgspec.MsgspecError, RecursionError) as error:
            sentence = "The economic calendar could not be read."
            raise DecodeError(str(error), user_message=sentence) from error
        seen: Counter[str] = Counter()
        found = [event for row in rows[:MOST_EVENTS] if (event := _event(row, seen))]
        return sorted(found, key=lambda event: event.at)


def _event(row: _Row, seen: Counter[str]) -> EconomicEvent | None:
    """None for what has no impact or no time. One that is moved within its day stays the same."""
    impact = _IMPACTS.get(row.impact)
    try:
        at = dt.datetime.fromisoformat(row.date)
    except ValueError:
        return None
    if impact is None or at.tzinfo is None or not row.title.strip():
        return None
    day = f"{at.astimezone(dt.UTC):%Y-%m-%d}"
    key = f"{row.country}/{row.title}/{day}"[:LONGEST_TITLE]
    seen[key] += 1
    again = f"/{seen[key]}" if seen[key] > 1 else ""
    title = " ".join(row.title.split())[:LONGEST_TITLE]
    return EconomicEvent(
        key + again, title, UnixMs(round(at.timestamp() * 1000)), impact, row.country[:20]
    )
