"""A price that moves far enough within some candles is told once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.rules.moments import fired
from thebot_desktop.alerts.moves import Move, farthest_move
from thebot_desktop.alerts.rules.percent_move import PercentMove


@pytest.mark.parametrize(
    ("move", "closes", "spoken"),
    [
        (Move.RISES, [100, 100, 101, 102, 103], [3]),
        (Move.RISES, [100, 100, 98, 98, 98], []),
        (Move.FALLS, [100, 100, 98, 98, 98], [2]),
        (Move.EITHER, [100, 100, 98, 98, 100, 100], [2, 4]),
        (Move.EITHER, [100, 100, 101, 101, 101.5], []),
        (Move.RISES, [100, 90, 95], [2]),  # although it fell farther
        (Move.FALLS, [100, 110, 107], [2]),
        (Move.EITHER, [100], []),
    ],
)
def test_it_speaks_when_the_move_gets_so_far(move, closes, spoken):
    """Not again while it is as far; a turn the other way is another move."""
    assert fired(PercentMove(percent=2.0, bars=2, move=move), closes) == spoken


def test_a_move_counts_from_wherever_it_began():
    """From the lowest close of the candles before, not from the first of them."""
    closes = np.array([100.0, 90.0, 95.0, 99.0])
    assert farthest_move(closes, 3) == pytest.approx(10.0)
    assert farthest_move(closes[::-1], 3) == pytest.approx((100 / 90 - 1) * 100)


@given(st.lists(st.floats(1, 1000), min_size=2, max_size=30), st.integers(1, 29))
def test_the_farthest_move_is_that_to_one_of_the_closes(closes, bars):
    """None of the others is farther away, in either direction."""
    closes = np.array(closes)
    moved = farthest_move(closes, bars)
    if len(closes) <= bars:
        assert moved == 0
        return
    moves = (closes[-1] / closes[-bars - 1 : -1] - 1) * 100
    assert np.isclose(moves, moved).any()
    assert abs(moved) >= max(moves.max(), -moves.min()) - 1e-6 * abs(moved)


def test_it_says_how_far_and_where_the_price_is():
    """In the words of the market."""
    rule = PercentMove(percent=2.0, bars=2, move=Move.FALLS)
    assert rule.sentence == "price falls by 2 % within 2 bars"
    (said,) = fired(rule, [100, 100, 97], words=True)
    assert said == "Price fell by 3.00 % within 2 bars, now 97"


@given(st.lists(st.floats(50, 200), min_size=2, max_size=40), st.integers(1, 6))
def test_a_rule_on_both_ways_is_silent_where_neither_speaks(closes, bars):
    """And a rule on one way does not mind the other."""
    both, rises, falls = (
        set(fired(PercentMove(5.0, bars, move), closes))
        for move in (Move.EITHER, Move.RISES, Move.FALLS)
    )
    moved = {
        n
        for n in range(bars, len(closes))
        if max(abs(closes[n] / c - 1) for c in closes[n - bars : n]) >= 0.0499999
    }
    assert both | rises | falls <= moved
    first = min(both, default=None)
    assert first is None or first == min(rises | falls)
