"""The Keltner channel against plain averages, and the closes outside of it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.keltner import Keltner
from thebot_desktop.domain.plots import Fill, Line
from thebot_desktop.domain.signals import Direction

nan = float("nan")


def _said(closes, upper, lower, start=0):
    candles = series(closes, spread=0)
    values = {"upperband": np.array(upper), "lowerband": np.array(lower)}
    return list(Keltner().signals(BTC_1M, candles, values, start))


def test_values_are_those_of_plain_averages():
    """An exponential average that begins with a mean, and Wilder's average of true ranges."""
    candles = wandering(400, seed=2)
    values = Keltner(5, 3, 1.5).compute(candles)
    middle = candles.close[:5].mean()
    ranges = np.maximum(candles.high[1:], candles.close[:-1]) - np.minimum(
        candles.low[1:], candles.close[:-1]
    )
    reach = ranges[:3].mean()
    for i in range(4, 400):
        if i > 4:
            middle += (candles.close[i] - middle) / 3
        if i > 3:
            reach += (ranges[i - 1] - reach) / 3
        assert values["middleband"][i] == pytest.approx(middle, rel=1e-12)
        assert values["upperband"][i] == pytest.approx(middle + 1.5 * reach, rel=1e-12)
        assert values["lowerband"][i] == pytest.approx(middle - 1.5 * reach, rel=1e-12)


def test_edges_and_middle_begin_when_they_are_known():
    """The middle after its own period, the edges after the longer of both."""
    values = Keltner(5, 12).compute(wandering(40))
    assert int(np.argmin(np.isnan(values["middleband"]))) == 4
    assert int(np.argmin(np.isnan(values["upperband"]))) == 12


def test_it_speaks_when_a_close_crosses_an_edge_outwards():
    """Coming back inside says nothing, nor does staying outside."""
    closes = [10, 13, 14, 11, 7, 6, 10]
    found = _said(closes, [nan, 12, 12, 12, 12, 12, 12], [nan, 8, 8, 8, 8, 8, 8])
    assert [(s.open_time // 60_000, s.direction) for s in found] == [(4, Direction.SELL)]
    found = _said([10, *closes], [nan, *[12.0] * 7], [nan, *[8.0] * 7])
    assert [(s.open_time // 60_000, s.direction) for s in found] == [
        (2, Direction.BUY),
        (5, Direction.SELL),
    ]


def test_clarity_is_the_distance_outside_in_average_candles():
    """13 is 1 above the edge; ranges 1 and 3 have a mean of 2."""
    (signal,) = _said([9, 10, 13], [nan, 12, 12], [nan, 8, 8])
    assert signal.confidence == pytest.approx(0.4 + 0.5 / 2)
    assert signal.reason == "Close 0.5 average candles above the Keltner channel"


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    closes, edge = [10, 10, 13, 7], 12.0
    found = _said(closes, [edge] * 4, [8.0] * 4, start=3)
    assert [s.price for s in found] == [7]


def test_three_lines_and_the_ground_between_them_are_drawn():
    """The middle one dashed."""
    assert Keltner().plots == (
        Line("upperband"),
        Line("middleband", dashed=True),
        Line("lowerband"),
        Fill("upperband", "lowerband"),
    )
    assert Keltner().label == "KC(20,10,2)"
