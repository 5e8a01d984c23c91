"""The wall clock: the one place that reads it."""

from __future__ import annotations

import time

from thebot_desktop.domain.time import UnixMs


class SystemClock:
    def now(self) -> UnixMs:
        return UnixMs(time.time_ns() // 1_000_000)

    def advance_to(self, when: UnixMs) -> None:
        """Real time moves by itself."""
