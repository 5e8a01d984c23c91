"""The price enters or leaves a range."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.rules.price_range import Passing, PriceRange
from thebot_desktop.domain.market import PriceMove

ENTERS, LEAVES, EITHER = Passing


def move(*prices):
    """From the first to the last, touching all between."""
    return PriceMove("BTCUSDT", prices[0], min(prices), max(prices), prices[-1], 0)


def speaks(passing, *prices):
    return PriceRange(10.0, 20.0, passing).check_price(move(*prices)) is not None


@pytest.mark.parametrize(
    ("prices", "entered", "left"),
    [
        ((9, 11), True, False),
        ((21, 19), True, False),
        ((9, 10), True, False),  # the end belongs to it
        ((10, 20), False, False),
        ((15, 21), False, True),
        ((15, 9.9, 15), False, True),  # a wick that came back
        ((9, 12, 9), True, False),
        ((9, 25), True, False),  # right through: it was there
        ((5, 9), False, False),
        ((25, 30), False, False),
    ],
)
def test_by_where_the_price_was_and_how_far_it_went(prices, entered, left):
    """Worked by hand."""
    assert speaks(ENTERS, *prices) is entered
    assert speaks(LEAVES, *prices) is left
    assert speaks(EITHER, *prices) is (entered or left)


@given(st.lists(st.integers(5, 25), min_size=2, max_size=30))
def test_step_by_step_it_speaks_as_often_as_the_price_changes_sides(prices):
    """Nothing is told twice and nothing left out, as long as each price is seen."""
    inside = [10 <= price <= 20 for price in prices]
    steps = list(itertools.pairwise(prices))
    told = [speaks(EITHER, *step) for step in steps]
    through = [(a < 10 and b > 20) or (a > 20 and b < 10) for a, b in steps]
    changed = [a != b for a, b in itertools.pairwise(inside)]
    assert told == [a or b for a, b in zip(changed, through, strict=True)]


def test_it_says_what_happened_and_what_it_waits_for():
    """With the ends and the price of now."""
    rule = PriceRange(70_000.0, 71_000.5, LEAVES)
    assert rule.sentence == "price leaves the range 70,000 to 71,000.5"
    verdict = rule.check_price(move(70_500.0, 71_100.0))
    assert verdict.message == "Price leaves the range 70,000 to 71,000.5, now 71,100"


def test_it_does_not_matter_which_end_is_named_first():
    """A person need not think about it."""
    assert PriceRange(20.0, 10.0).check_price(move(9, 11)) is not None
    assert PriceRange(20.0, 10.0).sentence == PriceRange(10.0, 20.0).sentence
