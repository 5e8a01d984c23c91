"""Delays before trying again."""

from __future__ import annotations

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.adapters.transport.backoff import backoff


@given(st.lists(st.floats(0, 1), min_size=12, max_size=12))
def test_delays_stay_between_a_tenth_of_the_first_and_the_longest(numbers):
    """Whatever the dice say."""
    given_numbers = iter(numbers)
    for delay in islice(backoff(lambda: next(given_numbers)), 12):
        assert 0.1 <= delay <= 30


def test_the_ceiling_doubles_up_to_the_longest():
    """Without luck the waits are 1, 2, 4 ... 30, 30."""
    assert list(islice(backoff(lambda: 1.0), 7)) == [1, 2, 4, 8, 16, 30, 30]
