"""The live feed: sockets and REST together, in order and without holes."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, FakeHistory, binance_message, candle, update
from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds import live, series_line
from thebot_desktop.adapters.feeds.live import LiveFeed, newest_only
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.domain.errors import DecodeError, TransientFeedError, UnknownSymbolError
from thebot_desktop.domain.market import (
    CandleHistory,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    FeedGap,
    Origin,
    Quote,
    Symbol,
    Ticker,
    TimeTick,
    Trade,
    candles_of,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

BTC = Subscriptions(series=frozenset({BTC_1M}))
TICKER = {"e": "24hrMiniTicker", "E": 10 * MINUTE, "s": "BTCUSDT"} | dict.fromkeys("cohlvq", "1")
BOTH = Subscriptions(series=frozenset({BTC_1M, ETH_1M}))

pytestmark = pytest.mark.usefixtures("no_tasks_left")


class Rig:
    """A feed at work against a stream server and a list of candles; remembers what it says."""

    def __init__(self, server, config=None):
        self.server = server
        self.history = FakeHistory(candle(i) for i in range(10))
        self.faults = []
        self.events = []
        self.loads = []
        self.load = self._load
        observers = Observers()
        observers.add(self.faults.append)
        self.clock = SimulatedClock(UnixMs(10 * MINUTE))
        sockets = WebSocketManager(
            server.url, Binance(), config or WebSocketConfig(), self.clock, jitter=lambda: 0.0
        )
        self.feed = LiveFeed(
            Binance(), sockets, self.history, lambda s: self.load(s), self.clock, observers
        )

    async def __aenter__(self):
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_):
        await self.feed.aclose()
        await self._task

    async def _listen(self):
        async for event in self.feed.events():
            self.events.append(event)

    async def _load(self, series):
        self.loads.append(series)
        return candles_of(list(self.history.rows), Origin.HISTORY)

    def of(self, kind):
        return [e for e in self.events if isinstance(e, kind)]

    def closed(self, series=BTC_1M):
        """Numbers of the closed candles delivered after history, in order."""
        updates = self.of(CandleUpdate)
        return [u.candle.open_time // MINUTE for u in updates if u.series == series and u.closed]

    def state(self):
        changes = self.of(ConnectionChange)
        return changes[-1].state if changes else None

    async def live(self):
        await until(lambda: self.state() is ConnectionState.LIVE)

    async def send(self, *updates):
        await self.server.send(*(binance_message(u).decode() for u in updates))


@pytest.fixture
async def server():
    made = await StreamServer().start()
    yield made
    await made.stop()


@pytest.fixture
async def rig(server):
    async with Rig(server) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch):
    """No waiting for candles that REST does not show."""
    monkeypatch.setattr(series_line, "PATIENCE", (0.05, 0.05))


async def test_history_comes_first_then_the_stream(rig):
    """A series begins with its closed candles; live updates follow without a seam."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    await rig.send(update(10, closed=False), update(10), update(11, closed=False))
    await until(lambda: len(rig.of(CandleUpdate)) == 3)
    kinds = [type(e) for e in rig.events if isinstance(e, CandleHistory | CandleUpdate)]
    assert kinds == [CandleHistory, CandleUpdate, CandleUpdate, CandleUpdate]
    assert len(rig.of(CandleHistory)[0].candles) == 10
    assert rig.closed() == [10]
    assert not rig.of(FeedGap)


