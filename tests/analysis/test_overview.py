"""The market at a glance: opinions, breadth, movers and intervals."""

from __future__ import annotations

import math

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.confidence import UNKNOWN, weigh
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.overview import (
    Mover,
    breadth,
    interval_view,
    movers,
    net_opinion,
)
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.domain.time import UnixMs

CONFIG = SignalConfig()


def test_the_net_opinion_is_the_confidence_of_the_newest_of_each_indicator():
    """By the same formula as everywhere."""
    candles = wandering(900, swing=4)
    indicators = [Rsi(), EmaCross()]
    now = UnixMs(int(candles.open_time[-1]) + 60_000)
    newest = []
    for indicator in indicators:
        said = list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 0))
        newest += said[-1:]
    found = net_opinion(BTC_1M, candles, indicators, now, CONFIG, {})
    assert found.value == pytest.approx(weigh(newest, BTC_1M, now, CONFIG, {}).value, abs=1e-9)
    assert found.parts


def test_without_candles_nobody_has_an_opinion():
    """Nor with too few."""
    assert net_opinion(BTC_1M, wandering(3), [Rsi()], UnixMs(0), CONFIG, {}) == UNKNOWN


changes = st.lists(st.none() | st.floats(-50, 50) | st.just(0.0), max_size=30)
columns = st.lists(
    st.lists(st.floats(1, 100), max_size=70).map(lambda c: np.array(c, dtype=float)), max_size=8
)


@given(changes, columns)
def test_everything_that_is_known_is_counted_once(given_changes, closes):
    """What is not known rises and falls as little as it stands above an average."""
    found = breadth(given_changes, closes)
    assert found.count == sum(change is not None for change in given_changes)
    for bars, above, known in found.above:
        assert 0 <= above <= known == sum(len(column) >= bars for column in closes)


def test_above_its_average_is_above_and_not_at_it():
    """A flat line is not."""
    flat, rising = np.full(60, 5.0), np.arange(60.0)
    assert breadth([1.0, -1.0, 0.0], [flat, rising]).above == ((20, 1, 2), (50, 1, 2))


def test_movers_are_those_that_moved_farthest_and_were_traded():
    """Each way on its own; what did not move is neither."""
    found = [
        Mover(name, 1.0, change, volume)
        for name, change, volume in (
            ("A", 5.0, 10.0),
            ("B", 9.0, 10.0),
            ("C", -3.0, 10.0),
            ("D", 0.0, 10.0),
            ("E", 99.0, 1.0),
            ("F", -7.0, 10.0),
        )
    ]
    gainers, losers = movers(found, 5.0, 2)
    assert [m.symbol for m in gainers] == ["B", "A"]
    assert [m.symbol for m in losers] == ["F", "C"]


def test_an_interval_says_where_it_stands():
    """The change of its newest bar, the RSI of the library, and a trend."""
    candles = series(np.linspace(100, 120, 80))
    view = interval_view(BTC_1M, candles, UNKNOWN, shown=30)
    assert view.change_percent == pytest.approx((candles.close[-1] / candles.close[-2] - 1) * 100)
    assert view.rsi == pytest.approx(talib.RSI(candles.close, 14)[-1])
    assert (view.trend.sign, len(view.line), view.bars) == (1, 30, 80)


def test_too_few_candles_say_nothing():
    """But how many there are."""
    view = interval_view(BTC_1M, wandering(5), UNKNOWN, shown=30)
    assert math.isnan(view.rsi)
    assert (view.bars, view.line) == (5, ())
