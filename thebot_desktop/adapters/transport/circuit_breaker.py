"""CircuitBreaker: leaves a host alone that keeps failing, and finds out when it is back."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from time import monotonic

from thebot_desktop.market.network_config import NetworkConfig

TOGETHER_SECONDS = 1.0
"""Failures so close to each other have one cause and count once: many callers at once must not
turn a hiccup into a pause."""


class BreakerState(Enum):
    CLOSED = "closed"
    """All is well: everybody may ask."""
    OPEN = "open"
    """Nobody asks until the pause is over."""
    HALF_OPEN = "half-open"
    """One at a time may try; a single failure opens again."""


class CircuitBreaker:
    """Counts; whoever asks the host must obey ``state`` and tell how it went.

    ``now`` gives seconds on a clock that never goes back.
    """

    def __init__(self, config: NetworkConfig, now: Callable[[], float] = monotonic) -> None:
        self._config = config
        self._now = now
        self._is_open = False
        self._opened_at = 0.0
        self._failed_at = -TOGETHER_SECONDS
        self._trials_left = 0
        self.failures = 0
        """In a row."""

    @property
    def state(self) -> BreakerState:
        if self._is_open and self.seconds_left > 0:
            return BreakerState.OPEN
        return BreakerState.HALF_OPEN if self._trials_left else BreakerState.CLOSED

    @property
    def seconds_left(self) -> float:
        """Until a trial is allowed; 0 when one is, or when none is needed."""
        if not self._is_open:
            return 0.0
        open_for = self._now() - self._opened_at
        return max(0.0, self._config.breaker_seconds - open_for)

    def succeeded(self) -> None:
        """The host answered. Answers to what was asked before the pause do not end it."""
        if self.state is BreakerState.OPEN:
            return
        self._is_open = False
        self._trials_left = max(0, self._trials_left - 1)
        if not self._trials_left:
            self.failures = 0

    def failed(self) -> None:
        """The host did not answer, or was in trouble itself."""
        state, now = self.state, self._now()
        if state is BreakerState.OPEN:
            return
        if state is BreakerState.HALF_OPEN:
            self.failures += 1
            self._open(now)
        elif now - self._failed_at >= TOGETHER_SECONDS:
            self._failed_at = now
            self.failures += 1
            if self.failures >= self._config.breaker_failures:
                self._open(now)

    def probe_now(self) -> None:
        """End a pause at once: there is reason to believe that the host is back."""
        if self.state is BreakerState.OPEN:
            self._is_open = False

    def _open(self, now: float) -> None:
        self._is_open = True
        self._opened_at = now
        self._trials_left = self._config.breaker_successes
