"""EconomicCalendar: what is announced for the days to come, and how long it is until then."""

from __future__ import annotations

from collections.abc import Iterable

from thebot_desktop.domain.news import EconomicEvent, Impact
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import DAY_MS, MINUTE_MS, UnixMs

KEPT_MS = 2 * DAY_MS
"""Events that are over are known so long."""
_ORDER = tuple(Impact)


class EconomicCalendar:
    """Holds what its source said last, and what is just over. ``changed`` tells of another list."""

    def __init__(self) -> None:
        self._events: tuple[EconomicEvent, ...] = ()
        self.changed: Observers[None] = Observers()

    @property
    def events(self) -> tuple[EconomicEvent, ...]:
        """In order of time."""
        return self._events

    def take(self, events: Iterable[EconomicEvent], now: UnixMs) -> None:
        """What the source says now. What it forgets, as with a new week, is kept while it is fresh.

        An event that is told again takes the place of what was said of it.
        """
        fresh = {event.id: event for event in events}
        since = now - KEPT_MS
        over = {e.id: e for e in self._events if since <= e.at <= now and e.id not in fresh}
        known = sorted((*over.values(), *fresh.values()), key=lambda event: (event.at, event.id))
        if tuple(known) != self._events:
            self._events = tuple(known)
            self.changed.notify(None)

    def upcoming(self, now: UnixMs, least: Impact = Impact.LOW) -> tuple[EconomicEvent, ...]:
        """Those ahead that matter so much, soonest first."""
        lowest = _ORDER.index(least)
        return tuple(e for e in self._events if e.at > now and _ORDER.index(e.impact) >= lowest)

    def minutes_to_next(self, now: UnixMs, least: Impact = Impact.HIGH) -> float | None:
        """None where nothing is announced."""
        ahead = self.upcoming(now, least)
        return (ahead[0].at - now) / MINUTE_MS if ahead else None
