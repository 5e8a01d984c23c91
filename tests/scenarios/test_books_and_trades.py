"""Order books and trades, recorded and under faults: what is shown equals the exchange's own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from tests.fakes import FakeArchive
from tests.recordings import SESSIONS, book_messages, session_path
from tests.stream_server import until
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds import book_line
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.domain.market import BookGap, BookSnapshot, BookUpdate, Quote, Symbol, Trade
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.exchange_simulator import faults
from thebot_desktop.exchange_simulator.book import UPDATES_PER_ORDER
from thebot_desktop.exchange_simulator.server import ExchangeConfig, ExchangeServer
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.order_book import BookState, OrderBook
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

SPEED = 10.0
BTC = Symbol("BTCUSDT")
SAMPLES = 40
"""So many of the states that were shown are compared level by level."""

LONGEST_MS = 1_200_000
"""Of the market's time: longer than a test goes on, on a slow machine too."""

pytestmark = pytest.mark.usefixtures("no_tasks_left")


@pytest.mark.parametrize("name", SESSIONS)
async def test_recorded_books_play_to_the_end_and_agree_with_the_quotes(recorded, name):
    """Spot and futures: four books, no link lost, best prices as the exchange quoted them."""
    updates = {}
    for kind, symbol, data in book_messages(recorded, name):
        if kind == "update":
            updates.setdefault(symbol, []).append(data["u"])
    stream = DataStream(DataStreamConfig(), SimulatedClock())
    feed = ReplayFeed(Binance(), session_path(recorded, name), speed=0)
    tops, quotes, books = {}, {}, set()
    async for event in feed.events():
        stream.apply(event)
        assert not isinstance(event, BookGap)
        if isinstance(event, BookSnapshot | BookUpdate):
            book = stream.book(event.symbol)
            books.add(event.symbol)
            assert not book.is_crossed
            tops[event.symbol, event.last_id] = (book.best_bid, book.best_ask)
        elif isinstance(event, Quote):
            quotes[event.symbol, event.update_id] = (event.bid, event.ask)
    comparable = tops.keys() & quotes.keys()
    assert len(comparable) >= 10
    assert all(tops[key] == quotes[key] for key in comparable)
    assert books == updates.keys()
    for symbol in books:
        # The end of a recording is the end of its connection.
        assert stream.book(symbol).state is BookState.LOST
        assert stream.book(symbol).last_id == updates[symbol][-1]
    assert feed.statistics.decode_errors == 0


@asynccontextmanager
async def market():
    """An embedded exchange in a hurry, and a feed of one symbol's book and trades."""
    clock = SystemClock()
    server = ExchangeServer(ExchangeConfig(symbols=3, speed=SPEED, weight_limit=10**6), clock)
    await server.start()
    http = HttpClient(server.rest_url, clock)
    history = RestHistory(Binance(), http, clock)
    sockets = WebSocketManager(
        server.stream_url, Binance(), WebSocketConfig(), clock, jitter=lambda: 0.0
    )
    loader = HistoryLoader(history, FakeArchive(), 200, Observers())
    feed = LiveFeed(Binance(), sockets, history, loader.load, clock, Observers())
    feed.subscribe(Subscriptions(books=frozenset({BTC}), trades=frozenset({BTC})))
    events = []

    async def listen():
        async for event in feed.events():
            events.append(event)  # noqa: PERF401 - they come one by one

    task = asyncio.create_task(listen())
    try:
        yield server, history, feed, events
    finally:
        await feed.aclose()
        await task
        await http.aclose()
        await server.aclose()


def of(events, *kinds):
    return [e for e in events if isinstance(e, kinds)]


def shown(events):
    """Every state of the book that was shown as live: what is known of it, by its id."""
    book, states = OrderBook(BTC), []
    for event in of(events, BookSnapshot, BookUpdate):
        book.apply(event)
        assert not book.is_crossed
        states.append((event.last_id, book.covered, book.snapshot()))
    return states


