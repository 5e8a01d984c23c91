"""The one path of an event."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M, ETH_1M, Core, FakeFeed, candles, update
from tests.market_shapes import wandering
from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.indicators.correlation import Correlation
from thebot_desktop.analysis.indicators.ema_cross import EmaCross
from thebot_desktop.analysis.indicators.rsi import Rsi
from thebot_desktop.analysis.indicators.vwap import Vwap
from thebot_desktop.domain.market import CandleHistory, CandleUpdate, Origin, TimeTick
from thebot_desktop.domain.signals import AlertType, Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs


class Double(Indicator, frozen=True):
    """Twice the close, and a signal on each candle."""

    name = "DOUBLE"
    title = "Double"
    group = "Test"
    outputs = ("real",)
    factor: float = 2.0

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        return {"real": candles.close * self.factor}

    def signals(self, series, candles, values, start):
        return [
            Signal(
                series,
                int(candles.open_time[i]),
                self.label,
                Direction.BUY,
                Strength.WEAK,
                0.5,
                float(candles.close[i]),
                "always",
                int(candles.open_time[i]) + 60_000,
            )
            for i in range(start, len(candles))
        ]


class Broken(Double, frozen=True):
    name = "BROKEN"

    def compute(self, candles):
        raise ZeroDivisionError


async def test_a_feed_is_applied_until_it_ends():
    """Run reads the feed to its end, in order."""
    core = Core()
    seen = []
    core.subscriber.moments.add(lambda m: seen.append(m.open_time))
    await core.pipeline.run(FakeFeed([update(i) for i in range(100)]))
    assert seen == [i * 60_000 for i in range(100)]


def test_a_moment_has_the_values_of_every_indicator_in_use():
    """Two users of one indicator cost one computation, and the last to leave ends it."""
    core = Core()
    first = core.indicators.use(BTC_1M, [Double()])
    second = core.indicators.use(BTC_1M, [Double(), Double(factor=3.0)])
    core.pipeline.apply(update(0, close=10.0))
    moment = core.subscriber.latest(BTC_1M)
    assert [r.latest("real") for r in moment.results] == [20.0, 30.0]
    assert moment.values_of(Double())["real"][-1] == 20.0
    second()
    core.pipeline.apply(update(1))
    assert len(core.subscriber.latest(BTC_1M).results) == 1
    first()
    core.pipeline.apply(update(2))
    assert core.subscriber.latest(BTC_1M).results == ()


def test_indicators_of_a_forming_candle_are_computed_only_for_who_looks():
    """A thousand ticks between two frames cost one computation, with the newest price."""
    core, computed = Core(), []

    class Counting(Double, frozen=True):
        name = "COUNTING"

        def compute(self, candles):
            computed.append(float(candles.close[-1]))
            return super().compute(candles)

    core.indicators.use(BTC_1M, [Counting()])
    core.pipeline.apply(update(0))
    computed.clear()
    for price in range(1, 1000):
        core.pipeline.apply(update(1, close=price, closed=False))
    assert computed == []
    moment = core.subscriber.latest(BTC_1M)
    assert moment.values_of(Counting())["real"][-1] == 1998.0
    assert moment.results[0].latest("real") == 1998.0
    assert computed == [999.0]
    core.pipeline.apply(update(1, close=5.0))
    assert computed == [999.0, 5.0]


def test_a_forming_candle_moves_values_but_gives_no_signal():
    """Only a closed candle may signal, and once."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(1, close=500.0, closed=False))
    moment = core.subscriber.latest(BTC_1M)
    assert moment.results[0].latest("real") == 1000.0
    assert moment.signals == ()
    core.pipeline.apply(update(1, close=600.0))
    assert len(core.signals.get_signals()) == 2


