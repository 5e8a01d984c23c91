"""The Donchian channel and the breaks of it, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.donchian import Donchian
from thebot_desktop.domain.plots import Fill, Line
from thebot_desktop.domain.signals import Direction


def _signals(indicator, candles, start=0):
    return list(indicator.signals(BTC_1M, candles, indicator.compute(candles), start))


def test_values_are_the_extremes_of_the_period():
    """Compared with slices of the candles themselves."""
    candles = wandering(300)
    values = Donchian(7).compute(candles)
    for i in range(300):
        highest = candles.high[i - 6 : i + 1].max() if i >= 6 else np.nan
        lowest = candles.low[i - 6 : i + 1].min() if i >= 6 else np.nan
        np.testing.assert_equal(values["upperband"][i], highest)
        np.testing.assert_equal(values["lowerband"][i], lowest)
        np.testing.assert_equal(values["middleband"][i], (highest + lowest) / 2)


def test_it_speaks_when_a_close_leaves_the_channel_of_the_candles_before():
    """Period 3, no wicks: 13 leaves 10 to 12, 14 and 15 go on, 9 leaves 13 to 15 downwards."""
    found = _signals(Donchian(3), series([10, 12, 11, 11, 13, 14, 15, 14, 9, 8], spread=0))
    assert [(s.open_time // 60_000, s.direction) for s in found] == [
        (4, Direction.BUY),
        (8, Direction.SELL),
    ]


def test_clarity_is_the_distance_outside_in_average_candles():
    """13 is 1 above the highest 12; ranges 2 1 0 2 have a mean of 5/4."""
    (signal,) = _signals(Donchian(3), series([10, 12, 11, 11, 13], spread=0))
    assert signal.confidence == pytest.approx(0.4 + 0.5 * 4 / 5)
    assert signal.reason == (
        "Close 0.8 average candles above the highest high of the 3 candles before"
    )


def test_touching_the_edge_is_not_leaving():
    """A close exactly at the highest high says nothing."""
    assert _signals(Donchian(3), series([10, 12, 11, 11, 12], spread=0)) == []


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    candles = series([10, 12, 11, 11, 13, 14, 15, 14, 9, 8], spread=0)
    assert [s.price for s in _signals(Donchian(3), candles, 5)] == [9]


def test_three_lines_and_the_ground_between_them_are_drawn():
    """The middle one dashed."""
    assert Donchian().plots == (
        Line("upperband"),
        Line("middleband", dashed=True),
        Line("lowerband"),
        Fill("upperband", "lowerband"),
    )
    assert Donchian().label == "DONCHIAN(20)"
