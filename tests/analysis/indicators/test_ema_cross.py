"""The crossing of two averages, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.plots import Line, Pane
from thebot_desktop.domain.signals import Direction, Strength


def _signals(indicator, candles, start=0):
    return list(indicator.signals(BTC_1M, candles, indicator.compute(candles), start))


def test_values_are_those_worked_by_hand():
    """Slow: mean of the first two, then two thirds of the way to each close."""
    values = EmaCross(1, 2).compute(series([10, 12, 11, 14]))
    assert values["fast"].tolist() == [10, 12, 11, 14]
    assert np.isnan(values["slow"][0])
    assert values["slow"][1:] == pytest.approx([11, 11, 13])


def test_it_buys_on_a_cross_upwards_and_sells_on_one_downwards():
    """Fast 10 12 11 14 9, slow - 11 11 13 10 1/3: they touch at the third, part at the fourth."""
    found = _signals(EmaCross(1, 2), series([10, 12, 11, 14, 9]))
    assert [(s.open_time // 60_000, s.direction) for s in found] == [
        (3, Direction.BUY),
        (4, Direction.SELL),
    ]
    assert [s.price for s in found] == [14, 9]


def test_clarity_is_the_pull_in_average_candles():
    """At the fourth candle: distance 0 to 1, weights 1 and 2/3, mean range (2 + 1 + 3) / 3 = 2.

    Pull = 1 / (1/3) / 2 = 1.5 candles; of the four that are as clear as it gets that is 3/8.
    """
    (signal,) = _signals(EmaCross(1, 2), series([10, 12, 11, 14], spread=0))
    assert signal.reason == "EMA 1 crossed above EMA 2, pulled by 1.5 average candles"
    assert signal.strength is Strength.MEDIUM
    assert signal.confidence == pytest.approx(0.4 + 0.5 * 3 / 8)


def test_lines_that_lie_on_each_other_part_with_a_signal():
    """A flat market, then a move: equal before and above now is a crossing."""
    (signal,) = _signals(EmaCross(2, 4), series([5, 5, 5, 5, 5, 6]))
    assert signal.direction is Direction.BUY
    assert signal.open_time == 5 * 60_000


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    candles = series([10, 12, 11, 14, 9])
    assert [s.price for s in _signals(EmaCross(1, 2), candles, start=4)] == [9]


def test_no_signal_comes_while_the_slow_average_warms_up():
    """The first value of a line crosses nothing."""
    assert _signals(EmaCross(1, 4), series([1, 1, 1, 9])) == []


def test_both_averages_are_drawn_among_the_prices():
    """And both periods are part of the name."""
    assert EmaCross().plots == (Line("fast", Pane.PRICE), Line("slow", Pane.PRICE))
    assert EmaCross().label == "EMACROSS(20,50)"


@pytest.mark.parametrize(("fast", "slow"), [(50, 20), (20, 20)])
def test_the_slow_period_must_be_the_longer_one(fast, slow):
    """With a sentence."""
    with pytest.raises(InputError) as refused:
        EmaCross(fast, slow)
    assert refused.value.user_message == (
        "The slow period of EMACROSS must be longer than the fast one: "
        f"{slow} is not more than {fast}."
    )
