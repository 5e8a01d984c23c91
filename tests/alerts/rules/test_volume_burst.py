"""Much more is traded than usual."""

from __future__ import annotations

from tests.alerts.rules.moments import fired
from thebot_desktop.alerts.rules.volume_burst import VolumeBurst


def test_it_speaks_of_each_candle_with_so_many_times_the_average():
    """The candle itself is no part of the average."""
    rule = VolumeBurst(times=3.0, bars=2)
    assert fired(rule, [100] * 6, [1, 1, 3, 2.9, 1, 20]) == [2, 5]


def test_nothing_is_a_burst_after_nothing():
    """Nor before there is an average."""
    assert fired(VolumeBurst(times=3.0, bars=2), [100] * 4, [9, 0, 0, 5]) == []


def test_it_says_how_much():
    """And where the price is."""
    (said,) = fired(VolumeBurst(times=3.0, bars=2), [100] * 3, [1, 1, 4], words=True)
    assert said == "Volume is 4.0 times the average, price rising at 100"
