"""Relative volume and its surges, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.relative_volume import RelativeVolume
from thebot_desktop.domain.plots import Histogram, Level
from thebot_desktop.domain.signals import Direction


def _signals(indicator, candles, start=0):
    return list(indicator.signals(BTC_1M, candles, indicator.compute(candles), start))


def test_the_volume_is_divided_by_the_mean_before_it():
    """Period 2: 6 against 2 and 4 is twice the usual, 5 against 4 and 6 is just that."""
    values = RelativeVolume(2).compute(series([1, 1, 1, 1, 1], volume=[2, 4, 6, 5, 0]))["real"]
    assert np.isnan(values[:2]).all()
    assert values[2:].tolist() == [2, 1, 0]


def test_values_are_those_of_slices():
    """Over a long walk."""
    candles = wandering(500)
    values = RelativeVolume(20).compute(candles)["real"]
    for i in range(20, 500):
        expected = candles.volume[i] / candles.volume[i - 20 : i].mean()
        assert values[i] == pytest.approx(expected, rel=1e-9)


def test_where_nothing_was_traded_the_ratio_is_not_known():
    """Nothing can be a multiple of nothing."""
    values = RelativeVolume(2).compute(series([1] * 5, volume=[0, 0, 7, 7, 7]))["real"]
    assert np.isnan(values[:3]).all()
    assert values[3:].tolist() == [2, 1]


def test_a_surge_speaks_for_the_side_the_candle_went():
    """Three times the usual while it rose, then while it fell, then without a body."""
    closes = [10, 10, 10, 12, 12, 12, 9, 9, 9, 9]
    found = _signals(
        RelativeVolume(2), series(closes, volume=[1, 1, 1, 3, 1, 1, 3, 1, 1, 3], spread=0)
    )
    assert [(s.open_time // 60_000, s.direction) for s in found] == [
        (3, Direction.BUY),
        (6, Direction.SELL),
    ]
    assert found[0].reason == "3.0 times the usual volume while the price rose"
    assert found[0].confidence == pytest.approx(0.9)


def test_a_surge_that_lasts_speaks_once():
    """The ratio must come from below its limit."""
    found = _signals(RelativeVolume(2), series([1, 1, 1, 2, 3, 4], volume=[1, 1, 1, 3, 9, 30]))
    assert [s.open_time // 60_000 for s in found] == [3]


def test_clarity_is_the_share_of_the_body():
    """From 100 to 110 with wicks of one percent: 10 of 111.1 - 99."""
    (signal,) = _signals(RelativeVolume(1), series([100, 100, 110], volume=[1, 1, 5], spread=0.01))
    assert signal.confidence == pytest.approx(0.4 + 0.5 * 10 / 12.1)


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    candles = series([1, 1, 2, 1, 2], volume=[1, 1, 5, 1, 9])
    assert [s.open_time // 60_000 for s in _signals(RelativeVolume(1), candles, 3)] == [4]


def test_bars_are_drawn_with_the_usual_and_the_limit():
    """The limit appears in the label only when it was changed."""
    assert RelativeVolume(20, 3.0).plots == (Histogram("real"), Level(1.0), Level(3.0))
    assert RelativeVolume().label == "RVOL(20)"
    assert RelativeVolume(20, 3.0).label == "RVOL(20,3)"
