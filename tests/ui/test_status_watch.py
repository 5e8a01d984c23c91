"""Rates of counts."""

import pytest

from thebot_desktop.ui.status_watch import Rate


def test_a_rate_needs_two_counts():
    """One says nothing."""
    rate = Rate()
    assert rate.at(100, 1.0) is None
    assert rate.at(110, 2.0) == 10.0


def test_a_rate_is_smoothed_over_some_seconds():
    """A single busy second does not make it jump."""
    rate = Rate()
    for second in range(10):
        rate.at(second * 10, float(second))
    assert rate.at(190, 10.0) == pytest.approx(46.0)


def test_asking_twice_at_once_gives_the_same_answer():
    """No division by nothing."""
    rate = Rate()
    rate.at(0, 1.0)
    rate.at(5, 2.0)
    assert rate.at(9, 2.0) == 5.0


def test_a_count_that_starts_again_is_no_negative_rate():
    """After a new connection, for example."""
    rate = Rate()
    rate.at(100, 1.0)
    assert rate.at(3, 2.0) == 0.0
