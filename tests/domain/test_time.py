"""Clocks."""

from __future__ import annotations

from thebot_desktop.domain.time import SimulatedClock


def test_a_simulated_clock_never_runs_backwards():
    """A late event does not turn time back."""
    clock = SimulatedClock(5)
    clock.advance_to(9)
    clock.advance_to(7)
    assert clock.now() == 9