def assert_equals_the_truth(server, events):
    """Level by level, as the exchange itself works the book out for that id."""
    states = shown(events)
    ledger = server._ledger
    listing = ledger.market.listings[BTC]
    now = server.now()
    orders = {o.order_id: o for o in ledger.orders(BTC, now - LONGEST_MS, now)}
    compared, looked_at = 0, states[:: max(1, len(states) // SAMPLES)]
    for last_id, (low, high), known in looked_at:
        order = orders.get(last_id // UPDATES_PER_ORDER)
        if order is None:
            continue
        truth = ledger.book(BTC).snapshot(order, 5000)
        ticks, lots = 10**listing.price_decimals, 10**listing.quantity_decimals
        true_bids = [(p / ticks, q / lots) for p, q in truth.bids if p / ticks >= low]
        true_asks = [(p / ticks, q / lots) for p, q in truth.asks if p / ticks <= high]
        # Compared as sets first: a thousand levels would fill the screen.
        assert set(known.bids) ^ set(true_bids) == set(), last_id
        assert set(known.asks) ^ set(true_asks) == set(), last_id
        assert (list(known.bids), list(known.asks)) == (true_bids, true_asks)
        compared += 1
    assert compared >= len(looked_at) // 2


async def assert_trades_are_complete(history, events):
    """Each id once, in order, with the exchange's own numbers."""
    seen = of(events, Trade)
    first, last = seen[0].trade_id, seen[-1].trade_id
    assert [t.trade_id for t in seen] == list(range(first, last + 1))
    truth = []
    while len(truth) < len(seen):
        truth += await history.trades(BTC, first + len(truth), 1000)
    values = [(t.trade_id, t.price, t.quantity, t.event_time) for t in seen]
    assert values == [(t.trade_id, t.price, t.quantity, t.event_time) for t in truth[: len(values)]]


FAULTS = {
    "nothing": [],
    "cuts": [faults.Cut(at=1.0 + i, seconds=0.2) for i in range(2)],
    "lost messages": [faults.Lose(at=0.5, streams="*@aggTrade,*@depth*", share=0.05)],
    "doubles": [faults.Duplicate(at=0.5, delay=0.3, share=0.3)],
    "overtaking": [faults.Reorder(at=0.5, seconds=1.5, within=0.3, share=0.2)],
    "closed, with slow answers": [
        faults.Close(at=1.5),
        faults.RestErrors(at=1.4, seconds=0.6, status=503, body="busy"),
    ],
}
LOSSES = ("cuts", "lost messages", "closed, with slow answers")
"""Faults after which something is missing that must be fetched."""


@pytest.mark.parametrize("name", FAULTS)
async def test_whatever_goes_wrong_books_and_trades_equal_the_exchanges(name, monkeypatch):
    """No state of the book was shown that the exchange had not; no trade is missing or double."""
    monkeypatch.setattr(book_line, "SPREAD_SECONDS", 0.05)
    monkeypatch.setattr(book_line, "MEND_SECONDS", 0.1)
    async with market() as (server, history, feed, events):
        await until(lambda: len(of(events, BookUpdate)) >= 5 and of(events, Trade), 20)
        server.play(faults.FaultScript(tuple(FAULTS[name])))
        began, snapshots = monotonic(), len(of(events, BookSnapshot))
        await until(lambda: monotonic() > began + 3.0)
        if name in LOSSES:
            # A snapshot on reconnecting may come before the change that shows the missing link.
            await until(lambda: len(of(events, BookSnapshot)) > snapshots, 20)
            await until(lambda: feed.statistics.trades_repaired >= 1, 20)
        count = len(of(events, BookUpdate)), len(of(events, Trade))
        await until(lambda: len(of(events, BookUpdate)) > count[0] + 5, 20)
        await until(lambda: len(of(events, Trade)) > count[1] + 5, 20)
        assert_equals_the_truth(server, events)
        await assert_trades_are_complete(history, events)
        statistics = feed.statistics
        assert statistics.trades_missed == 0
        if name in ("nothing", "doubles"):
            assert statistics.books_mended == statistics.trades_repaired == 0
