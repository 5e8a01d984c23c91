"""Tests of where candles begin."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.rows import opens_of

HOUR = 3_600_000
TIMES = st.integers(1_600_000_000_000, 1_900_000_000_000)


def at(text: str) -> int:
    return int(dt.datetime.fromisoformat(text).timestamp() * 1000)


@given(TIMES, st.sampled_from(list(Interval)), st.sampled_from([0, 8 * HOUR, -5 * HOUR]))
def test_many_times_at_once_and_one_agree(when: int, interval: Interval, offset: int) -> None:
    """The open time of a column of times is that of each time."""
    grid = Grid(interval, offset)
    opened = grid.open_of(when)
    assert opens_of(np.array([when]), interval, offset).tolist() == [opened]
    assert opened <= when < grid.next_open(opened)


@given(TIMES, st.sampled_from(list(Interval)), st.integers(0, 40))
def test_shifting_there_and_back_ends_where_it_began(
    when: int, interval: Interval, count: int
) -> None:
    """Months included."""
    grid = Grid(interval)
    opened = grid.open_of(when)
    assert grid.shift(grid.shift(opened, count), -count) == opened


@pytest.mark.parametrize(
    ("interval", "opened"),
    [
        ("1d", "2026-09-23T00:00+00:00"),
        ("1w", "2026-09-21T00:00+00:00"),
        ("1M", "2026-09-01T00:00+00:00"),
    ],
)
def test_long_candles_open_where_the_exchange_opens_them(interval: str, opened: str) -> None:
    """Days at midnight, weeks on Monday, months on the first, all UTC."""
    assert Grid(Interval(interval)).open_of(at("2026-09-23T12:34:56+00:00")) == at(opened)


def test_a_day_in_another_time_zone_opens_at_its_own_midnight() -> None:
    """Eight hours east, the day begins at 16:00 UTC of the day before."""
    grid = Grid(Interval.D1, 8 * HOUR)
    assert grid.open_of(at("2026-09-23T12:00+00:00")) == at("2026-09-22T16:00+00:00")


def test_a_span_takes_the_limit_from_the_right_end() -> None:
    """Newest from the end, oldest from the start, both ends inclusive."""
    grid = Grid(Interval.M1)
    assert grid.span(0, 600_000, 3, newest=True) == (480_000, 600_000)
    assert grid.span(0, 600_000, 3, newest=False) == (0, 120_000)
    assert grid.span(1, 119_999, 10, newest=False) == (60_000, 60_000)
    assert grid.span(60_001, 119_999, 10, newest=True) is None
