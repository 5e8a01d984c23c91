"""Intervals by their names."""

from __future__ import annotations

import pytest

from thebot_desktop.app.interval_names import interval_of, near_intervals
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval


def test_every_interval_is_found_by_its_name():
    """Minutes and months differ by case alone."""
    assert [interval_of(i.value) for i in Interval] == list(Interval)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("7m", ["5m", "15m"]),
        ("10m", ["15m", "5m"]),
        ("60m", ["1h"]),
        ("60", ["1h"]),
        ("1H", ["1h"]),
        ("1min", ["1m"]),
        ("5 minutes", ["5m"]),
        ("hour", ["1h"]),
        ("1mo", ["1M"]),
        ("10d", ["1w", "1M"]),
        ("999999d", ["1M", "1w"]),
        ("0m", []),
        ("fast", []),
        ("", []),
        ("m5m5", []),
    ],
)
def test_near_ones_are_named(typed, near):
    """By the length that seems to be meant; the sentence has all of them anyway."""
    assert [interval.value for interval in near_intervals(typed)] == near
    with pytest.raises(InputError) as caught:
        interval_of(typed)
    said = caught.value.user_message
    assert "is not an interval" in said
    assert ("Did you mean" in said) == bool(near)
    assert "1s, 1m, 3m" in said
