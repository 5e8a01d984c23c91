"""Quiet: when a person wants peace, and how much is told one by one; nothing but times."""

from __future__ import annotations

from collections import deque
from enum import Enum

from thebot_desktop.alerts.hours import MINUTES_OF_DAY, Hours, LocalTime
from thebot_desktop.domain.time import MINUTE_MS, UnixMs

FOR_GOOD = UnixMs(2**53)
"""A mute that ends when somebody ends it."""
MORNING = 8 * 60
"""The minute of the day at which a mute until tomorrow is over."""


class Silence(Enum):
    """Why nothing is told right now."""

    MUTED = "muted"
    HOURS = "quiet hours"


def silence_at(
    now: UnixMs, muted_until: UnixMs, hours: Hours | None, local: LocalTime
) -> Silence | None:
    """A mute comes first: it is what the person can end."""
    if now < muted_until:
        return Silence.MUTED
    if hours is not None and hours.cover(*local(now)):
        return Silence.HOURS
    return None


def next_morning(now: UnixMs, local: LocalTime) -> UnixMs:
    """When it is eight o'clock next, by the clock of the person."""
    _, minute = local(now)
    minutes = (MORNING - minute) % MINUTES_OF_DAY or MINUTES_OF_DAY
    return UnixMs(now - now % MINUTE_MS + minutes * MINUTE_MS)


class Cap:
    """Lets through at most so many within ``span_ms``."""

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._taken: deque[UnixMs] = deque()

    def room(self, now: UnixMs, most: int) -> int:
        """How many more may come through now."""
        while self._taken and now - self._taken[0] >= self._span_ms:
            self._taken.popleft()
        return max(0, most - len(self._taken))

    def take(self, now: UnixMs, count: int) -> None:
        """So many came through."""
        self._taken.extend([now] * count)
