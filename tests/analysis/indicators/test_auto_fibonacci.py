"""Automatic Fibonacci against a plain search for the last large swing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.auto_fibonacci import RETRACEMENTS, AutoFibonacci
from thebot_desktop.analysis.swings import swing_highs, swing_lows
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.shapes import OPEN_ENDED, Side
from thebot_desktop.domain.signals import Direction


def legs(*prices, reach=12):
    """Straight ways from each price to the next."""
    ways = [np.linspace(a, b, reach + 1)[1:] for a, b in pairwise(prices)]
    return series(np.concatenate([[prices[0]], *ways]), spread=0.0)


def by_hand(candles, at, period, wing):
    """The leg that is known at the close of candle ``at``."""
    known = range(at - period + 1, at - wing + 1)
    highs = [i for i in swing_highs(candles.high, wing).tolist() if i in known]
    lows = [i for i in swing_lows(candles.low, wing).tolist() if i in known]
    if not highs or not lows:
        return None
    high = max(highs, key=lambda i: (candles.high[i], i))
    low = min(lows, key=lambda i: (candles.low[i], -i))
    top, bottom = candles.high[high], candles.low[low]
    return (bottom, top) if high > low else (top, bottom)


def test_the_leg_runs_between_the_extremes_from_the_older_to_the_newer():
    """At every candle what a plain search among the swings known then finds."""
    candles = wandering(900, swing=2.0)
    values = AutoFibonacci(120, 6).compute(candles)
    for at in range(len(candles)):
        leg = by_hand(candles, at, 120, 6)
        found = values["start"][at], values["end"][at]
        assert (found == leg) if leg else np.isnan(found).all(), at


def test_retracements_lie_on_the_way_back():
    """From 100 to 200: half is 150, 61.8 percent is 138.2."""
    candles = legs(120, 100, 200, 170)
    values = AutoFibonacci().compute(candles)
    assert (values["start"][-1], values["end"][-1]) == (100, 200)
    found = [values[f"r{round(share * 1000)}"][-1] for share in RETRACEMENTS]
    np.testing.assert_allclose(found, [176.4, 161.8, 150, 138.2, 121.4])


def test_levels_of_the_newest_leg_are_drawn_from_its_start():
    """Retracements are supports of a rising leg, extensions lie beyond its end."""
    candles = legs(120, 100, 200, 170)
    levels = AutoFibonacci().shapes(candles).levels
    by_name = {str(row["name"]): row for row in levels}
    assert (levels["begin"] == candles.open_time[12]).all()
    assert (levels["end"] == OPEN_ENDED).all()
    assert by_name["0 %"]["price"] == 200
    assert by_name["100 %"]["price"] == 100
    assert by_name["61.8 %"]["price"] == pytest.approx(138.2)
    assert by_name["61.8 %"]["side"] == Side.SUPPORT
    assert by_name["161.8 %"]["price"] == pytest.approx(261.8)
    assert by_name["161.8 %"]["side"] == Side.RESISTANCE
    assert set(by_name) >= {"23.6 %", "38.2 %", "50 %", "78.6 %", "127.2 %", "200 %", "261.8 %"}


def test_a_falling_leg_is_the_mirror_image():
    """Its retracements are resistances above its end."""
    levels = AutoFibonacci().shapes(legs(180, 200, 100, 130)).levels
    by_name = {str(row["name"]): row for row in levels}
    assert by_name["61.8 %"]["price"] == pytest.approx(161.8)
    assert by_name["61.8 %"]["side"] == Side.RESISTANCE
    assert by_name["161.8 %"]["price"] == pytest.approx(38.2)


def test_without_a_swing_nothing_is_drawn():
    """A straight way has none."""
    assert not len(AutoFibonacci().shapes(legs(100, 200)).levels)


def test_a_retracement_that_holds_is_a_signal():
    """A rising leg's buys, a falling leg's sells."""
    candles = wandering(5000, swing=2.0)
    indicator = AutoFibonacci()
    values = indicator.compute(candles)
    signals = list(indicator.signals(BTC_1M, candles, values, 0))
    assert {s.direction for s in signals} == {Direction.BUY, Direction.SELL}
    for signal in signals:
        at = int(np.searchsorted(candles.open_time, signal.open_time))
        rises = values["end"][at] > values["start"][at]
        assert rises == (signal.direction is Direction.BUY)
        assert "retracement at" in signal.reason


def test_a_swing_must_fit_into_the_candles_looked_back():
    """A sentence says so."""
    with pytest.raises(ParameterError) as wrong:
        AutoFibonacci(20, 10)
    assert "more than 20 candles" in wrong.value.user_message
