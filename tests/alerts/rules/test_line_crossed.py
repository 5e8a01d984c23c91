"""A drawn line is crossed where it is at that time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rules.line_crossed import LineCrossed, Reach
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import PriceMove

RISING = {"first_time": 1000, "first_price": 100.0, "last_time": 3000, "last_price": 120.0}


def move(previous, last, at, since=None, low=None, high=None):
    low = min(previous, last) if low is None else low
    high = max(previous, last) if high is None else high
    return PriceMove(BTC_1M.symbol, previous, low, high, last, at, since is not None, since)


@pytest.mark.parametrize(
    ("reach", "time", "level"),
    [
        (Reach.SEGMENT, 2000, 110.0),
        (Reach.SEGMENT, 3001, None),
        (Reach.SEGMENT, 999, None),
        (Reach.RAY, 4000, 130.0),
        (Reach.RAY, 999, None),
        (Reach.LINE, 0, 90.0),
    ],
)
def test_it_goes_as_far_as_it_was_drawn(reach, time, level):
    """Straight in price between its points."""
    assert LineCrossed(reach=reach, **RISING).level_at(time) == level


@pytest.mark.parametrize(
    ("direction", "previous", "last", "speaks"),
    [
        (Crossing.EITHER, 109, 111, True),
        (Crossing.ABOVE, 111, 109, False),
        (Crossing.BELOW, 111, 109, True),
        (Crossing.EITHER, 108, 109, False),
    ],
)
def test_a_price_crosses_it_where_it_is_now(direction, previous, last, speaks):
    """And in the direction that is asked for."""
    rule = LineCrossed(direction=direction, **RISING)
    assert (rule.check_price(move(previous, last, 2000)) is not None) is speaks


def test_a_line_that_rises_past_a_resting_price_is_crossed():
    """Of a candle that came later: at its beginning the price was above, at its end below."""
    verdict = LineCrossed(**RISING).check_price(move(105, 105, 2999, since=1000))
    assert verdict.message == "Price crosses below the line at 119.99, now 105"


@given(st.floats(50, 150), st.floats(50, 150), st.sampled_from(list(Crossing)))
def test_a_level_line_is_a_price(previous, last, direction):
    """The same as a rule on that price says."""
    line = LineCrossed(direction=direction, first_price=100.0, last_price=100.0)
    level = PriceLevel(100.0, direction)
    seen = move(previous, last, 5)
    assert (line.check_price(seen) is None) is (level.check_price(seen) is None)


def test_a_line_that_ends_before_it_begins_is_none():
    """Times are in order."""
    with pytest.raises(ParameterError, match="begins before"):
        LineCrossed(first_time=5, last_time=4)


def test_a_line_that_begins_meanwhile_is_met_where_it_begins():
    """Before that there was none."""
    rule = LineCrossed(reach=Reach.RAY, **RISING)
    crossed = PriceMove(BTC_1M.symbol, 105, 104, 105, 104, 2000, before=0)
    assert "crosses below the line at 110" in rule.check_price(crossed).message
    assert rule.check_price(PriceMove(BTC_1M.symbol, 99, 99, 99.5, 99.5, 2000, before=0)) is None


@given(st.lists(st.floats(90, 130), min_size=2, max_size=40))
def test_each_pass_of_a_price_through_a_line_is_told(prices):
    """Whichever of both moved: it was on the one side, and is on the other."""
    rule, told, expected = LineCrossed(**RISING), [], []
    for at in range(1, len(prices)):
        before, now = 1000 + (at - 1) * 40, 1000 + at * 40
        previous, last = prices[at - 1], prices[at]
        low, high = sorted((previous, last))
        seen = PriceMove(BTC_1M.symbol, previous, low, high, last, now, before=before)
        if rule.check_price(seen) is not None:
            told.append(at)
        above = (previous <= rule.level_at(before), last > rule.level_at(now))
        below = (previous >= rule.level_at(before), last < rule.level_at(now))
        # A price that went far enough on its way counts as well, wherever it ended.
        far = max(above[0] and high > rule.level_at(now), below[0] and low < rule.level_at(now))
        if all(above) or all(below) or far:
            expected.append(at)
    assert told == expected


def test_after_it_spoke_the_price_may_have_to_go_away_first():
    """By so many percent of where the line is then."""
    rule = LineCrossed(distance=10.0, **RISING)
    assert not rule.rearms(move(100, 115, 2000))
    assert rule.rearms(move(100, 121, 2000))
    assert rule.rearms(move(100, 99, 2000))
    assert LineCrossed(**RISING).rearms(move(100, 110, 2000))