async def test_updates_that_arrive_while_history_loads_are_kept_and_not_doubled(rig):
    """The stream is opened first; what history already contains is not delivered again."""
    go_on = asyncio.Event()

    async def slow(_series):
        await go_on.wait()
        return candles_of([candle(i) for i in range(12)], Origin.HISTORY)

    rig.load = slow
    rig.feed.subscribe(BTC)
    await rig.live()
    await rig.send(update(9), update(10, closed=False), update(10), update(11), update(12))
    await until(lambda: rig.feed.statistics.messages >= 6)
    assert not rig.of(CandleUpdate)
    go_on.set()
    await until(lambda: rig.closed()[-1:] == [12])
    (history,) = rig.of(CandleHistory)
    delivered = [t // MINUTE for t in history.candles.open_time.tolist()] + rig.closed()
    assert delivered == list(range(13))


async def test_a_hole_between_history_and_stream_is_repaired_first(rig):
    """Candles that closed in between are fetched before anything newer is delivered."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    rig.history.rows = [candle(i) for i in range(13)]
    await rig.send(update(13, closed=False))
    await until(lambda: len(rig.of(CandleUpdate)) == 4)
    assert rig.closed() == [10, 11, 12]
    assert {u.origin for u in rig.of(CandleUpdate) if u.closed} == {Origin.REPAIRED}
    found, filled = rig.of(FeedGap)
    assert (found.first, found.last, found.filled) == (10 * MINUTE, 12 * MINUTE, False)
    assert (filled.filled, filled.recovered) == (True, 3)
    assert rig.feed.statistics.candles_repaired == 3


async def test_a_cut_leaves_no_hole_and_no_double(rig):
    """After a reconnect what was missed is fetched; nothing comes twice."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    await rig.send(update(10), update(11, closed=False))
    await until(lambda: rig.closed() == [10])
    rig.server.cut()
    await until(lambda: rig.state() is not ConnectionState.LIVE)
    rig.history.rows = [candle(i) for i in range(15)]
    await rig.live()
    await until(lambda: rig.server.subscribed.count("btcusdt@kline_1m") == 2)
    await rig.send(update(14), update(15, closed=False))
    await until(lambda: rig.closed()[-1:] == [14])
    assert rig.closed() == list(range(10, 15))
    assert rig.feed.statistics.reconnects == 1


async def test_rest_that_lags_behind_is_asked_again(rig, monkeypatch):
    """The newest candle may appear by REST a moment later than its end."""
    monkeypatch.setattr(series_line, "PATIENCE", (0.1, 5.0))
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    await rig.send(update(11, closed=False))
    await until(lambda: rig.history.requests)
    rig.history.rows.append(candle(10))
    await until(lambda: rig.closed() == [10])


@pytest.mark.usefixtures("impatient")
async def test_what_the_exchange_never_had_does_not_hold_up_the_series(rig):
    """After some tries a missing candle is a hole of the exchange; flat ones bridge it."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    await rig.send(update(12), update(13, closed=False))
    await until(lambda: rig.closed() == [10, 11, 12])
    bridge = [u for u in rig.of(CandleUpdate) if u.closed][:2]
    assert {u.origin for u in bridge} == {Origin.EXCHANGE_HOLE}
    assert {u.candle.close for u in bridge} == {candle(9).close}
    filled = rig.of(FeedGap)[-1]
    assert (filled.filled, filled.recovered) == (True, 0)
    assert not rig.of(CandleUpdate)[-1].closed


async def test_an_unreachable_rest_holds_up_only_what_needs_it(rig):
    """The other series stay live; once REST is back the repair goes through."""
    rig.feed.subscribe(BOTH)
    await rig.live()
    await until(lambda: len(rig.of(CandleHistory)) == 2)
    rig.history.offline = True
    await rig.send(update(12), update(10, series=ETH_1M), update(11, series=ETH_1M))
    await until(lambda: rig.closed(ETH_1M) == [10, 11])
    assert rig.closed() == []
    await until(lambda: rig.state() is ConnectionState.DELAYED)
    assert "cannot be fetched" in rig.of(ConnectionChange)[-1].reason
    rig.history.rows = [candle(i) for i in range(12)]
    rig.history.offline = False
    await until(lambda: rig.closed() == [10, 11, 12])
    await rig.live()


async def test_history_that_cannot_be_loaded_is_tried_again_and_said(rig):
    """Offline at the start: the state says why, and loading goes on until it works."""
    failures = [TransientFeedError(user_message="No network.")] * 2

    async def flaky(_series):
        if failures:
            raise failures.pop()
        return candles_of([candle(0)], Origin.HISTORY)

    rig.load = flaky
    rig.feed.subscribe(BTC)
    await until(lambda: rig.of(CandleHistory))
    reasons = [c.reason for c in rig.of(ConnectionChange) if c.state is ConnectionState.OFFLINE]
    assert any("No network." in reason for reason in reasons)
    await rig.live()


async def test_an_unknown_symbol_is_reported_once_and_not_tried_again(rig):
    """A typing error is no reason to knock for ever."""
    tries = []

    async def unknown(series):
        tries.append(series)
        raise UnknownSymbolError(user_message="The exchange does not know “BTCUSDT”.")

    rig.load = unknown
    rig.feed.subscribe(BTC)
    await until(lambda: rig.faults)
    await rig.live()
    await until(lambda: len(rig.of(TimeTick)) == 2)
    assert len(tries) == len(rig.faults) == 1


async def test_a_candle_whose_end_never_came_is_fetched(rig, monkeypatch):
    """A starved stream on a living socket: the market's clock shows that a candle is overdue."""
    monkeypatch.setattr(series_line, "OVERDUE_MS", 2_000)
    rig.feed.subscribe(BOTH)
    await rig.live()
    await until(lambda: len(rig.of(CandleHistory)) == 2)
    await rig.send(update(10, closed=False))
    rig.history.rows.append(candle(10))
    await rig.send(update(10, series=ETH_1M), update(11, series=ETH_1M))
    await until(lambda: rig.closed() == [10])
    assert rig.of(FeedGap)[-1].recovered == 1
    await rig.send(update(10), update(11))
    await until(lambda: rig.closed() == [10, 11])


async def test_only_what_is_wanted_is_delivered(rig):
    """Heartbeats, late messages and other symbols stay outside; trades come once."""
    one = Symbol("ETHUSDT")
    wanted = Subscriptions(
        tickers=frozenset({one}), trades=frozenset({one}), quotes=frozenset({one})
    )
    rig.feed.subscribe(wanted)
    await rig.live()
    for symbol in ("BTCUSDT", "ETHUSDT"):
        mini = {"e": "24hrMiniTicker", "E": 1, "s": symbol, **dict.fromkeys("cohlvq", "1")}
        trade = {
            "e": "aggTrade",
            "E": 1,
            "s": symbol,
            "a": 7,
            "p": "1",
            "q": "1",
            "T": 1,
            "m": True,
        }
        book = {"u": 1, "s": symbol, **dict.fromkeys("bBaA", "1")}
        for data in (mini, trade, trade, book):
            await rig.server.send(json.dumps({"stream": "x", "data": data}))
    await until(lambda: rig.of(Quote))
    assert [len(rig.of(kind)) for kind in (Ticker, Trade, Quote)] == [1, 1, 1]
    assert {e.symbol for e in rig.of(Ticker | Trade | Quote)} == {one}


async def test_a_series_that_is_let_go_falls_silent_and_begins_anew_when_wanted_again(rig):
    """Unsubscribing drops the line; opening it again starts with history."""
    rig.feed.subscribe(BOTH)
    await rig.live()
    await until(lambda: len(rig.of(CandleHistory)) == 2)
    rig.feed.subscribe(Subscriptions(series=frozenset({ETH_1M})))
    await rig.send(update(10), update(10, series=ETH_1M))
    await until(lambda: rig.closed(ETH_1M) == [10])
    assert rig.closed() == []
    rig.feed.subscribe(BOTH)
    await until(lambda: len(rig.of(CandleHistory)) == 3)
    assert rig.of(CandleHistory)[-1].series == BTC_1M


async def test_nonsense_is_counted_skipped_and_reported_at_most_once_a_minute(rig):
    """Garbage between good messages costs nothing but a number."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    await rig.server.send("garbage", "{}", '{"stream":"x","data":{"e":"kline"}}')
    await rig.send(update(10))
    await until(lambda: rig.closed() == [10])
    assert rig.feed.statistics.decode_errors == 3
    (report,) = rig.faults
    assert isinstance(report, DecodeError)


async def test_a_refused_subscription_is_a_fault(rig):
    """Too many streams: the exchange's words reach the person."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await rig.server.send('{"error":{"code":4,"msg":"Too many subscriptions"},"id":1}')
    await until(lambda: rig.faults)
    assert "Too many subscriptions" in rig.faults[0].user_message


async def test_an_announced_shutdown_leads_to_a_new_connection(rig):
    """The server says that it goes away; nobody waits for that to happen."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await rig.server.send('{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}')
    await until(lambda: rig.server.handshakes == 2)
    await rig.live()


async def test_age_of_the_newest_message_becomes_delayed_and_stale(rig, monkeypatch):
    """A socket that is open but brings nothing is said to be so, and recovers."""
    monkeypatch.setattr(live, "DELAYED_SECONDS", 0.2)
    monkeypatch.setattr(live, "STALE_SECONDS", 1.5)
    rig.feed.subscribe(BTC)
    for state in (ConnectionState.LIVE, ConnectionState.DELAYED, ConnectionState.STALE):
        await until(lambda state=state: rig.state() is state)
    await rig.send(update(10, closed=False))
    await rig.live()


async def test_a_tick_comes_every_second_whatever_the_market_does(rig):
    """Time passes even when nothing happens."""
    await until(lambda: len(rig.of(TimeTick)) >= 2)
    assert rig.state() is ConnectionState.CONNECTING


async def test_a_bug_below_reaches_whoever_iterates(server):
    """An error that is none of ours is not swallowed."""
    rig = Rig(server)

    async def broken(_series):
        raise ZeroDivisionError

    rig.load = broken
    rig.feed.subscribe(BTC)
    with pytest.raises(ZeroDivisionError):
        async for _ in rig.feed.events():
            pass


def test_in_a_crowd_only_the_newest_state_of_a_thing_goes_on():
    """Closed candles and trades are facts and stay; forming candles and quotes are merged."""
    trade = Trade(BTC_1M.symbol, 1, 1.0, 1.0, False, UnixMs(1))
    quotes = [Quote(BTC_1M.symbol, i, 1.0, 1.0, 2.0, 1.0) for i in range(3)]
    events = [
        quotes[0],
        update(1, closed=False),
        trade,
        update(1, close=5.0, closed=False),
        quotes[1],
        update(1),
        update(2, closed=False),
        trade,
        update(2, close=6.0, closed=False),
        quotes[2],
    ]
    assert newest_only(events) == [trade, update(1), trade, events[8], quotes[2]]


async def test_a_starved_stream_is_asked_for_anew_while_its_socket_lives(server, monkeypatch):
    """The heartbeat flows, the candles do not: only they are subscribed again."""
    async with Rig(server, WebSocketConfig(heartbeat_interval=1)) as rig:
        rig.feed.subscribe(BTC)
        await rig.live()

        async def beat():
            while True:
                await server.send(json.dumps({"stream": Binance.heartbeat_stream, "data": TICKER}))
                await asyncio.sleep(0.1)

        task = asyncio.create_task(beat())
        try:
            await until(lambda: any(r["method"] == "UNSUBSCRIBE" for r in server.requests))
            await until(lambda: server.requests[-1]["method"] == "SUBSCRIBE")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert server.requests[-1]["params"] == ["btcusdt@kline_1m"]
        assert server.handshakes == 1
        assert rig.feed.statistics.resubscriptions == 1


async def test_after_a_reconnect_a_missed_candle_is_fetched_without_waiting_for_the_next(
    rig, server
):
    """The close fell into the cut, and nobody has traded since."""
    rig.feed.subscribe(BTC)
    await rig.live()
    await until(lambda: rig.of(CandleHistory))
    rig.history.rows = [candle(i) for i in range(11)]
    rig.clock.advance_to(UnixMs(11 * MINUTE + 1000))
    server.cut()
    await until(lambda: rig.closed() == [10])
    assert rig.of(CandleUpdate)[-1].origin is Origin.REPAIRED


async def test_a_new_connection_ends_the_wait_for_rest(rig, server, monkeypatch):
    """A line that waits half a minute to ask again asks when the network is back."""
    monkeypatch.setattr(series_line, "backoff", lambda _jitter: iter([60.0] * 9))
    rig.history.offline = True

    async def refuse(series):
        rig.loads.append(series)
        return candles_of(await rig.history.candles(series), Origin.HISTORY)

    rig.load = refuse
    rig.feed.subscribe(BTC)
    await until(lambda: rig.loads)
    await until(lambda: server.subscribed)
    rig.history.offline = False
    server.cut()
    await until(lambda: rig.of(CandleHistory))
