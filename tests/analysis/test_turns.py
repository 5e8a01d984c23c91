"""Signals where something turns."""

from __future__ import annotations

import numpy as np

from tests.fakes import BTC_1M
from tests.market_shapes import series
from thebot_desktop.analysis.turns import delayed, turned, turns
from thebot_desktop.domain.signals import Direction

nan = float("nan")


def _said(buys, sells, start=0):
    found = turns(
        BTC_1M,
        series(np.arange(len(buys)) + 1.0),
        start,
        source="X",
        buys=np.array(buys, bool),
        sells=np.array(sells, bool),
        judge=lambda at, direction: (at / 10, f"{direction.value} at {at}"),
    )
    return list(found)


def test_each_marked_candle_gives_one_signal_in_order():
    """With what the judge says about it."""
    found = _said([0, 1, 0, 0], [0, 0, 0, 1])
    assert [(s.price, s.direction, s.reason) for s in found] == [
        (2, Direction.BUY, "BUY at 1"),
        (4, Direction.SELL, "SELL at 3"),
    ]
    assert [s.confidence for s in found] == [0.45, 0.55]
    assert {s.source for s in found} == {"X"}


def test_nothing_is_said_about_candles_before_the_start():
    """Indices stay those of all candles."""
    assert [s.reason for s in _said([1, 1, 0], [0, 0, 1], start=1)] == ["BUY at 1", "SELL at 2"]
    assert _said([1, 1], [0, 0], start=2) == []
    assert _said([], []) == []


def test_a_trend_turns_where_it_changes():
    """Neither at its first value nor where it stays."""
    up, down = turned(np.array([nan, 1, 1, -1, -1, 1]))
    assert np.flatnonzero(up).tolist() == [5]
    assert np.flatnonzero(down).tolist() == [3]


def test_delayed_values_are_those_of_earlier_candles():
    """Also where the delay is longer than the series."""
    np.testing.assert_array_equal(delayed(np.array([1.0, 2, 3]), 1), [nan, 1, 2])
    np.testing.assert_array_equal(delayed(np.array([1.0, 2, 3]), 3), [nan] * 3)
    np.testing.assert_array_equal(delayed(np.array([1.0, 2, 3]), 9), [nan] * 3)
    assert len(delayed(np.array([]), 2)) == 0
