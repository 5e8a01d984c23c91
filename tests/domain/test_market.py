"""Intervals and candle columns."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import candles
from thebot_desktop.domain.market import Candle, Interval, Origin, Ticker, candles_of

TIMES = st.integers(min_value=0, max_value=4_000_000_000_000)


@given(TIMES, st.sampled_from(list(Interval)))
def test_every_moment_lies_in_the_candle_it_is_said_to_lie_in(when, interval):
    """open_of is not after the moment, close_of not before it."""
    opened = interval.open_of(when)
    assert opened <= when <= interval.close_of(opened)
    assert interval.open_of(interval.next_open(opened)) == interval.next_open(opened)


def test_weeks_open_on_monday_and_months_on_the_first():
    """The calendar's intervals follow the calendar, in UTC."""
    when = int(dt.datetime(2024, 2, 29, 13, 5, tzinfo=dt.UTC).timestamp() * 1000)
    week = dt.datetime.fromtimestamp(Interval.W1.open_of(when) / 1000, dt.UTC)
    month = dt.datetime.fromtimestamp(Interval.MO1.open_of(when) / 1000, dt.UTC)
    after = dt.datetime.fromtimestamp(Interval.MO1.next_open(when) / 1000, dt.UTC)
    assert (week.weekday(), week.hour) == (0, 0)
    assert (month.day, month.month, after.day, after.month) == (1, 2, 1, 3)


def test_the_exchange_writes_minute_and_month_with_one_letter_each():
    """1m and 1M are different intervals."""
    assert Interval("1m") is Interval.M1
    assert Interval("1M") is Interval.MO1
    with pytest.raises(ValueError, match="1H"):
        Interval("1H")


def test_candles_are_cut_by_count_and_by_time_without_copies():
    """upto, last, since and before are views."""
    whole = candles(10)
    assert whole.upto(3).open_time.tolist() == whole.open_time[:3].tolist()
    assert whole.last(2).open_time.tolist() == whole.open_time[-2:].tolist()
    assert len(whole.last(99)) == 10
    assert len(whole.since(int(whole.open_time[4]))) == 6
    assert len(whole.before(int(whole.open_time[4]))) == 4
    assert whole.last(2).close.base is whole.close.base


def test_columns_give_back_the_candles_they_were_made_of():
    """A candle survives the way into columns."""
    row = Candle(60_000, 1.5, 2.5, 0.5, 2.0, 7.0, trades=3)
    columns = candles_of([row], Origin.REPAIRED)
    assert columns.at(0) == row
    assert columns.origin.tolist() == [Origin.REPAIRED]


def test_a_change_against_nothing_is_no_change():
    """A symbol without a price 24 hours ago divides by nothing."""
    assert Ticker("X", 5, 0, 5, 5, 1, 1, 0).change_percent == 0
    assert Ticker("X", 5, 4, 5, 4, 1, 1, 0).change_percent == pytest.approx(25)
