"""Divergence of price and oscillator, worked by hand and against a plain formulation."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.divergence import Divergence, Oscillator
from thebot_desktop.domain.signals import Direction

LONG = wandering(4000, swing=10)


def _with_volume(low, high, close, volume):
    """Candles whose OBV is easily seen: it adds the volume where the close rises."""
    base = series(close, volume=volume)
    return replace(base, low=np.array(low, float), high=np.array(high, float))


def _bottoms(second_low, change):
    """Lows of 10 and ``second_low``; between the two OBV changes by ``change``."""
    close = [20, 19, 18, 19, 20, 19, 18, 19, 20]
    low = [15, 12, 10, 12, 15, 12, second_low, 12, 15]
    volume = [1, 1, 1, 10 + change, 10, 10, 10, 1, 1]
    return _with_volume(low, [30] * 9, close, volume)


OBV = Divergence(Oscillator.OBV, wing=2, within=10)


def test_a_lower_low_with_a_stronger_oscillator_buys():
    """Two candles after the newer low, not before: only then it is known to be one."""
    values = OBV.compute(_bottoms(8, change=5))
    assert values["regular"].tolist()[4:] == [0, 0, 0, 0, 1]
    assert values["hidden"].tolist()[4:] == [0, 0, 0, 0, 0]


def test_a_higher_low_with_a_weaker_oscillator_buys_too():
    """That one is hidden: the trend goes on."""
    values = OBV.compute(_bottoms(11, change=-5))
    assert values["hidden"].tolist()[4:] == [0, 0, 0, 0, 1]
    assert values["regular"].tolist()[4:] == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(("second_low", "change"), [(8, -5), (11, 5), (10, 5), (8, 0)])
def test_price_and_oscillator_that_agree_say_nothing(second_low, change):
    """Nor does one of them that stays where it was."""
    values = OBV.compute(_bottoms(second_low, change))
    assert not np.nansum(np.abs(values["regular"]) + np.abs(values["hidden"]))


def test_highs_are_the_mirror_image():
    """A higher high with a weaker oscillator sells."""
    candles = _bottoms(8, change=5)
    mirrored = replace(candles, high=100 - candles.low, low=100 - candles.high)
    mirrored = replace(mirrored, close=100 - candles.close)
    assert OBV.compute(mirrored)["regular"][-1] == -1


def test_swings_too_far_apart_are_not_compared():
    """Four candles lie between the two."""
    candles = _bottoms(8, change=5)
    assert Divergence(Oscillator.OBV, wing=2, within=4).compute(candles)["regular"][-1] == 1
    assert Divergence(Oscillator.OBV, wing=2, within=3).compute(candles)["regular"][-1] == 0


def test_the_reason_says_what_parts():
    """In words, with how far apart."""
    candles = _bottoms(8, change=5)
    (found,) = OBV.signals(BTC_1M, candles, OBV.compute(candles), 0)
    assert found.direction is Direction.BUY
    assert found.reason == (
        "Regular divergence: a lower low of the price, a higher one of OBV, 4 candles apart"
    )


@pytest.mark.parametrize("oscillator", Oscillator)
@pytest.mark.parametrize("wing", [1, 3, 5])
def test_it_is_what_a_plain_formulation_finds(oscillator, wing):
    """Candle by candle, looking at nothing but lists."""
    indicator = Divergence(oscillator, wing=wing, within=40)
    values = indicator.compute(LONG)
    expected = _plainly(indicator, LONG)
    for output in indicator.outputs:
        known = ~np.isnan(values[output])
        assert np.count_nonzero(values[output][known]) > 5
        assert values[output][known].tolist() == expected[output][known].tolist()


def _plainly(indicator, candles):
    found = {"regular": np.zeros(len(candles)), "hidden": np.zeros(len(candles))}
    strength = indicator.oscillator.of(candles).tolist()
    for sign, prices in ((-1, candles.high.tolist()), (1, candles.low.tolist())):
        swings = []
        for at in range(indicator.wing, len(prices) - indicator.wing):
            before = [sign * p for p in prices[at - indicator.wing : at]]
            after = [sign * p for p in prices[at + 1 : at + 1 + indicator.wing]]
            if sign * prices[at] < min(before) and sign * prices[at] <= min(after):
                swings.append(at)
        for one, other in itertools.pairwise(swings):
            if other - one > indicator.within:
                continue
            price = sign * (prices[other] - prices[one])
            part = sign * (strength[other] - strength[one])
            for name, parted in (
                ("regular", price < 0 < part),
                ("hidden", price > 0 > part),
            ):
                if parted:
                    found["regular"][other + indicator.wing] = 0
                    found["hidden"][other + indicator.wing] = 0
                    found[name][other + indicator.wing] = sign
    return found
