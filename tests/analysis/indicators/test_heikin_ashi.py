"""The trend of averaged candles, worked by hand and against the chart's candles."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.heikin_ashi import HeikinAshiTrend
from thebot_desktop.domain.plots import Histogram
from thebot_desktop.domain.signals import Direction
from thebot_desktop.market.derived import heikin_ashi

nan = float("nan")


def _said(body, start=0, confirm=2):
    candles = series(np.linspace(100, 110, len(body)))
    found = HeikinAshiTrend(confirm).signals(
        BTC_1M, candles, {"body": np.array(body, float)}, start
    )
    return [(s.open_time // 60_000, s.direction) for s in found]


def test_bodies_are_those_worked_by_hand():
    """Closes 10 14 12 without wicks: averaged closes 10 12 13, opens 10 10 11."""
    values = HeikinAshiTrend().compute(series([10, 14, 12], spread=0))["body"]
    assert values.tolist() == [0, 2, 2]


def test_bodies_are_those_of_the_candles_in_the_chart():
    """One formula, two ways of computing it."""
    candles = wandering(5000)
    averaged = heikin_ashi(candles)
    found = HeikinAshiTrend().compute(candles)["body"]
    np.testing.assert_allclose(found, averaged.close - averaged.open, rtol=0, atol=1e-10)


def test_the_trend_has_turned_after_two_of_one_colour():
    """And says so once, however long it lasts."""
    assert _said([-1, -1, 1, 1, 1, 1, -1, -1, -1]) == [(3, Direction.BUY), (7, Direction.SELL)]


def test_one_of_another_colour_is_not_enough():
    """Unless one is asked for."""
    body = [-1, -1, 1, -1, -1, -1]
    assert _said(body) == [(4, Direction.SELL)]
    assert _said(body, confirm=1) == [(2, Direction.BUY), (3, Direction.SELL)]


def test_a_body_of_nothing_ends_a_row():
    """Two after it are a new one."""
    assert _said([-1, 1, 1, 0, 1, 1]) == [(2, Direction.BUY), (5, Direction.BUY)]


def test_a_row_that_began_before_the_first_candle_says_nothing():
    """How long it has lasted is not known."""
    assert _said([1, 1, 1]) == []


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    assert _said([-1, -1, 1, 1, -1, -1], start=4) == [(5, Direction.SELL)]


def test_clarity_is_the_share_of_the_body():
    """Closes 10 8 8 14 18: the last averaged candle opens at 9.75, closes at 16, reaches 18."""
    candles = series([10, 8, 8, 14, 18], spread=0)
    indicator = HeikinAshiTrend()
    averaged = heikin_ashi(candles).at(4)
    (signal,) = list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 4))
    share = (averaged.close - averaged.open) / (averaged.high - averaged.low)
    assert signal.direction is Direction.BUY
    assert signal.confidence == pytest.approx(0.4 + 0.5 * share)
    assert signal.reason == (
        f"Averaged candles turned rising, 2 in a row, body {share:.0%} of range"
    )


def test_a_flat_market_has_no_trend():
    """Rounding is no body."""
    candles = series(np.full(300, 0.1 + 0.2), spread=0)
    indicator = HeikinAshiTrend()
    assert not indicator.compute(candles)["body"].any()
    assert list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 0)) == []


def test_bodies_are_drawn_as_bars():
    """With the number of candles in the label."""
    assert HeikinAshiTrend().plots == (Histogram("body"),)
    assert HeikinAshiTrend().label == "HATREND(2)"
