"""The wall clock."""

from __future__ import annotations

import time

from thebot_desktop.adapters.clock import SystemClock


def test_it_tells_the_time_of_the_system_and_cannot_be_moved():
    """Integer milliseconds since the epoch, whatever market time it is told."""
    clock = SystemClock()
    before = time.time_ns() // 1_000_000
    clock.advance_to(before + 10**9)
    assert before <= clock.now() <= time.time_ns() // 1_000_000
