"""The chandelier stop, worked by hand and against its definition."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicators.atr_stop import AtrStop
from thebot_desktop.domain.plots import Line
from thebot_desktop.domain.signals import Direction, Strength


def _signals(indicator, candles, start=0):
    return list(indicator.signals(BTC_1M, candles, indicator.compute(candles), start))


def test_values_are_those_worked_by_hand():
    """Closes 10 12 14 10 9 13, no wicks, period 1: ranges 2 2 4 1 4, the stop one range away.

    Rising from 10 to 12: stop 12 - 2 = 10, then 14 - 2 = 12. The close of 10 is below: the trend
    falls and its stop hangs at low 10 + 4 = 14, then at 9 + 1 = 10. The close of 13 is above it:
    it rises, the stop at 13 - 4 = 9.
    """
    values = AtrStop(1, 1.0).compute(series([10, 12, 14, 10, 9, 13], spread=0))
    assert np.isnan(values["stop"][0])
    assert np.isnan(values["trend"][0])
    assert values["stop"][1:].tolist() == [10, 12, 14, 10, 9]
    assert values["trend"][1:].tolist() == [1, 1, -1, -1, 1]


def test_it_sells_and_buys_where_a_close_breaks_the_stop():
    """The same closes: below 12 at the fourth candle, above 10 at the sixth."""
    sell, buy = _signals(AtrStop(1, 1.0), series([10, 12, 14, 10, 9, 13], spread=0))
    assert (sell.open_time // 60_000, sell.direction) == (3, Direction.SELL)
    assert (buy.open_time // 60_000, buy.direction) == (5, Direction.BUY)
    # 2 beyond the stop; the mean range of 2, 2 and 4 is 8/3.
    assert sell.reason == "Close 0.8 average candles below the stop"
    assert sell.confidence == pytest.approx(0.4 + 0.5 * 3 / 4)
    assert sell.strength is Strength.VERY_STRONG


@pytest.mark.parametrize(("period", "multiplier"), [(22, 3.0), (5, 1.0), (14, 4.5)])
def test_the_stop_hangs_from_the_best_price_of_the_trend(period, multiplier):
    """In each trend it is the nearest of all its candles' own stops, none beyond its close."""
    candles = wandering(3000, seed=5)
    values = AtrStop(period, multiplier).compute(candles)
    stop, trend = values["stop"], values["trend"]
    columns = candles.high, candles.low, candles.close
    reach = multiplier * talib_library.call("ATR", columns, {"timeperiod": period})[0]
    began = period
    for i in range(period, len(candles)):
        if i > period and trend[i] != trend[i - 1]:
            assert (candles.close[i] - stop[i - 1]) * trend[i] > 0
            began = i
        elif i > period:
            assert (candles.close[i] - stop[i - 1]) * trend[i] >= 0
        part = slice(began, i + 1)
        if trend[i] > 0:
            own = np.minimum(candles.high[part] - reach[part], candles.close[part])
            assert stop[i] == own.max()
        else:
            own = np.maximum(candles.low[part] + reach[part], candles.close[part])
            assert stop[i] == own.min()


def test_there_are_turns_both_ways():
    """In turn, never the same twice."""
    directions = [s.direction for s in _signals(AtrStop(), wandering(3000))]
    assert len(directions) > 10
    assert all(a is not b for a, b in itertools.pairwise(directions))


def test_a_flat_market_never_turns():
    """The stop lies on the price and is not broken."""
    assert _signals(AtrStop(), series(np.full(200, 100.0), spread=0)) == []


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    candles = series([10, 12, 14, 10, 9, 13], spread=0)
    assert [s.price for s in _signals(AtrStop(1, 1.0), candles, 4)] == [13]


def test_the_stop_is_drawn_among_the_prices():
    """And the label has both parameters."""
    assert AtrStop().plots == (Line("stop"),)
    assert AtrStop().label == "ATRSTOP(22,3)"
