"""Days, weeks and months in a series."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from thebot_desktop.analysis.periods import Period, held_until_next, period_begins
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, MINUTE_MS

HOUR = 60 * MINUTE_MS


def _times(begin, hours):
    start = int(dt.datetime.fromisoformat(begin).replace(tzinfo=dt.UTC).timestamp() * 1000)
    return start + np.arange(hours, dtype=np.int64) * HOUR


def _days(open_time, period):
    moments = [dt.datetime.fromtimestamp(t / 1000, dt.UTC) for t in open_time.tolist()]
    same = {
        Period.DAY: lambda m: m.date(),
        Period.WEEK: lambda m: m.isocalendar()[:2],
        Period.MONTH: lambda m: (m.year, m.month),
    }[period]
    return [i for i in range(1, len(moments)) if same(moments[i]) != same(moments[i - 1])]


def test_each_period_is_that_of_the_calendar():
    """Five months of hours with a leap day and a turn of the year, from the middle of a day."""
    times = _times("2023-11-15T13:00", 150 * 24)
    for period in Period:
        assert period_begins(times, period).tolist() == _days(times, period)


def test_a_period_that_begins_with_the_candles_is_whole():
    """Midnight of a Monday that is the first of a month begins all three."""
    times = _times("2024-01-01T00:00", 30)
    assert period_begins(times, Period.DAY).tolist() == [0, 24]
    assert period_begins(times, Period.WEEK).tolist() == [0]
    assert period_begins(times, Period.MONTH).tolist() == [0]


def test_periods_without_candles_are_left_out():
    """A hole of three days has no beginnings; the day after it begins where candles do."""
    times = np.concatenate([_times("2024-01-01T00:00", 5), _times("2024-01-04T07:00", 20)])
    assert period_begins(times, Period.DAY).tolist() == [0, 5, 22]


def test_candles_longer_than_the_period_are_one_each():
    """A week has one candle; none is a day of its own twice."""
    times = np.arange(4, dtype=np.int64) * 7 * DAY_MS
    assert period_begins(times, Period.DAY).tolist() == [0, 1, 2, 3]


def test_without_candles_nothing_begins():
    """And nothing is raised."""
    assert period_begins(np.empty(0, np.int64), Period.MONTH).tolist() == []


def test_a_value_holds_during_the_next_period():
    """Two whole periods, and a third still running."""
    rows = held_until_next(np.array([[5.0, 7.0]]), np.array([1, 3, 4]), 6)
    np.testing.assert_array_equal(rows, [[np.nan, np.nan, np.nan, 5, 7, 7]])
    assert np.isnan(held_until_next(np.empty((2, 0)), np.array([1]), 3)).all()


def test_the_lookback_is_two_of_the_longest_periods():
    """In minutes: from anywhere in the second the first is whole."""
    assert [p.lookback() for p in Period] == [2 * 1440, 14 * 1440, 62 * 1440]


@pytest.mark.parametrize("interval", [i for i in Interval if i.is_regular])
@pytest.mark.parametrize("period", [Period.DAY, Period.WEEK])
def test_so_many_candles_of_any_interval_hold_a_whole_period(period, interval):
    """Wherever they end: one has begun and ended among them, and the newest come after it."""
    needed, begin = period.lookback(interval), 20_000 * DAY_MS
    ahead = 3 * max(1, 7 * DAY_MS // interval.milliseconds)
    for shift in range(0, ahead, max(1, ahead // 40)):
        times = begin + (shift + np.arange(needed, dtype=np.int64)) * interval.milliseconds
        assert len(period_begins(times, period)) >= 2
    assert needed <= 2 + 15 * DAY_MS // interval.milliseconds
