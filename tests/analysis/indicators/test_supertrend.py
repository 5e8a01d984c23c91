"""SuperTrend against a plain formulation of its own, and its flips."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.supertrend import SuperTrend
from thebot_desktop.domain.plots import Line
from thebot_desktop.domain.signals import Direction


def _signals(indicator, candles, start=0):
    return list(indicator.signals(BTC_1M, candles, indicator.compute(candles), start))


def _wilder_range(candles, period):
    ranges = [
        max(h, before) - min(low, before)
        for h, low, before in zip(
            candles.high[1:], candles.low[1:], candles.close[:-1], strict=True
        )
    ]
    average = sum(ranges[:period]) / period
    found = [None] * period + [average]
    for value in ranges[period:]:
        average = (average * (period - 1) + value) / period
        found.append(average)
    return found


def _naive(candles, period, multiplier):
    """Bands that only come nearer until a close is beyond them, as it is told in books."""
    reach = _wilder_range(candles, period)
    upper = lower = rising = None
    found = []
    for i in range(period, len(candles)):
        middle = (candles.high[i] + candles.low[i]) / 2
        top, bottom = middle + multiplier * reach[i], middle - multiplier * reach[i]
        before = candles.close[i - 1]
        upper = top if upper is None or top < upper or before > upper else upper
        lower = bottom if lower is None or bottom > lower or before < lower else lower
        if rising is None:
            rising = candles.close[i] > upper or candles.close[i] >= middle
        elif rising:
            rising = candles.close[i] >= lower
        else:
            rising = candles.close[i] > upper
        found.append((lower if rising else upper, 1 if rising else -1))
    return np.array(found)


@pytest.mark.parametrize(("period", "multiplier"), [(10, 3.0), (3, 1.5), (22, 2.0)])
def test_values_are_those_of_the_plain_formulation(period, multiplier):
    """Once both have turned the same way, they stay together to the last candle."""
    candles = wandering(3000, seed=3)
    values = SuperTrend(period, multiplier).compute(candles)
    expected = _naive(candles, period, multiplier)
    settled = 500
    np.testing.assert_allclose(values["supertrend"][settled:], expected[settled - period :, 0])
    np.testing.assert_array_equal(values["trend"][settled:], expected[settled - period :, 1])


def test_the_first_value_comes_after_the_period():
    """With the first average range; before it there is neither stop nor trend."""
    values = SuperTrend(10).compute(wandering(40))
    for output in ("supertrend", "trend"):
        assert np.isnan(values[output][:10]).all()
        assert np.isfinite(values[output][10:]).all()


def test_it_speaks_where_the_trend_turns_and_nowhere_else():
    """A rise, a fall, a rise: one signal for each turn, however long the trend lasts."""
    closes = np.concatenate([np.arange(100, 130), np.arange(130, 90, -1), np.arange(90, 120)])
    found = _signals(SuperTrend(5, 2.0), series(closes))
    assert [s.direction for s in found] == [Direction.SELL, Direction.BUY]
    assert [s.open_time // 60_000 for s in found] == _breaks(closes, SuperTrend(5, 2.0))
    assert "SuperTrend turned" in found[0].reason


def _breaks(closes, indicator):
    """Where a close is on the other side of the stop of the candle before."""
    stop = indicator.compute(series(closes))["supertrend"]
    sides = np.sign(closes[1:] - stop[:-1])
    return [
        i + 1
        for i in range(indicator.timeperiod + 1, len(closes) - 1)
        if sides[i] and sides[i] != sides[i - 1]
    ]


def test_the_first_value_is_no_turn():
    """Nothing is known about the trend before it."""
    assert _signals(SuperTrend(5), series(np.arange(100, 140))) == []


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    candles = wandering(2000)
    found = _signals(SuperTrend(), candles)
    assert _signals(SuperTrend(), candles, 700) == [s for s in found if s.open_time >= 700 * 60_000]


def test_the_stop_is_drawn_among_the_prices():
    """And the label has both parameters."""
    assert SuperTrend().plots == (Line("supertrend"),)
    assert SuperTrend().label == "SUPERTREND(10,3)"


def test_a_wider_stop_is_remembered_longer():
    """The look-back grows with the square of the distance."""
    assert SuperTrend(10, 6.0).lookback - SuperTrend(10, 3.0).lookback == 50 * (36 - 9)
