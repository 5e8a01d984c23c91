"""Time as the core sees it: integer milliseconds, read from an injected clock."""

from __future__ import annotations

import datetime as dt
from typing import NewType, Protocol

UnixMs = NewType("UnixMs", int)

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000


class Clock(Protocol):
    """Tells the current time; live and simulated clocks look the same."""

    def now(self) -> UnixMs: ...

    def advance_to(self, when: UnixMs) -> None:
        """Market time has reached ``when``; only a simulated clock cares."""
        ...


def utc_text(when: int) -> str:
    """To the second, with the zone."""
    return dt.datetime.fromtimestamp(when / 1000, dt.UTC).strftime("%Y-%m-%d %H:%M:%SZ")


class SimulatedClock:
    """A clock that only moves when the event being processed moves it."""

    def __init__(self, start: UnixMs = UnixMs(0)) -> None:
        self._now = start

    def now(self) -> UnixMs:
        return self._now

    def advance_to(self, when: UnixMs) -> None:
        """Move forward to ``when``; a late event never turns time back."""
        self._now = max(self._now, when)
