"""An event of the economic calendar is near."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import EventNear, Happening
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.domain.news import Impact
from thebot_desktop.domain.signals import AlertType

LATEST_MINUTES = 5
"""So long after its time there is still a point in telling."""
_ORDER = tuple(Impact)
"""From low to high."""


class When(Enum):
    BEFORE = "before"
    AFTER = "after"


class CalendarNear(Rule, frozen=True):
    """Speaks once of each event that matters enough, so many minutes before or after it.

    Of an event that is known only later than that it speaks as soon as it is, before it happens.
    """

    title: ClassVar[str] = "Event of the calendar"
    asks: ClassVar[type[Happening]] = EventNear
    about_symbols: ClassVar[bool] = False

    minutes: Annotated[int, Meta(ge=0, le=1440, title="Minutes")] = 15
    when: Annotated[When, Meta(title="Before or after")] = When.BEFORE
    impact: Annotated[Impact, Meta(title="Impact at least")] = Impact.HIGH

    @property
    def sentence(self) -> str:
        more = "" if self.impact is _ORDER[-1] else " or more"
        what = f"an event of {self.impact.value} impact{more}"
        minutes = "minute" if self.minutes == 1 else "minutes"
        if not self.minutes:
            return f"{what} begins"
        if self.when is When.BEFORE:
            return f"{what} is {self.minutes} {minutes} ahead"
        return f"{what} was {self.minutes} {minutes} ago"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, EventNear) or not self._is_time(happening.minutes):
            return None
        event = happening.item
        if _ORDER.index(event.impact) < _ORDER.index(self.impact):
            return None
        where = f" ({event.country})" if event.country else ""
        return Verdict(AlertType.INFO, f"{event.title}{where}: {_distance(happening.minutes)}")

    def _is_time(self, until: float) -> bool:
        if self.when is When.BEFORE and self.minutes:
            return 0 < until <= self.minutes
        return self.minutes <= -until < self.minutes + LATEST_MINUTES


def _distance(until: float) -> str:
    count = round(abs(until))
    minutes = "minute" if count == 1 else "minutes"
    if not count:
        return "now"
    return f"in {count} {minutes}" if until > 0 else f"{count} {minutes} ago"
