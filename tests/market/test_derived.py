"""Heikin-Ashi candles and Renko bricks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import candles
from thebot_desktop.domain.market import Candles
from thebot_desktop.market.derived import brick_size, heikin_ashi, renko

PRICES = st.lists(st.floats(1.0, 1000.0), min_size=1, max_size=80)


def of_closes(closes):
    close = np.array(closes, dtype=np.float64)
    count = len(close)
    return Candles(
        np.arange(count, dtype=np.int64) * 60_000,
        close,
        close,
        close,
        close,
        np.ones(count),
        np.ones(count),
        np.zeros(count, np.uint8),
    )


def test_heikin_ashi_follows_its_formula_candle_by_candle():
    """Also over the seams of the chunks it is computed in."""
    source = candles(1300)
    made = heikin_ashi(source)
    opened = (source.open[0] + source.close[0]) / 2
    for i in range(len(source)):
        close = (source.open[i] + source.high[i] + source.low[i] + source.close[i]) / 4
        assert made.close[i] == pytest.approx(close, rel=1e-12)
        assert made.open[i] == pytest.approx(opened, rel=1e-12)
        assert made.high[i] == pytest.approx(max(source.high[i], opened, close), rel=1e-12)
        assert made.low[i] == pytest.approx(min(source.low[i], opened, close), rel=1e-12)
        opened = (opened + close) / 2


def test_nothing_makes_nothing():
    """An empty series stays empty."""
    assert len(heikin_ashi(candles(0))) == 0


def test_bricks_follow_the_price_and_turn_after_two():
    """Up four, back one: no brick; back two: one falling brick; and the unfinished one."""
    made, sources = renko(of_closes([100, 104, 103, 102, 102.5]), 1.0)
    assert list(zip(made.open.tolist(), made.close.tolist(), strict=True)) == [
        (100, 101),
        (101, 102),
        (102, 103),
        (103, 104),
        (103, 102),
        (102, 102.5),
    ]
    assert sources.tolist() == [1, 1, 1, 1, 3, 4]


def test_a_price_that_stands_still_is_one_unfinished_brick():
    """A chart of it has something to show."""
    made, sources = renko(of_closes([100.2, 100.3]), 1.0)
    assert made.close.tolist() == [100.3]
    assert sources.tolist() == [1]


@given(PRICES, st.floats(0.5, 50.0))
def test_bricks_are_whole_joined_and_in_order(closes, size):
    """Each finished brick has the size, begins at the one before it, and times rise."""
    made, sources = renko(of_closes(closes), size)
    finished = made.upto(len(made) - 1)
    assert np.abs(finished.close - finished.open) == pytest.approx(np.full(len(finished), size))
    assert (np.diff(made.open_time) > 0).all()
    assert (np.diff(sources) >= 0).all()
    assert made.volume.sum() == pytest.approx(len(closes))
    assert made.close[-1] == closes[-1]


def test_bricks_have_a_round_size_in_whole_price_steps():
    """Near the mean range of the newest candles."""
    size = brick_size(candles(200), 0.01)
    assert size == 5.0
    assert brick_size(of_closes([1.0]), 0.25) == 0.25
    assert brick_size(of_closes([7.0] * 30)) > 0
