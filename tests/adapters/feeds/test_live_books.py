"""Order books and trades through sockets and REST, as the program hears them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest

from tests.fakes import FakeAlertLog, FakeHistory
from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds import book_line
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.alerts.manager import AlertConfig, AlertManager
from thebot_desktop.alerts.moves import Crossing
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.domain.market import BookGap, BookSnapshot, BookUpdate, Symbol, Trade
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

BTC = Symbol("BTCUSDT")

pytestmark = pytest.mark.usefixtures("no_tasks_left")


class History(FakeHistory):
    """Knows every trade up to ``newest`` and one order book."""

    def __init__(self):
        super().__init__()
        self.prices = {}
        self.book_id = 100

    async def trades(self, symbol, from_id, limit=1000):
        numbers = sorted(n for n in self.prices if n >= from_id)[:limit]
        return [Trade(symbol, n, self.prices[n], 1.0, False, UnixMs(n)) for n in numbers]

    async def book(self, symbol, limit=1000):
        return BookSnapshot(symbol, self.book_id, ((99.0, 1.0),), ((101.0, 1.0),))


def trade(number, price):
    data = {"e": "aggTrade", "E": number, "s": BTC, "a": number, "p": str(price), "q": "1"}
    data |= {"f": number, "l": number, "T": number, "m": False, "M": True}
    return json.dumps({"stream": "btcusdt@aggTrade", "data": data})


def depth(first, last, bids=()):
    data = {"e": "depthUpdate", "E": last, "s": BTC, "U": first, "u": last}
    data |= {"b": [[str(p), str(q)] for p, q in bids], "a": []}
    return json.dumps({"stream": "btcusdt@depth@100ms", "data": data})


@asynccontextmanager
async def listening(wanted):
    server, history, events = await StreamServer().start(), History(), []
    clock = SimulatedClock()
    sockets = WebSocketManager(server.url, Binance(), WebSocketConfig(), clock, jitter=lambda: 0.0)
    feed = LiveFeed(Binance(), sockets, history, None, clock, Observers())
    feed.subscribe(wanted)

    async def listen():
        async for event in feed.events():
            events.append(event)  # noqa: PERF401 - they come one by one

    task = asyncio.create_task(listen())
    try:
        await until(lambda: set(Binance().stream_names(wanted)) <= set(server.subscribed))
        yield server, history, feed, events
    finally:
        await feed.aclose()
        await task
        await server.stop()


def of(events, *kinds):
    return [e for e in events if isinstance(e, kinds)]


async def test_a_book_is_joined_kept_and_mended_over_a_socket(monkeypatch):
    """Snapshot and changes in order; a hole is said and a new snapshot follows."""
    monkeypatch.setattr(book_line, "SPREAD_SECONDS", 0.01)
    monkeypatch.setattr(book_line, "MEND_SECONDS", 0.01)
    async with listening(Subscriptions(books=frozenset({BTC}))) as (server, history, feed, events):
        await server.send(depth(99, 101, [(99.5, 1)]), depth(102, 103))
        await until(lambda: len(of(events, BookUpdate)) == 2)
        history.book_id = 109
        await server.send(depth(108, 110, [(99.7, 2)]))
        await until(lambda: len(of(events, BookUpdate)) == 3)
        chain = of(events, BookSnapshot, BookUpdate, BookGap)
        kinds = [type(e).__name__ for e in chain]
        update, gap = "BookUpdate", "BookGap"
        assert kinds == ["BookSnapshot", update, update, gap, "BookSnapshot", update]
        assert feed.statistics.books_mended == 1
        feed.subscribe(Subscriptions())
        await server.send(depth(111, 112))
        await until(lambda: feed.statistics.messages >= 6)
        assert len(of(events, BookUpdate)) == 3


async def test_an_armed_level_that_was_crossed_while_nobody_listened_fires_once():
    """After a reconnect the missing trades come first, marked late."""
    stream = DataStream(DataStreamConfig(), SimulatedClock())
    alerts = AlertManager(AlertConfig(), FakeAlertLog(), SimulatedClock(), Observers())
    alerts.arm(ArmedRule("one", PriceLevel(price=110.0, direction=Crossing.ABOVE), symbol=BTC))
    async with listening(Subscriptions(trades=frozenset({BTC}))) as (server, history, feed, events):
        await server.send(trade(1, 100), trade(2, 101))
        await until(lambda: len(of(events, Trade)) == 2)
        server.cut()
        history.prices = {3: 105.0, 4: 112.0, 5: 104.0, 6: 103.0}
        await until(lambda: server.connections and server.subscribed.count("btcusdt@aggTrade") > 1)
        await server.send(trade(6, 103), trade(7, 102))
        await until(lambda: len(of(events, Trade)) == 7)
        trades = of(events, Trade)
        assert [t.trade_id for t in trades] == [1, 2, 3, 4, 5, 6, 7]
        assert [t.trade_id for t in trades if t.late] == [3, 4, 5, 6, 7]
        assert feed.statistics.trades_repaired == 3
        assert feed.statistics.trades_missed == 0
        moves = [change.move for e in events if (change := stream.apply(e)) is not None]
        (alert,) = [a for move in moves for a in alerts.evaluate_price(move)]
        assert alert.late
        assert alert.event_time == 4
