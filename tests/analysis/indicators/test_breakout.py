"""The breakout of a range, worked by hand and against a plain formulation."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.breakout import Breakout
from thebot_desktop.domain.plots import Line
from thebot_desktop.domain.signals import Direction

RANGE = [101, 100, 104, 101, 100, 104, 101]
"""Its last six candles touch 104 twice: each time as one closes there and the next opens."""
SMALL = Breakout(6, 1.0, 2, 1.5)


def _signals(closes, volume=None, indicator=SMALL, start=0):
    volume = volume or [1.0] * (len(closes) - 1) + [2.0]
    candles = series(closes, volume=volume, spread=0)
    found = indicator.signals(BTC_1M, candles, indicator.compute(candles), start)
    return [(s.open_time // 60_000, s.direction, s) for s in found]


def _naive(candles, indicator, i):
    """1, -1 or 0 at candle ``i``, told step by step."""
    period, share = indicator.period, indicator.tolerance / 100
    part = slice(i - period, i)
    usual = candles.volume[part].mean()
    if candles.volume[i] < indicator.surge * usual:
        return 0
    before = slice(i - 1 - period, i - 1)
    for sign, column, extreme in ((1, candles.high, max), (-1, candles.low, min)):
        edge = extreme(column[part])
        line = edge * (1 + sign * share)
        last_line = extreme(column[before]) * (1 + sign * share) if i > period else np.nan
        crossed = sign * candles.close[i] > sign * line
        was_inside = sign * candles.close[i - 1] <= sign * last_line
        touches, near = 0, False
        for value in column[part]:
            touch = sign * value >= sign * edge * (1 - sign * share)
            touches += touch and not near
            near = touch
        if crossed and was_inside and touches >= indicator.touches:
            return sign
    return 0


@pytest.mark.parametrize(
    "indicator", [Breakout(), Breakout(15, 0.5, 2, 0.0), Breakout(5, 0.5, 1, 1.2)]
)
def test_values_are_those_of_the_plain_formulation(indicator):
    """Over a lively walk with breakouts both ways."""
    candles = wandering(3000, swing=20)
    values = indicator.compute(candles)
    found = values["breakout"]
    assert np.isnan(found[: indicator.period]).all()
    expected = [_naive(candles, indicator, i) for i in range(indicator.period, 3000)]
    np.testing.assert_array_equal(found[indicator.period :], expected)
    assert {-1, 0, 1} == set(expected)


def test_edges_are_the_extremes_of_the_candles_before():
    """The candle itself does not move the edge that it breaks."""
    values = Breakout(3).compute(series([100, 104, 101, 120, 90], spread=0))
    assert values["resistance"][3:].tolist() == [104, 120]
    assert values["support"][3:].tolist() == [100, 100]


def test_a_close_beyond_an_edge_that_held_is_a_breakout():
    """104 was touched twice; 106 is more than one percent beyond."""
    ((at, direction, signal),) = _signals([*RANGE, 106])
    assert (at, direction) == (7, Direction.BUY)
    assert signal.reason == "Broke the resistance 104 with 2.0 times the volume"
    # Twice the usual volume of the 1.5 times 5 that would be clearest.
    assert signal.confidence == pytest.approx(0.4 + 0.5 * 2 / 7.5)


def test_downwards_it_is_the_same():
    """The mirror of the range, broken at its lower edge."""
    closes = [99, 100, 96, 99, 100, 96, 99, 94]
    ((at, direction, signal),) = _signals(closes)
    assert (at, direction) == (7, Direction.SELL)
    assert signal.reason == "Broke the support 96 with 2.0 times the volume"


def test_beyond_by_less_than_the_tolerance_is_not_enough():
    """105 is less than one percent above 104."""
    assert _signals([*RANGE, 105]) == []


def test_an_edge_that_was_touched_once_has_not_held():
    """Candles side by side at the edge are one touch."""
    closes = [101, 100, 104, 104, 101, 100, 101, 106]
    assert _signals(closes) == []
    assert len(_signals(closes, indicator=Breakout(6, 1.0, 1))) == 1


def test_without_volume_it_is_none():
    """Just the usual volume is not one and a half times of it."""
    assert _signals([*RANGE, 106], volume=[1.0] * 8) == []
    assert len(_signals([*RANGE, 106], volume=[1.0] * 7 + [1.5])) == 1


def test_it_is_said_once():
    """The candles after it are beyond an edge that they move themselves."""
    found = _signals([*RANGE, 106, 109, 112], volume=[1.0] * 7 + [2.0, 5.0, 15.0])
    assert [at for at, *_ in found] == [7]


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    assert _signals([*RANGE, 106], start=8) == []
    assert len(_signals([*RANGE, 106], start=7)) == 1


def test_both_edges_are_drawn():
    """Dashed, among the prices."""
    assert Breakout().plots == (Line("resistance", dashed=True), Line("support", dashed=True))
    assert Breakout().label == "BREAKOUT(20,0.2,2,1.5)"
