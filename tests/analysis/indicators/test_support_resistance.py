"""Support and resistance, against examples worked by hand and a plain search."""

from __future__ import annotations

import numpy as np

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.support_resistance import WING, SupportResistance
from thebot_desktop.domain.shapes import OPEN_ENDED, Side
from thebot_desktop.domain.signals import Direction


def hills(*tops, reach=6):
    """Prices that rise from 100 to each top and fall back, in equal steps; highs are closes."""
    parts = [
        np.concatenate([np.linspace(100, top, reach + 1), np.linspace(top, 100, reach + 1)[1:-1]])
        for top in tops
    ]
    return series(np.concatenate([*parts, [100.0]]), spread=0.0)


def resistances(candles, **parameters):
    levels = SupportResistance(**parameters).shapes(candles).levels
    return levels[levels["side"] == Side.RESISTANCE]


def test_two_highs_at_about_the_same_price_are_a_resistance():
    """At their mean, from the first of them on, known five candles after the second."""
    candles = hills(110, 110.1, 102)
    (level,) = resistances(candles)
    assert level["price"] == 110.05
    assert level["begin"] == candles.open_time[6]
    assert (level["end"], level["name"], level["minor"]) == (OPEN_ENDED, "Resistance 2×", False)
    values = SupportResistance().compute(candles)["resistance"]
    np.testing.assert_array_equal(np.flatnonzero(np.isfinite(values)), np.arange(23, 37))
    assert 18 + WING == 23


def test_highs_further_apart_than_the_tolerance_are_none():
    """Unless it is made wider."""
    candles = hills(110, 111, 102)
    assert not len(resistances(candles))
    assert len(resistances(candles, tolerance=1.0)) == 1


def test_more_touches_can_be_asked_for():
    """A third high joins the two and makes a new level of three; the old one is over."""
    candles = hills(110, 110.1, 110.05, 102)
    two, three = resistances(candles)
    assert (two["minor"], three["minor"]) == (True, False)
    assert two["end"] == candles.open_time[30 + WING]
    assert three["name"] == "Resistance 3×"
    assert len(resistances(candles, touches=3)) == 1
    assert not len(resistances(candles, touches=4))


def test_a_close_beyond_the_tolerance_ends_it():
    """A wick, or a close within it, does not."""
    candles = hills(110, 110.1, 110.12, 115)
    assert resistances(candles)[-1]["minor"]
    broken = resistances(candles)[-1]["end"]
    at = int(np.searchsorted(candles.open_time, broken))
    assert candles.close[at] > 110.05 * 1.001
    assert (candles.close[30:at] <= 110.1 * 1.001).all()


def test_old_touches_do_not_count():
    """Neither for a new level nor for one that was."""
    candles = hills(110, 102, 103, 104, 105, 106, 110)
    assert not len(resistances(candles))
    (level,) = resistances(candles, period=100)
    assert level["begin"] == candles.open_time[6]
    (over,) = resistances(hills(110, 110, 102, 103, 104, 105, 106), period=30)
    assert over["minor"]


def test_every_level_is_the_mean_of_swings_that_a_plain_search_finds():
    """On prices that wander; supports and resistances."""
    candles = wandering(1500, swing=2.0)
    indicator = SupportResistance(tolerance=0.5)
    for level in indicator.shapes(candles).levels:
        support = level["side"] == Side.SUPPORT
        prices = candles.low if support else candles.high
        sign = -1 if support else 1
        first = int(np.searchsorted(candles.open_time, level["begin"]))
        assert sign * prices[first] == max(sign * prices[first - WING : first + WING + 1])
        near = abs(prices[first] / level["price"] - 1)
        assert near <= 0.005 * 2


def test_support_is_the_mirror_image_of_resistance():
    """The same prices upside down."""
    candles = hills(110, 110.1, 102)
    mirrored = series(200 - candles.close, spread=0.0)
    levels = SupportResistance(tolerance=0.2).shapes(mirrored).levels
    (level,) = levels[levels["side"] == Side.SUPPORT]
    assert level["price"] == 200 - 110.05


def test_a_support_that_holds_buys_and_a_resistance_that_holds_sells():
    """The reason names the level."""
    candles = wandering(4000, swing=2.0)
    indicator = SupportResistance(tolerance=0.3)
    signals = list(indicator.signals(BTC_1M, candles, indicator.compute(candles), 0))
    sides = {(s.direction, s.reason.split(" at ")[0]) for s in signals}
    assert sides == {(Direction.BUY, "Support"), (Direction.SELL, "Resistance")}
