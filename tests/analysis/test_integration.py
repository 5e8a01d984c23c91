"""Which indicators are in use on which series, and their results."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.analysis.indicators.keltner import Keltner
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers

ETH_1M = SeriesKey(Symbol("ETHUSDT"), Interval.M1)
LONG = wandering(1000)


class Fragile(Rsi, frozen=True):
    """Breaks at a price nobody expected."""

    broken_by = [False]

    def open(self, candles):
        if self.broken_by[0]:
            raise ArithmeticError("no such price")
        return super().open(candles)


@pytest.fixture
def faults():
    return []


@pytest.fixture
def factory(faults):
    observers = Observers()
    observers.add(faults.append)
    Fragile.broken_by[0] = False
    return IndicatorIntegrationFactory(observers)


def test_results_come_in_the_order_they_were_asked_for(factory):
    """Each once, whoever asked for it."""
    factory.use(BTC_1M, [Keltner(), Rsi()])
    factory.use(BTC_1M, [Rsi(), Rsi(7)])
    results = factory.compute(BTC_1M, LONG, closed=True)
    assert [r.indicator for r in results] == [Keltner(), Rsi(), Rsi(7)]
    assert factory.compute(ETH_1M, LONG, closed=True) == ()


def test_one_is_computed_until_the_last_lets_go(factory):
    """Letting go twice counts once."""
    first = factory.use(BTC_1M, [Rsi()])
    second = factory.use(BTC_1M, [Rsi(), Keltner()])
    first()
    first()
    assert factory.in_use(BTC_1M) == (Rsi(), Keltner())
    second()
    assert factory.in_use(BTC_1M) == ()
    factory.use(BTC_1M, [Keltner()])
    assert factory.in_use(BTC_1M) == (Keltner(),)


def test_a_result_stays_the_same_object_while_only_the_newest_value_changes(factory):
    """Nothing is built anew for a price that moves."""
    factory.use(BTC_1M, [Rsi()])
    (before,) = factory.compute(BTC_1M, LONG, closed=False)
    (after,) = factory.compute(BTC_1M, LONG, closed=False)
    assert after is before


def test_after_a_stretch_was_repaired_values_are_those_of_the_repaired_candles(factory):
    """Candles that changed before the newest are computed anew."""
    factory.use(BTC_1M, [Rsi()])
    candles = LONG.copied()
    factory.compute(BTC_1M, candles, closed=True)
    candles.close[500:900] *= 1.01
    factory.start_anew(BTC_1M)
    (result,) = factory.compute(BTC_1M, candles, closed=True)
    assert result.values["real"].tolist()[900:] == Rsi().compute(candles)["real"].tolist()[900:]


def test_one_that_breaks_is_switched_off_and_named_the_others_go_on(factory, faults):
    """It is told once, its result carries the error, and it stays off over new history."""
    factory.use(BTC_1M, [Fragile(), Keltner()])
    Fragile.broken_by[0] = True
    for _ in range(3):
        factory.start_anew(BTC_1M)
        broken, fine = factory.compute(BTC_1M, LONG, closed=True)
        assert broken.error is faults[0]
        assert broken.values == {}
        assert fine.error is None
    assert len(faults) == 1
    assert "RSI(14) on" in faults[0].user_message
    assert "no such price" in str(faults[0])


def test_one_that_was_switched_off_gets_another_chance(factory):
    """``switch_on`` is what a button does."""
    factory.use(BTC_1M, [Fragile()])
    Fragile.broken_by[0] = True
    factory.compute(BTC_1M, LONG, closed=True)
    Fragile.broken_by[0] = False
    factory.switch_on(BTC_1M, Fragile())
    (result,) = factory.compute(BTC_1M, LONG, closed=True)
    assert result.error is None
    assert len(result.values["real"]) == len(LONG)


def test_signals_that_break_switch_their_indicator_off(factory, faults):
    """Its values are not trusted either."""

    class Mute(Rsi, frozen=True):
        def signals(self, series, candles, values, start):
            raise KeyError("nothing to say")

    factory.use(BTC_1M, [Mute()])
    results = factory.compute(BTC_1M, LONG, closed=True)
    assert factory.signals(BTC_1M, LONG, results, 0) == ()
    (result,) = factory.compute(BTC_1M, LONG, closed=True)
    assert result.error is faults[0]


def test_an_indicator_that_needs_another_symbol_gets_its_candles(faults):
    """Of the same interval; without any it says whom it waits for."""
    known = {}
    observers = Observers()
    observers.add(faults.append)
    factory = IndicatorIntegrationFactory(
        observers, lambda key, closed: known.get(key, LONG.upto(0))
    )
    factory.use(BTC_1M, [Correlation("ETHUSDT"), Rsi()])
    (result, other) = factory.compute(BTC_1M, LONG, closed=True)
    assert result.waiting == ("ETHUSDT",)
    assert other.waiting == ()
    known[ETH_1M] = wandering(1000, seed=9)
    (again, _) = factory.compute(BTC_1M, LONG, closed=True)
    assert again.waiting == ()
    factory.start_anew(ETH_1M)
    (result, _) = factory.compute(BTC_1M, LONG, closed=True)
    expected = Correlation("ETHUSDT").compute_with(LONG, {"ETHUSDT": known[ETH_1M]})
    np.testing.assert_array_equal(result.values["real"], expected["real"])
    assert factory.paired_with(ETH_1M) == (BTC_1M,)
    assert factory.paired_with(SeriesKey(ETH_1M.symbol, Interval.H1)) == ()
    assert faults == []
