"""RSI and its zone signal, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.plots import Level, Line, Pane, Scale
from thebot_desktop.domain.signals import Direction, Strength

nan = float("nan")


def _signals(values, start=0, **parameters):
    candles = series(np.arange(len(values)) + 100.0)
    found = Rsi(**parameters).signals(BTC_1M, candles, {"real": np.array(values)}, start)
    return [(s.open_time // 60_000, s.direction, s) for s in found]


def test_values_are_those_worked_by_hand():
    """Period 2, closes 10 12 11 11 15 14: gains 2 0 0 4 0, losses 0 1 0 0 1, Wilder's averages.

    Gains 1, 1/2, 9/4, 9/8 against losses 1/2, 1/4, 1/8, 9/16.
    """
    values = Rsi(2).compute(series([10, 12, 11, 11, 15, 14]))["real"]
    assert np.isnan(values[:2]).all()
    expected = [200 / 3, 200 / 3, 100 * (9 / 4) / (19 / 8), 200 / 3]
    assert values[2:] == pytest.approx(expected, rel=1e-12)


def test_it_buys_when_it_leaves_oversold_and_sells_when_it_leaves_overbought():
    """At the zone is still inside it; the candle after which it is outside gives the signal."""
    found = _signals([nan, 40, 28, 15, 30, 31, 72, 70, 69.9, 75, 50])
    assert [(at, direction) for at, direction, _ in found] == [
        (5, Direction.BUY),
        (8, Direction.SELL),
        (10, Direction.SELL),
    ]


def test_the_deeper_it_was_the_clearer_the_signal():
    """15 is half way from 30 to 0: as clear as it gets. 72 is 2/30 of the way from 70 to 100."""
    found = _signals([nan, 40, 28, 15, 30, 31, 72, 70, 69.9])
    (_, _, buy), (_, _, sell) = found
    assert (buy.strength, buy.confidence) == (Strength.VERY_STRONG, pytest.approx(0.9))
    assert buy.reason == "RSI left oversold, after 15.0"
    assert (sell.strength, sell.confidence) == (Strength.WEAK, pytest.approx(0.4 + 0.5 * 4 / 30))
    assert sell.reason == "RSI left overbought, after 72.0"


def test_only_the_latest_stay_in_the_zone_counts():
    """An older, deeper one belonged to another signal."""
    found = _signals([nan, 10, 31, 29, 31])
    assert found[-1][2].reason == "RSI left oversold, after 29.0"


def test_it_may_have_been_in_the_zone_since_the_first_value():
    """What came before is not known, and not needed."""
    ((at, direction, signal),) = _signals([nan, nan, 20, 40])
    assert (at, direction) == (3, Direction.BUY)
    assert signal.reason == "RSI left oversold, after 20.0"


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already; what came before still counts for the depth."""
    values = [nan, 20, 40, 25, 22, 35]
    assert [at for at, *_ in _signals(values, start=3)] == [5]
    assert _signals(values, start=5)[0][2].reason == "RSI left oversold, after 22.0"


def test_crossing_both_zones_in_one_candle_is_one_signal():
    """From oversold straight to overbought: it left oversold."""
    assert [d for _, d, _ in _signals([nan, 20, 80])] == [Direction.BUY]


def test_zones_are_parameters():
    """And shown in the label only when they were changed."""
    assert [d for _, d, _ in _signals([nan, 25, 35], lower=20.0)] == []
    assert Rsi().label == "RSI(14)"
    assert Rsi(21).label == "RSI(21)"
    assert Rsi(14, 20.0, 80.0).label == "RSI(14,20,80)"


def test_it_is_drawn_in_a_pane_of_its_own_with_its_zones():
    """From 0 to 100."""
    assert Rsi(14, 25.0, 75.0).plots == (
        Line("real", Pane.OWN),
        Level(25.0),
        Level(75.0),
        Scale(0, 100),
    )


def test_zones_that_overlap_are_refused():
    """With a sentence."""
    with pytest.raises(InputError) as refused:
        Rsi(14, 70.0, 30.0)
    assert refused.value.user_message == (
        "RSI is overbought above 30: oversold must lie below that, not at 70."
    )
