"""The exchange's time, by a clock of ours that goes wrong."""

from __future__ import annotations

from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.exchange_clock import ClockSample, ExchangeClock, best_offset


def test_before_it_was_measured_our_clock_is_all_there_is():
    """And it says so."""
    clock = ExchangeClock(SimulatedClock(UnixMs(1000)))
    assert clock.now() == 1000
    assert clock.offset_ms is None


def test_a_measured_difference_corrects_our_clock():
    """Ours is twelve seconds fast."""
    clock = ExchangeClock(SimulatedClock(UnixMs(100_000)))
    clock.take([ClockSample(-12_000, 40)])
    assert clock.now() == 88_000
    assert clock.at(50_000) == 38_000


def test_answers_that_took_long_do_not_count():
    """A connection being made, or a lost packet, delays one way and not the other."""
    samples = [
        ClockSample(-900, 2000),
        ClockSample(-10, 20),
        ClockSample(-12, 22),
        ClockSample(300, 700),
        ClockSample(-11, 21),
    ]
    assert best_offset(samples) == -11
    assert best_offset(samples[:1]) == -900
