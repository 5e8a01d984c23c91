"""A price crosses a level."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import AlertType

ABOVE, BELOW, EITHER = Crossing.ABOVE, Crossing.BELOW, Crossing.EITHER


def _move(previous, last, low=None, high=None):
    return PriceMove(
        "BTCUSDT",
        previous,
        min(previous, last) if low is None else low,
        max(previous, last) if high is None else high,
        last,
        0,
    )


def _fires(direction, *move):
    return PriceLevel(100.0, direction).check_price(_move(*move)) is not None


@pytest.mark.parametrize(
    ("previous", "last", "above", "below"),
    [
        (99, 101, True, False),
        (101, 99, False, True),
        (99, 100, False, False),  # touching
        (100, 101, True, False),  # leaving after a touch
        (100, 99, False, True),
        (100, 100, False, False),
        (101, 102, False, False),
        (98, 99, False, False),
    ],
)
def test_a_move_crosses_by_the_one_definition(previous, last, above, below):
    """At or below before, above now; and the mirror image."""
    assert _fires(ABOVE, previous, last) is above
    assert _fires(BELOW, previous, last) is below
    assert _fires(EITHER, previous, last) is (above or below)


def test_a_wick_that_came_back_has_crossed():
    """While nobody looked the price went there and returned."""
    assert _fires(ABOVE, 99, 99.5, 98, 101)
    assert not _fires(BELOW, 99, 99.5, 98, 101)
    assert _fires(BELOW, 101, 101, 99, 102)
    verdict = PriceLevel(100.0, EITHER).check_price(_move(101, 101, 99, 102))
    assert verdict.message == "Price crosses below 100, now 101"


@pytest.mark.parametrize(
    ("direction", "last", "said"),
    [(EITHER, 101, "above"), (EITHER, 99, "below"), (ABOVE, 99, "above"), (BELOW, 101, "below")],
)
def test_a_wick_both_ways_from_the_level_is_told_once(direction, last, said):
    """The way that was asked for, or else the way it ended."""
    verdict = PriceLevel(100.0, direction).check_price(_move(100, last, 98, 102))
    assert verdict.message == f"Price crosses {said} 100, now {last}"


@given(st.lists(st.sampled_from([98.0, 99.0, 101.0, 102.0]), min_size=2))
def test_it_fires_exactly_as_often_as_the_price_changes_sides(prices):
    """However many prices there are on either side."""
    moves = [_move(a, b) for a, b in itertools.pairwise(prices)]
    fired = [PriceLevel(100.0).check_price(m) is not None for m in moves]
    assert fired == [(m.previous > 100) != (m.last > 100) for m in moves]


def test_the_verdict_and_the_sentence_carry_the_price():
    """A level says where the price is, not what to do: a warning."""
    rule = PriceLevel(70400.0, ABOVE)
    assert rule.sentence == "price crosses above 70,400"
    assert PriceLevel(0.00012).sentence == "price crosses 0.00012"
    verdict = rule.check_price(_move(70399.0, 70412.5))
    assert verdict.type is AlertType.WARNING
    assert verdict.message == "Price crosses above 70,400, now 70,412.5"


def test_it_asks_nothing_of_candles():
    """Prices are enough, and no indicator is needed."""
    assert PriceLevel(1.0).indicators == ()
    assert PriceLevel(1.0).check(None) is None
