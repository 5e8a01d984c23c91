"""What happened while nobody watched is told afterwards: all of it, once, and as missed."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.test_manager import Above, Always
from tests.fakes import BTC_1M, ETH_1M, MINUTE, Core, FakeAlertLog, candle, update
from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.terms import Evaluate, Terms
from thebot_desktop.analysis.conditions import parse_condition
from thebot_desktop.app.catch_up import LONGEST_WAIT_MS, NOTE_EVERY_MS, CatchUp, moves_between
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import CandleHistory, Origin, TimeTick, Trade, candles_of
from thebot_desktop.domain.signals import AlertType

BTC = BTC_1M.symbol


class Above100(Rule, frozen=True):
    """Speaks of each candle that closes above 100."""

    title = "Above 100"

    def check(self, moment):
        return Verdict(AlertType.INFO, "above") if moment.price > 100 else None


class LooksAside(Above100, frozen=True):
    """And would look at another symbol."""

    @property
    def others(self):
        return ((ETH_1M.symbol, None),)


class Broken(Rule, frozen=True):
    title = "Broken"

    def check(self, moment):
        raise ZeroDivisionError


class Log(FakeAlertLog):
    """The alert log, and until when was watched; it outlives runs."""

    def __init__(self):
        super().__init__()
        self.prices = {}

    def note_watched(self, prices):
        self.prices.update(prices)

    def watched(self):
        return dict(self.prices)


class Run:
    """One run of the program over a log that outlives it."""

    def __init__(self, log, older=()):
        self.core = core = Core(log)
        core.alerts.restore(log.rules.values(), log.alerts.values())
        self.older = list(older)
        self.loads = []
        self.tasks = []
        self.told = []
        core.alerts.raised.add(self.told.append)
        self.catch_up = CatchUp(
            log,
            self.load,
            stream=core.stream,
            subscriber=core.subscriber,
            alerts=core.alerts,
            signals=core.signals,
            clock=core.clock,
            spawn=lambda name, work: self.tasks.append(asyncio.ensure_future(work)),
            faults=core.faults,
        )
        self.catch_up.restore()

    async def load(self, series, count):
        self.loads.append(count)
        return candles_of(self.older, Origin.HISTORY).last(count)

    async def settle(self):
        while self.tasks:
            await self.tasks.pop(0)

    def arm(self, rule, **fields):
        interval = None if rule.asks_price else BTC_1M.interval
        self.core.alerts.arm(ArmedRule("r", rule, BTC, interval, **fields))

    async def minute(self, number, close):
        """A minute that is watched to its end."""
        self.core.pipeline.apply(update(number, close=close))
        await self.settle()

    async def history(self, closes, first=0):
        """Closed minutes that are found when the program comes to the market."""
        rows = [candle(first + i, close=close) for i, close in enumerate(closes)]
        now = (first + len(rows)) * MINUTE
        self.core.pipeline.apply(CandleHistory(BTC_1M, candles_of(rows, Origin.HISTORY), now))
        await self.settle()

    async def trade(self, number, price, at):
        self.core.pipeline.apply(Trade(BTC, number, price, 1.0, False, at))
        await self.settle()

    async def end(self):
        """As when the program is closed: until when it watched was noted a moment ago."""
        self.core.clock.advance_to(self.core.clock.now() + NOTE_EVERY_MS)
        self.catch_up.note()

    @property
    def alerts(self):
        return [(a.open_time // MINUTE, a.late, a.missed) for a in self.core.alerts.history]


async def first_run(log, rule, **fields):
    """Watches two quiet minutes and is closed."""
    run = Run(log)
    run.arm(rule, **fields)
    await run.history([99.0])
    await run.minute(1, 99.0)
    await run.minute(2, 99.0)
    await run.end()
    assert run.alerts == []


async def test_candles_that_closed_while_the_program_was_closed_are_asked_about_in_order():
    """And told as missed."""
    log = Log()
    await first_run(log, Above100())
    run = Run(log)
    await run.history([99.0, 99.0, 99.0, 101.0, 99.0, 102.0])
    assert run.alerts == [(3, True, True), (5, True, True)]
    assert [a.open_time // MINUTE for a in run.told] == [3, 5]


async def test_what_was_watched_is_not_told_again():
    """The candle that an earlier run told of has the same key; earlier ones are not asked."""
    log = Log()
    run = Run(log)
    run.arm(Above100())
    await run.minute(1, 101.0)
    await run.minute(2, 102.0)
    await run.end()
    again = Run(log)
    await again.history([101.0, 101.0, 102.0, 99.0])
    assert [a.missed for a in again.told] == []


async def test_a_rule_is_not_asked_about_the_time_before_it_was_armed():
    """Though its series was watched long ago for another rule."""
    log = Log()
    await first_run(log, Above(level=1000.0))
    log.rules.clear()
    run = Run(log)
    run.core.clock.advance_to(10 * MINUTE)
    run.arm(Above100())
    await run.history([101.0] * 12)
    assert [number for number, _late, _missed in run.alerts] == [10, 11]


async def test_without_anything_watched_before_nothing_was_missed():
    """The first start of all."""
    run = Run(Log())
    run.arm(Above100())
    await run.history([101.0, 102.0])
    assert run.told == []


async def test_after_a_jump_in_one_run_the_rest_is_asked_about_too():
    """A machine that slept: what the feed brings as history was not watched."""
    run = Run(Log())
    run.arm(Above100())
    await run.history([99.0])
    await run.minute(1, 99.0)
    await run.history([99.0, 101.0, 99.0], first=1)
    assert run.alerts == [(2, True, True)]
    await run.minute(4, 101.0)
    assert run.alerts[-1] == (4, False, False)


async def test_older_candles_are_fetched_where_memory_does_not_reach_back():
    """As many as are needed."""
    log = Log()
    await first_run(log, Above100())
    closes = [99.0, 99.0, 99.0, 101.0, *[99.0] * 30]
    run = Run(log, [candle(i, close=c) for i, c in enumerate(closes)])
    await run.history(closes[20:], first=20)
    assert run.loads == [14 + 18]
    assert run.alerts == [(3, True, True)]


async def test_a_market_that_cannot_be_asked_is_said():
    """And the next history tries again."""
    log = Log()
    await first_run(log, Above100())
    run = Run(log)

    async def refuse(series, count):
        raise TransientFeedError("offline")

    run.load, load = refuse, run.load
    run.catch_up._load = refuse
    await run.history([99.0] * 5, first=20)
    assert [type(e) for e in run.core.reported] == [TransientFeedError]
    run.catch_up._load = load
    run.older = [candle(i, close=101.0 if i == 7 else 99.0) for i in range(25)]
    await run.history([99.0] * 5, first=20)
    assert run.alerts == [(7, True, True)]


async def test_a_rule_that_breaks_is_switched_off_and_the_others_are_asked():
    """As live."""
    log = Log()
    await first_run(log, Above100())
    log.rules["broken"] = ArmedRule("broken", Broken(), BTC, BTC_1M.interval)
    run = Run(log)
    await run.history([99.0, 99.0, 99.0, 101.0])
    assert run.alerts == [(3, True, True)]
    assert not run.core.alerts.armed[-1].enabled


async def test_a_rule_once_per_bar_that_spoke_of_the_forming_candle_is_not_heard_twice():
    """The candle ended while the program was closed."""
    log = Log()
    run = Run(log)
    run.arm(Above100(), terms=Terms(when=Evaluate.EACH_TICK))
    await run.history([99.0])
    await run.minute(1, 99.0)
    run.core.pipeline.apply(update(2, close=101.0, closed=False))
    await run.end()
    assert run.alerts == [(2, False, False)]
    again = Run(log)
    again.core.alerts.restore([], [], {("r", BTC): run.core.alerts.spoke_at("r")})
    await again.history([99.0, 99.0, 101.0, 101.0])
    assert [(a.open_time // MINUTE) for a in again.told] == [3]


async def price_run(log, level, **fields):
    """A rule on the price, which is at 99 when the program is closed in the third minute."""
    run = Run(log)
    run.arm(PriceLevel(level), **fields)
    await run.history([99.0, 99.0])
    await run.trade(1, 99.0, 2 * MINUTE + 10_000)
    await run.end()


async def test_a_level_that_was_crossed_meanwhile_is_told_with_the_minute_it_was():
    """Up in the fifth minute and down in the sixth, though the price is back now."""
    log = Log()
    await price_run(log, 110.0)
    run = Run(log)
    await run.history([99.0, 99.0, 99.0, 99.0, 112.0, 99.0])
    assert run.alerts == []
    await run.trade(9, 98.5, 6 * MINUTE + 1000)
    run.core.pipeline.apply(TimeTick(6 * MINUTE + 2000))
    await run.settle()
    assert run.alerts == [(4, True, True), (5, True, True)]


async def test_the_way_to_the_first_price_counts_where_no_candle_closed_meanwhile():
    """A start in the same minute."""
    log = Log()
    await price_run(log, 110.0)
    run = Run(log)
    await run.history([99.0, 99.0])
    await run.trade(9, 111.0, 2 * MINUTE + 40_000)
    run.core.pipeline.apply(TimeTick(2 * MINUTE + 41_000))
    await run.settle()
    assert run.alerts == [(2, True, True)]
    await run.trade(10, 112.0, 2 * MINUTE + 42_000)
    assert len(run.alerts) == 1


async def test_prices_wait_until_the_candles_reach_the_first_that_is_heard():
    """What is stored is shown first, and ends where watching ended."""
    log = Log()
    await price_run(log, 110.0)
    run = Run(log)
    await run.history([99.0, 99.0])
    await run.trade(9, 98.0, 6 * MINUTE + 1000)
    run.core.pipeline.apply(TimeTick(6 * MINUTE + 2000))
    await run.settle()
    assert run.alerts == []
    await run.history([99.0, 99.0, 99.0, 112.0, 99.0, 99.0])
    assert [number for number, _, _ in run.alerts] == [3, 4]


async def test_a_wick_of_the_minute_in_which_watching_ended_is_no_crossing():
    """It may have been before; only where the minute ended is certain."""
    log = Log()
    await price_run(log, 99.8)
    run = Run(log)
    rows = [candle(0, close=99.0), candle(1, close=99.0), candle(2, close=99.0)]
    assert rows[2].high > 99.8
    await run.history([99.0, 99.0, 99.0])
    await run.trade(9, 99.0, 3 * MINUTE + 1000)
    run.core.pipeline.apply(TimeTick(3 * MINUTE + 2000))
    await run.settle()
    assert run.alerts == []


async def test_what_the_last_run_told_after_its_last_note_is_not_told_again():
    """Killed within seconds of an alert."""
    log = Log()
    await price_run(log, 110.0)
    run = Run(log)
    await run.history([99.0, 99.0])
    await run.trade(2, 99.0, 2 * MINUTE + 20_000)
    await run.trade(3, 111.0, 2 * MINUTE + 21_000)
    assert run.alerts == [(2, False, False)]
    again = Run(log)
    await again.history([99.0, 99.0, 111.0])
    await again.trade(9, 111.5, 3 * MINUTE + 1000)
    again.core.pipeline.apply(TimeTick(3 * MINUTE + 2000))
    await again.settle()
    assert again.told == []


async def test_until_when_was_watched_is_noted_every_few_seconds():
    """Only of symbols that are live."""
    log = Log()
    run = Run(log)
    run.arm(PriceLevel(110.0))
    await run.end()
    assert log.prices == {}
    await run.trade(1, 99.0, 2 * MINUTE)
    run.catch_up.note()
    assert log.prices == {BTC: (99.0, 2 * MINUTE)}


closes = st.lists(st.sampled_from([90.0, 99.0, 101.0, 110.0]), min_size=3, max_size=30)


@pytest.mark.parametrize("rule", [Above100(), Always()])
@given(closes=closes, stop=st.integers(1, 29), start=st.integers(0, 29))
def test_closed_or_not_each_candle_is_told_of_once(rule, closes, stop, start):
    """Whenever the program was closed and opened again: the same alerts as without."""
    stop = min(stop, len(closes) - 1)
    start = min(stop + start, len(closes) - 1)

    async def watched(log, numbers, first):
        run = Run(log)
        if not log.rules:
            run.arm(rule)
        await run.history(closes[:first])
        for number in numbers:
            await run.minute(number, closes[number])
        await run.end()

    async def whole():
        steady, stopped = Log(), Log()
        await watched(steady, range(1, len(closes)), 1)
        await watched(stopped, range(1, stop), 1)
        await watched(stopped, range(start, len(closes)), start)
        return set(steady.alerts), set(stopped.alerts)

    one, other = asyncio.run(whole())
    assert one == other


@given(
    prices=st.lists(st.floats(50, 150), min_size=1, max_size=20),
    begins=st.tuples(st.floats(50, 150), st.integers(0, 20 * MINUTE)),
    away=st.integers(1, 20 * MINUTE),
    ends=st.floats(50, 150),
)
def test_the_moves_lead_without_a_gap_from_one_price_to_the_other(prices, begins, away, ends):
    """Each begins where the one before it ended, in price and in time."""
    rows = candles_of([candle(i, close=p) for i, p in enumerate(prices)], Origin.HISTORY)
    last = ends, begins[1] + away
    moves = list(moves_between(BTC_1M, rows, begins, last))
    price, at = begins
    for move in moves:
        assert (move.previous, move.since) == (price, at + 1)
        assert move.low <= min(move.previous, move.last) <= move.high
        assert at < move.event_time <= last[1]
        price, at = move.last, move.event_time
    assert (price, at) == last


async def test_rules_wait_for_the_other_series_that_they_look_at():
    """What these were is known only when their history has come; not for ever."""
    log = Log()
    run = Run(log)
    condition = parse_condition("close > 100 and ETHUSDT:close > 5", {})
    run.arm(ConditionRule(condition))
    await run.history([99.0])
    await run.minute(1, 99.0)
    await run.minute(2, 99.0)
    await run.end()
    run = Run(log)
    await run.history([99.0, 99.0, 99.0, 101.0, 99.0])
    assert run.alerts == []
    rows = candles_of([candle(i, close=9.0) for i in range(5)], Origin.HISTORY)
    run.core.pipeline.apply(CandleHistory(ETH_1M, rows, 5 * MINUTE))
    run.core.pipeline.apply(TimeTick(5 * MINUTE + 1000))
    await run.settle()
    assert run.alerts == [(3, True, True)]


async def test_a_series_that_never_comes_is_not_waited_for_for_ever():
    """The rule is asked without it."""
    log = Log()
    run = Run(log)
    run.arm(LooksAside())
    await run.history([99.0])
    await run.minute(1, 99.0)
    await run.end()
    run = Run(log)
    await run.history([99.0, 99.0, 99.0, 101.0])
    assert run.alerts == []
    run.core.pipeline.apply(TimeTick(4 * MINUTE + LONGEST_WAIT_MS))
    await run.settle()
    assert run.alerts == [(3, True, True)]


async def test_a_candle_that_closes_before_the_history_is_looked_through_hides_nothing():
    """It is asked about live; what was missed before it is asked about all the same."""
    log = Log()
    await first_run(log, Above100())
    run = Run(log)
    rows = [candle(i, close=c) for i, c in enumerate([99.0, 99.0, 99.0, 101.0])]
    past = CandleHistory(BTC_1M, candles_of(rows, Origin.HISTORY), 4 * MINUTE)
    run.core.pipeline.apply(past)
    run.core.pipeline.apply(update(4, close=102.0))
    await run.settle()
    assert sorted(run.alerts) == [(3, True, True), (4, False, False)]


async def test_a_candle_that_closes_before_the_history_has_come_hides_nothing():
    """Streams are quicker than the answer to a request."""
    log = Log()
    await first_run(log, Above100())
    run = Run(log)
    await run.minute(4, 102.0)
    await run.history([99.0, 99.0, 99.0, 101.0, 102.0])
    assert sorted(run.alerts) == [(3, True, True), (4, False, False)]


async def test_a_second_end_before_the_history_has_come_loses_nothing():
    """A price that is heard already does not mean that what was missed is known."""
    log = Log()
    await first_run(log, Above100())
    run = Run(log)
    await run.trade(1, 99.0, 4 * MINUTE + 500)
    await run.end()
    again = Run(log)
    await again.history([99.0, 99.0, 99.0, 101.0, 99.0])
    assert again.alerts == [(3, True, True)]
