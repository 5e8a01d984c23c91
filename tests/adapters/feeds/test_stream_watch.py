"""Streams are judged by the age of what they brought."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import BTC_1M, MINUTE, FakeHistory, candle
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds import stream_watch
from thebot_desktop.adapters.feeds.stream_watch import StreamWatch
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.ports import Subscriptions

BTC = Symbol("BTCUSDT")
WANTED = Subscriptions(series=frozenset({BTC_1M}), tickers=frozenset({BTC}))
KLINE, TICKER = "btcusdt@kline_1m", "btcusdt@miniTicker"
HEARTBEAT = 30.0


class Rig:
    """A watch with a clock of its own; notes what it asks for."""

    def __init__(self, monkeypatch):
        self.now = 1000.0
        self.on_the_way = []
        monkeypatch.setattr(stream_watch, "monotonic", lambda: self.now)
        monkeypatch.setattr(stream_watch, "sleep", self._sleep)
        self.clock = SimulatedClock(UnixMs(100 * MINUTE))
        self.history = FakeHistory()
        self.asked, self.replaced, self.jobs = [], [], []
        self.watch = StreamWatch(
            Binance(),
            self.history,
            self.clock,
            heartbeat=HEARTBEAT,
            resubscribe=self._resubscribe,
            replace=lambda _reason, names: self.replaced.append(sorted(names)),
            spawn=self.jobs.append,
        )
        self.watch.follow(WANTED)

    async def _sleep(self, seconds):
        self.now += seconds
        self.hear(*self.on_the_way)

    def _resubscribe(self, names):
        self.asked.append(sorted(names))
        return set(self.asked[-1])

    def hear(self, *streams):
        for stream in streams:
            stream.heard_at = self.now

    async def pass_time(self, seconds, *, heard=()):
        """Second by second, as the feed does; ``heard`` bring something all the time."""
        for _ in range(int(seconds)):
            self.now += 1
            self.clock.advance_to(UnixMs(self.clock.now() + 1000))
            self.hear(*heard)
            self.watch.check()
            jobs, self.jobs[:] = list(self.jobs), []
            await asyncio.gather(*jobs)

    def trade(self, minutes=10):
        """There was trade in each of the minutes to come."""
        self.history.rows = [candle(i) for i in range(100, 100 + minutes)]


@pytest.fixture
def rig(monkeypatch):
    return Rig(monkeypatch)


async def test_streams_that_flow_are_left_alone(rig):
    """An hour of data: nothing is asked."""
    both = [rig.watch.candles[BTC_1M], rig.watch.tickers[BTC]]
    await rig.pass_time(3600, heard=both)
    assert (rig.asked, rig.replaced, rig.history.requests) == ([], [], [])


async def test_a_silent_stream_is_asked_for_anew_while_others_flow(rig):
    """After one heartbeat, and only that one."""
    await rig.pass_time(HEARTBEAT, heard=[rig.watch.tickers[BTC]])
    assert rig.asked == []
    await rig.pass_time(1, heard=[rig.watch.tickers[BTC]])
    assert rig.asked == [[KLINE]]
    assert rig.watch.resubscriptions == 1


async def test_a_stream_that_stays_silent_although_there_is_trade_gets_a_new_connection(rig):
    """REST knows of candles with trades in them since the stream fell silent."""
    rig.trade()
    await rig.pass_time(200, heard=[rig.watch.tickers[BTC]])
    assert rig.asked == [[KLINE]]
    assert rig.replaced[0] == [KLINE]


async def test_what_a_trade_brings_may_still_be_on_the_way(rig):
    """A symbol that trades once a minute is no reason for a new connection."""
    rig.trade()
    rig.on_the_way = [rig.watch.tickers[BTC]]
    await rig.pass_time(3 * HEARTBEAT, heard=[rig.watch.candles[BTC_1M]])
    assert TICKER in rig.asked[0]
    assert rig.replaced == []


async def test_trades_on_another_stream_are_evidence_enough(rig):
    """Nobody has to ask REST when the symbol's trades are heard."""
    rig.watch.follow(
        Subscriptions(series=WANTED.series, tickers=WANTED.tickers, trades=frozenset({BTC}))
    )
    flowing = [rig.watch.tickers[BTC], rig.watch.trades[BTC]]
    await rig.pass_time(2 * HEARTBEAT + 5, heard=flowing)
    assert rig.replaced == [[KLINE]]
    assert rig.history.requests == []


async def test_a_symbol_that_nobody_trades_is_asked_for_ever_more_seldom(rig):
    """An hour of silence costs a few requests and no connection."""
    await rig.pass_time(3600)
    assert rig.asked == [[KLINE, TICKER]]
    assert rig.replaced == []
    assert len(rig.history.requests) < 30


async def test_a_stream_that_comes_back_starts_anew(rig):
    """The next silence is the first again."""
    await rig.pass_time(HEARTBEAT + 2, heard=[rig.watch.tickers[BTC]])
    await rig.pass_time(5, heard=[rig.watch.tickers[BTC], rig.watch.candles[BTC_1M]])
    await rig.pass_time(HEARTBEAT + 2, heard=[rig.watch.tickers[BTC]])
    assert rig.asked == [[KLINE], [KLINE]]
    assert rig.replaced == []


async def test_an_exchange_that_cannot_be_asked_is_no_evidence(rig):
    """Without an answer nothing is replaced."""
    rig.history.offline = True
    await rig.pass_time(300)
    assert rig.replaced == []


async def test_streams_nobody_wants_any_more_are_forgotten(rig):
    """What was let go is not asked for."""
    rig.watch.follow(Subscriptions())
    await rig.pass_time(300)
    assert rig.asked == []


async def test_a_new_connection_gives_every_stream_its_time(rig):
    """Silence from before a reconnect does not count."""
    await rig.pass_time(HEARTBEAT - 1)
    rig.watch.restart()
    await rig.pass_time(HEARTBEAT - 1)
    assert rig.asked == []