def test_a_history_gives_its_signals_without_raising_alerts():
    """What was signalled before is known, in one moment."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    core.pipeline.apply(CandleHistory(BTC_1M, candles(30), 0))
    moment = core.subscriber.latest(BTC_1M)
    assert moment.history
    assert moment.origin is Origin.HISTORY
    assert len(core.signals.get_signals()) == 30
    core.pipeline.apply(CandleHistory(BTC_1M, candles(30), 0))
    assert len(core.signals.get_signals()) == 30


def test_changed_indicators_are_seen_without_waiting_for_a_message():
    """refresh computes and shows the series again."""
    core = Core()
    core.pipeline.apply(update(0))
    core.indicators.use(BTC_1M, [Double()])
    core.pipeline.refresh(BTC_1M)
    assert len(core.subscriber.latest(BTC_1M).results) == 1


def test_a_broken_indicator_is_switched_off_and_says_so():
    """One bad plug-in costs its own output and one fault; it can be given another chance."""
    core = Core()
    core.indicators.use(BTC_1M, [Broken(), Double()])
    core.pipeline.apply(update(0))
    core.pipeline.apply(update(1))
    broken, good = core.subscriber.latest(BTC_1M).results
    assert len(core.reported) == 1
    assert "BROKEN" in broken.error.user_message
    assert good.error is None
    core.indicators.switch_on(BTC_1M, Broken())
    core.pipeline.apply(update(2))
    assert len(core.reported) == 2


def test_a_stale_candle_is_told_to_nobody():
    """What changes nothing is no event for those who listen."""
    core = Core()
    told = []
    core.subscriber.closed_candles.add(told.append)
    core.pipeline.apply(update(3))
    core.pipeline.apply(update(2))
    assert [u.candle.open_time for u in told] == [3 * 60_000]


def test_the_market_clock_follows_the_events():
    """In a replay time is what the events say."""
    core = Core()
    core.pipeline.apply(TimeTick(123_456))
    assert core.clock.now() == 123_456


def test_values_are_nan_free_views_of_the_right_length():
    """Results are as long as the candles."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    for index in range(50):
        core.pipeline.apply(update(index))
    moment = core.subscriber.latest(BTC_1M)
    values = moment.values_of(Double())["real"]
    assert len(values) == len(moment.candles)
    assert not np.isnan(values).any()


def test_a_filler_is_computed_but_gives_no_signal():
    """Flat candles where the exchange has none are no opinion, live or in a history."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    past = candles(10)
    past.origin[4:7] = Origin.EXCHANGE_HOLE
    core.pipeline.apply(CandleHistory(BTC_1M, past, 600_000))
    moment = core.subscriber.latest(BTC_1M)
    assert [s.open_time // 60_000 for s in moment.signals] == [0, 1, 2, 3, 7, 8, 9]
    core.pipeline.apply(update(10, origin=Origin.EXCHANGE_HOLE))
    moment = core.subscriber.latest(BTC_1M)
    assert moment.is_filler
    assert moment.signals == ()
    assert moment.values_of(Double())["real"][-1] == 2 * moment.price
    core.pipeline.apply(update(11, origin=Origin.NO_TRADES))
    assert len(core.subscriber.latest(BTC_1M).signals) == 1


def test_a_forming_candle_tells_what_its_signals_would_be():
    """Only to who looks, and nobody keeps them."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    core.pipeline.apply(CandleHistory(BTC_1M, candles(20), 20 * 60_000))
    core.pipeline.apply(update(20, closed=False))
    moment = core.subscriber.latest(BTC_1M)
    assert moment.signals == ()
    assert [s.open_time for s in moment.provisional] == [20 * 60_000]
    assert 20 * 60_000 not in {s.open_time for s in core.signals.get_signals()}
    core.pipeline.apply(update(20, closed=True))
    closed = core.subscriber.latest(BTC_1M)
    assert list(closed.provisional) == []
    assert [s.open_time for s in closed.signals] == [20 * 60_000]


