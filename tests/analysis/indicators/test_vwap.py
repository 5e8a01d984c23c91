"""VWAP by session and anchored, worked by hand and against exact sums."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import MINUTE, series, wandering
from thebot_desktop.analysis.indicators.vwap import Vwap
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.plots import Line
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import DAY_MS

HALF_HOUR = 30 * MINUTE


def _flat_candles(prices, volume, times=None):
    """Candles without any range: their typical price is their close."""
    prices = np.asarray(prices, dtype=np.float64)
    made = series(prices, volume=volume, times=times)
    return Candles(
        made.open_time, prices, prices, prices, prices, made.volume, made.trades, made.origin
    )


def _exact(candles, begin, end):
    """Mean and variance of the typical prices by weight, in fractions."""
    volume = [Fraction(v) for v in candles.volume[begin:end].tolist()]
    columns = (candles.high, candles.low, candles.close)
    rows = zip(*(c[begin:end].tolist() for c in columns), strict=True)
    prices = [sum(map(Fraction, row)) / 3 for row in rows]
    total = sum(volume)
    mean = sum(p * v for p, v in zip(prices, volume, strict=True)) / total
    square = sum((p - mean) ** 2 * v for p, v in zip(prices, volume, strict=True)) / total
    return float(mean), float(square) ** 0.5


def test_values_are_those_worked_by_hand():
    """Prices 10 and 16 with volumes 2 and 1: mean 12, variance (2·4 + 16) / 3 = 8."""
    values = Vwap().compute(_flat_candles([10, 16], [2, 1]))
    assert values["vwap"].tolist() == [10, 12]
    assert values["upperband"] == pytest.approx([10, 12 + 2 * 8**0.5])
    assert values["lowerband"] == pytest.approx([10, 12 - 2 * 8**0.5])


def test_each_utc_day_begins_anew():
    """Three days of half hours, compared with exact sums since each midnight."""
    walk = wandering(144, seed=4, price=70_000)
    times = np.arange(144, dtype=np.int64) * HALF_HOUR
    candles = series(walk.close, volume=walk.volume, times=times)
    values = Vwap(0, 1.0).compute(candles)
    for i in (0, 1, 20, 47, 48, 60, 95, 96, 143):
        mean, deviation = _exact(candles, i // 48 * 48, i + 1)
        assert values["vwap"][i] == pytest.approx(mean, rel=1e-14)
        # At the first candle of a day the deviation is 0, and its bands lie on the line.
        assert values["upperband"][i] - mean == pytest.approx(deviation, rel=1e-6, abs=1e-6)
        assert mean - values["lowerband"][i] == pytest.approx(deviation, rel=1e-6, abs=1e-6)


def test_a_part_of_a_session_gives_no_values():
    """Candles that begin in the afternoon are silent until midnight, and say the same after."""
    times = np.arange(100, dtype=np.int64) * HALF_HOUR
    whole = series(wandering(100).close, times=times)
    part = whole.since(30 * HALF_HOUR)
    expected, found = Vwap().compute(whole), Vwap().compute(part)
    for output in Vwap.outputs:
        assert np.isnan(found[output][:18]).all()
        np.testing.assert_array_equal(found[output][18:], expected[output][48:])


def test_a_session_without_its_first_candles_begins_at_the_first_there_is():
    """After a hole in what is known the day goes on from where candles are."""
    times = np.array([0, 1, 2, 50, 51], dtype=np.int64) * HALF_HOUR
    values = Vwap().compute(_flat_candles([1, 3, 5, 10, 20], [1] * 5, times))
    assert values["vwap"].tolist() == [1, 2, 3, 10, 15]


def test_candles_of_whole_days_are_each_a_session():
    """Their typical price is their mean."""
    times = np.arange(4, dtype=np.int64) * DAY_MS
    candles = series([10, 20, 15, 12], times=times)
    typical = (candles.high + candles.low + candles.close) / 3
    assert Vwap().compute(candles)["vwap"] == pytest.approx(typical)


def test_an_anchor_begins_once_and_for_all():
    """At the third minute; midnights change nothing."""
    candles = _flat_candles([9, 9, 1, 3, 5], [1] * 5)
    values = Vwap(anchor=2).compute(candles)["vwap"]
    assert np.isnan(values[:2]).all()
    assert values[2:].tolist() == [1, 2, 3]
    times = np.arange(100, dtype=np.int64) * HALF_HOUR
    long = series(wandering(100).close, times=times)
    mean, _ = _exact(long, 10, 100)
    assert Vwap(anchor=10 * 30).compute(long)["vwap"][-1] == pytest.approx(mean, rel=1e-14)


def test_an_anchor_before_the_candles_gives_no_values():
    """What was traded since it is not known."""
    candles = _flat_candles([1, 2, 3], [1] * 3).since(1)
    assert np.isnan(Vwap(anchor=0).compute(candles)["vwap"]).all()
    later = series([1, 2, 3], times=np.arange(5, 8, dtype=np.int64) * MINUTE)
    assert np.isnan(Vwap(anchor=4).compute(later)["vwap"]).all()
    assert np.isfinite(Vwap(anchor=5).compute(later)["vwap"]).all()


def test_an_anchor_still_to_come_gives_no_values():
    """It has not begun."""
    assert np.isnan(Vwap(anchor=500).compute(_flat_candles([1, 2], [1, 1]))["vwap"]).all()


def test_before_anything_was_traded_the_line_is_the_price():
    """A mean without weights would be none."""
    values = Vwap().compute(_flat_candles([5, 7, 9, 11], [0, 0, 4, 4]))
    assert values["vwap"].tolist() == [5, 7, 9, 10]
    assert values["upperband"][:3].tolist() == [5, 7, 9]


def test_bands_do_not_suffer_from_large_prices():
    """Moves of one at prices of a thousand million: their deviation is exact to six digits."""
    prices = 1e9 + np.tile([0.0, 1.0], 200)
    values = Vwap(0, 1.0).compute(_flat_candles(prices, [1.0] * 400))
    assert values["upperband"][-1] - values["vwap"][-1] == pytest.approx(0.5, rel=1e-6)


def test_it_speaks_when_a_close_crosses_the_line():
    """Means 10, 10.5, 9.67, 10.25: the close goes above, below and above again."""
    candles = _flat_candles([10, 11, 8, 12], [1] * 4)
    found = list(Vwap().signals(BTC_1M, candles, Vwap().compute(candles), 0))
    assert [(s.open_time // MINUTE, s.direction) for s in found] == [
        (1, Direction.BUY),
        (2, Direction.SELL),
        (3, Direction.BUY),
    ]
    # 1.75 above the line; the mean range of 1, 3 and 4 is 8/3.
    assert found[-1].reason == "Close crossed above VWAP, by 0.7 average candles"
    assert found[-1].confidence == pytest.approx(0.4 + 0.5 * 1.75 * 3 / 8)
    later = Vwap().signals(BTC_1M, candles, Vwap().compute(candles), 2)
    assert list(later) == found[1:]


def test_three_lines_are_drawn():
    """The bands dashed; the label of the plain one is the name alone."""
    assert Vwap().plots == (
        Line("vwap"),
        Line("upperband", dashed=True),
        Line("lowerband", dashed=True),
    )
    assert Vwap().label == "VWAP"
    assert Vwap(anchor=29_000_000).label == "VWAP(29000000)"
