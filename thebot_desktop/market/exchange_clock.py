"""ExchangeClock: the exchange's time, by our clock and the difference measured between the two."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from msgspec import Struct

from thebot_desktop.domain.time import Clock, UnixMs


class ClockSample(Struct, frozen=True):
    """One look at the exchange's clock: it minus ours, and how long the answer took."""

    offset_ms: int
    round_trip_ms: int


class ExchangeClock:
    """Our clock until ``take`` was told better; then ours, corrected."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.offset_ms: int | None = None
        """The exchange's clock minus ours; None before it was measured."""

    def now(self) -> UnixMs:
        """What the exchange's clock shows at this moment."""
        return self.at(self._clock.now())

    def at(self, ours: int) -> UnixMs:
        """What it shows when our clock shows ``ours``."""
        return UnixMs(ours + (self.offset_ms or 0))

    def take(self, samples: Iterable[ClockSample]) -> None:
        """Go by ``samples`` from now on; there must be one at least."""
        self.offset_ms = best_offset(samples)


def best_offset(samples: Iterable[ClockSample]) -> int:
    """The median of the better half: an answer that took long may have waited on one way only."""
    by_trip = sorted(samples, key=lambda sample: sample.round_trip_ms)
    best = by_trip[: (len(by_trip) + 1) // 2]
    return round(median(sample.offset_ms for sample in best))