@pytest.mark.parametrize("first", [BTC_1M, ETH_1M], ids=["own first", "other first"])
@pytest.mark.parametrize("ticks", [False, True], ids=["between closes", "after the next began"])
def test_signals_that_need_another_symbol_are_the_same_in_whatever_order(first, ticks):
    """Its candle of the same time may come before or after; nothing is missing or told twice."""
    core, own, other = Core(), wandering(120, seed=1), wandering(120, seed=2)
    indicator = Correlation("ETHUSDT", 5, level=0.0)
    core.indicators.use(BTC_1M, [indicator])
    core.alerts.arm(ArmedRule("r", AnySignal(), BTC_1M.symbol, BTC_1M.interval))
    raised, told = [], []
    core.alerts.raised.add(raised.append)
    core.subscriber.moments.add(lambda m: told.extend(m.signals))
    second = ETH_1M if first is BTC_1M else BTC_1M
    rows = {BTC_1M: own, ETH_1M: other}
    for at in range(120):
        core.pipeline.apply(_closed(first, rows[first].at(at)))
        if ticks and at < 119:
            core.pipeline.apply(_forming(first, rows[first].at(at + 1)))
        core.pipeline.apply(_closed(second, rows[second].at(at)))
    values = indicator.compute_with(own, {"ETHUSDT": other})
    expected = list(indicator.signals(BTC_1M, own, values, 0))
    assert len(expected) > 3
    assert told == expected
    assert list(core.signals.get_signals(symbol=BTC_1M.symbol))[::-1] == expected
    assert [alert.open_time for alert in raised] == [s.open_time for s in expected]
    newest = core.subscriber.latest(BTC_1M).values_of(indicator)
    np.testing.assert_array_equal(newest["real"], values["real"])


class AnySignal(Rule, frozen=True):
    title = "Any signal"

    def check(self, moment):
        return Verdict(AlertType.INFO, "signal") if moment.signals else None


def _closed(key, one):
    end = UnixMs(one.open_time + 60_000)
    return CandleUpdate(key.symbol, key.interval, one, True, end)


def _forming(key, one):
    at = UnixMs(one.open_time + 50)
    return CandleUpdate(key.symbol, key.interval, one, False, at)


def test_older_candles_bring_no_signal_of_the_forming_one():
    """A chart is scrolled back while a candle forms: what it may still become is not kept."""
    core = Core()
    core.indicators.use(BTC_1M, [Double()])
    core.pipeline.apply(CandleHistory(BTC_1M, candles(50).last(10), UnixMs(0)))
    core.pipeline.apply(update(50, closed=False))
    core.pipeline.apply(CandleHistory(BTC_1M, candles(40), UnixMs(0)))
    assert not core.subscriber.latest(BTC_1M).closed
    kept = {s.open_time for s in core.signals.get_signals()}
    assert kept == {i * 60_000 for i in range(50)}


def test_an_indicator_that_is_added_while_a_candle_forms_speaks_of_closed_ones():
    """Crossings of the close and a line are sought as far as candles have closed, and found."""
    core = Core()
    core.pipeline.apply(CandleHistory(BTC_1M, wandering(300), UnixMs(0)))
    core.pipeline.apply(update(300, close=100.0, closed=False))
    core.indicators.use(BTC_1M, [Vwap()])
    core.pipeline.refresh(BTC_1M)
    [result] = core.subscriber.latest(BTC_1M).results
    assert result.error is None
    assert core.signals.get_signals()
    assert not [s for s in core.signals.get_signals() if s.open_time >= 300 * 60_000]


def test_signals_of_the_past_do_not_depend_on_where_the_history_begins():
    """Of the same candles with more before them, the later part says the same."""
    long = wandering(3000)
    whole = past_signals_of(long)
    assert {source for source, _ in whole} == {"EMACROSS(20,50)", "RSI(14)"}
    for count in range(400, 2900, 100):
        assert past_signals_of(long.last(count)) <= whole


def past_signals_of(known):
    """Source and open time of each."""
    core = Core()
    core.indicators.use(BTC_1M, [EmaCross(), Rsi()])
    core.pipeline.apply(CandleHistory(BTC_1M, known, UnixMs(0)))
    return {(s.source, s.open_time) for s in core.signals.get_signals()}
