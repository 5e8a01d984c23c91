"""Hours of the day and the week, over midnight too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.hours import MINUTES_OF_DAY, Hours, utc_time

MONDAY, FRIDAY, SATURDAY, SUNDAY = 0, 4, 5, 6
NINE, SEVEN_PM, TEN_PM, SEVEN = 9 * 60, 19 * 60, 22 * 60, 7 * 60


@pytest.mark.parametrize(
    ("weekday", "minute", "covered"),
    [
        (MONDAY, NINE - 1, False),
        (MONDAY, NINE, True),
        (MONDAY, SEVEN_PM - 1, True),
        (MONDAY, SEVEN_PM, False),
        (SUNDAY, NINE, False),
    ],
)
def test_the_start_belongs_to_them_and_the_end_does_not(weekday, minute, covered):
    """Working hours of a working week."""
    assert Hours(NINE, SEVEN_PM, (0, 1, 2, 3, 4)).cover(weekday, minute) is covered


@pytest.mark.parametrize(
    ("weekday", "minute", "covered"),
    [
        (FRIDAY, TEN_PM, True),
        (SATURDAY, SEVEN - 1, True),
        (SATURDAY, SEVEN, False),
        (SATURDAY, TEN_PM, False),
        (FRIDAY, SEVEN - 1, False),
    ],
)
def test_a_night_belongs_to_the_day_it_begins_on(weekday, minute, covered):
    """The night from Friday to Saturday, and no other."""
    assert Hours(TEN_PM, SEVEN, (FRIDAY,)).cover(weekday, minute) is covered


def test_the_same_start_and_end_are_the_whole_day():
    """Only the day of the week counts then."""
    assert Hours(days=(MONDAY,)).cover(MONDAY, 0)
    assert Hours(days=(MONDAY,)).cover(MONDAY, MINUTES_OF_DAY - 1)
    assert not Hours(days=(MONDAY,)).cover(SUNDAY, NINE)


@given(st.integers(0, 4_000_000_000_000))
def test_the_time_in_greenwich_is_that_of_the_calendar(at):
    """Against the standard library's."""
    moment = datetime.fromtimestamp(at // 60_000 * 60, UTC)
    assert utc_time(at) == (moment.weekday(), moment.hour * 60 + moment.minute)
