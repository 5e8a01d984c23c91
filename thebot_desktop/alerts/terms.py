"""Terms: how often and how long a rule may speak, and in which words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from msgspec import Meta, Struct

from thebot_desktop.alerts.hours import Hours, LocalTime
from thebot_desktop.domain.time import MINUTE_MS, UnixMs

MOST_MINUTES = 7 * 24 * 60
LONGEST_MESSAGE = 400
PLACES = ("name", "symbol", "interval", "price", "time", "rule", "alert")
"""What a message may be filled with, as {symbol}; ``alert`` is what the rule itself says."""

_PLACE = re.compile(r"\{([a-z]+)\}")


class Evaluate(Enum):
    """When a rule is asked."""

    EACH_TICK = "on each tick"
    ONCE_PER_BAR = "once per bar"
    ON_CLOSE = "on bar close"


class Terms(Struct, frozen=True, omit_defaults=True):
    """A rule without terms speaks each time, for ever, in its own words.

    ``when`` None means as is usual for its kind: prices on each tick, candles when they close.
    """

    pause_minutes: Annotated[int, Meta(ge=0, le=MOST_MINUTES)] = 0
    """So long after it spoke it is silent."""
    until: UnixMs | None = None
    message: Annotated[str, Meta(max_length=LONGEST_MESSAGE)] = ""
    when: Evaluate | None = None
    hours: Hours | None = None
    """It speaks of what was true in these; None for always."""

    def allow(self, at: UnixMs, spoke: UnixMs | None, local: LocalTime) -> bool:
        """Whether it may speak of what was true at ``at``, having spoken of ``spoke`` last.

        What is found out late may be earlier than that: the pause counts both ways.
        """
        if self.until is not None and at > self.until:
            return False
        if self.hours is not None and not self.hours.cover(*local(at)):
            return False
        return spoke is None or abs(at - spoke) >= self.pause_minutes * MINUTE_MS

    def has_ended(self, now: UnixMs) -> bool:
        return self.until is not None and now > self.until


def unknown_places(message: str) -> list[str]:
    """What stands in braces and means nothing."""
    return [word for word in _PLACE.findall(message) if word not in PLACES]


def filled(message: str, facts: Mapping[str, str]) -> str:
    """``message`` with each {word} that is a fact replaced; others stay as they are."""
    return _PLACE.sub(lambda found: facts.get(found[1], found[0]), message)
