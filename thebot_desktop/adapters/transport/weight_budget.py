"""WeightBudget: keeps all requests together within what the exchange allows in a minute."""

from __future__ import annotations

from thebot_desktop.domain.time import MINUTE_MS, Clock

WEIGHT_LIMIT = 6000
"""Until the exchange has told its own."""
RESERVE = 0.05
"""Left unused each minute: other programs share the address."""


class WeightBudget:
    """The weight used in the current minute, by our count corrected by the exchange's."""

    def __init__(self, clock: Clock, limit: int = WEIGHT_LIMIT) -> None:
        self._clock = clock
        self.limit = limit
        self._minute = 0
        self._used = 0

    @property
    def used(self) -> int:
        return self._used if self._minute == self._now_minute() else 0

    def wait_ms(self, weight: int) -> int:
        """How long to wait before ``weight`` fits; 0 when it does.

        What would never fit is let through in a minute of its own: the exchange shall judge.
        """
        if self.used + weight <= self.limit * (1 - RESERVE) or not self.used:
            return 0
        return MINUTE_MS - self._clock.now() % MINUTE_MS

    def spend(self, weight: int) -> None:
        self._used = self.used + weight
        self._minute = self._now_minute()

    def correct(self, used: int) -> None:
        """What the exchange says is the truth, if it is more than we thought."""
        self._used = max(self.used, used)
        self._minute = self._now_minute()

    def _now_minute(self) -> int:
        return self._clock.now() // MINUTE_MS
