"""Intervals by their names."""

from __future__ import annotations

import pytest

from thebot_desktop.app.interval_names import interval_of, meant_interval, near_intervals, spelled
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


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("15", "15m"),
        ("1", "1m"),
        ("60", "1h"),
        ("240", "4h"),
        ("1440", "1d"),
        ("1h", "1h"),
        ("4H", "4h"),
        ("1d", "1d"),
        ("D", "1d"),
        ("w", "1w"),
        ("7d", "1w"),
        ("m", "1m"),
        ("M", "1M"),
        ("1M", "1M"),
        ("1mo", "1M"),
        ("30s", None),
        ("7", None),
        ("3M", None),
        ("0", None),
        ("", None),
        ("abc", None),
        ("1x", None),
        ("٣", "3m"),
    ],
)
def test_what_is_typed_on_a_chart_means_an_interval(typed, meant):
    """Bare numbers are minutes; a capital M is months, a small one minutes."""
    found = meant_interval(typed)
    assert (found.value if found else None) == meant


def test_only_intervals_that_are_known_are_meant():
    """An exchange may have fewer."""
    assert meant_interval("3", [Interval.M1, Interval.M5]) is None
    assert meant_interval("60", [Interval.H1]) is Interval.H1


def test_a_length_is_understood_where_there_are_no_such_candles():
    """Its number and its unit can be said in words, and months are near to months."""
    assert spelled("7") == (7, "m")
    assert spelled("3 M") == (3, "M")
    assert spelled("2 weeks") == (2, "w")
    assert spelled("x") is None
    assert [i.value for i in near_intervals("3M")] == ["1M", "1w"]
