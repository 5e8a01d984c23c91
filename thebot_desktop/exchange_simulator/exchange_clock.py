"""ExchangeClock: what time it is on the exchange."""

from __future__ import annotations

import time

from thebot_desktop.domain.time import Clock, UnixMs


class ExchangeClock:
    """Follows the computer's clock, or runs by itself at another speed; may be off by some ms.

    It never runs backwards because it was put back: it waits until its time has come again.
    """

    def __init__(self, clock: Clock, speed: float) -> None:
        self._clock = clock
        self._speed = speed
        self._follows = speed == 1.0
        self._start_time: int | None = None
        self._started: float | None = None
        self._offset = 0
        self._held = 0

    def begin_at(self, start_time: int) -> None:
        """Run by itself, from that moment on."""
        self._start_time = start_time
        self._follows = False

    def start(self) -> None:
        self._started = time.monotonic()
        if self._start_time is None:
            self._start_time = self._clock.now()

    def now(self) -> UnixMs:
        told = self._running() + self._offset
        if told >= self._held:
            self._held = 0
            return UnixMs(told)
        return UnixMs(self._held)

    def shift(self, ms: int) -> None:
        """From now on be ``ms`` faster than before; slower if negative."""
        self._held = self.now()
        self._offset += ms

    def _running(self) -> int:
        if self._follows or self._start_time is None:
            return self._clock.now()
        passed = 0.0 if self._started is None else (time.monotonic() - self._started) * 1000
        return self._start_time + int(passed * self._speed)
