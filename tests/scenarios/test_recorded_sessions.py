"""Recorded traffic and an exchange that misbehaves: what arrives equals what was sent."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from tests.fakes import FakeArchive, FakeHistory
from tests.recordings import SESSIONS, bars_of, frames_of, session_path
from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.domain.market import (
    CandleHistory,
    CandleUpdate,
    Interval,
    Origin,
    Quote,
    SeriesKey,
    Symbol,
    Trade,
    candles_of,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.exchange_simulator import faults
from thebot_desktop.exchange_simulator.server import ExchangeConfig, ExchangeServer
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

CHUNK = 100
SPEED = 20.0
SERIES = (
    SeriesKey(Symbol("BTCUSDT"), Interval.S1),
    SeriesKey(Symbol("ETHUSDT"), Interval.S1),
    SeriesKey(Symbol("BTCUSDT"), Interval.M1),
)

pytestmark = pytest.mark.usefixtures("no_tasks_left")


def bar(u):
    c = u.candle
    return (u.symbol, c.open_time, c.open, c.high, c.low, c.close, c.volume, c.trades, u.closed)


def facts(events):
    return [e for e in events if isinstance(e, CandleUpdate | Trade | Quote)]


def everything_in(path):
    """Subscriptions for all that the recording holds."""
    series = ReplayFeed(Binance(), path).series()
    symbols = frozenset(s.symbol for s in series)
    return Subscriptions(series=frozenset(series), trades=symbols, quotes=symbols)


async def no_history(_series):
    return candles_of([], Origin.HISTORY)


@asynccontextmanager
async def listening(feed):
    """Everything ``feed`` says, as it comes."""
    events = []

    note = events.append

    async def listen():
        async for event in feed.events():
            note(event)

    task = asyncio.create_task(listen())
    try:
        yield events
    finally:
        await feed.aclose()
        await task


@pytest.mark.parametrize("name", SESSIONS)
async def test_a_recorded_session_arrives_bar_for_bar_through_a_socket(recorded, name):
    """Every kline message of the recording, spot or futures, reaches the end of the feed."""
    path = session_path(recorded, name)
    frames = frames_of(path)
    server = await StreamServer().start()
    sockets = WebSocketManager(server.url, Binance(), WebSocketConfig(), SystemClock())
    feed = LiveFeed(Binance(), sockets, FakeHistory(), no_history, SystemClock(), Observers())
    feed.subscribe(everything_in(path))
    async with listening(feed) as events:
        await until(lambda: sum(isinstance(e, CandleHistory) for e in events) == 4)
        await until(lambda: server.subscribed)
        before = feed.statistics.messages
        for start in range(0, len(frames), CHUNK):
            await server.send(*frames[start : start + CHUNK])
            sent = min(start + CHUNK, len(frames))
            await until(lambda sent=sent: feed.statistics.messages >= before + sent)
            await until(lambda: not sockets.backlog)
        await until(lambda: len(facts(events)) >= 400)
    await server.stop()

    expected = bars_of(frames)
    assert [bar(e) for e in events if isinstance(e, CandleUpdate)] == expected
    assert sum(closed for *_, closed in expected) >= 2
    assert feed.statistics.decode_errors == 0
    replayed = [event async for event in ReplayFeed(Binance(), path, speed=0).events()]
    assert facts(events) == facts(replayed)


@asynccontextmanager
async def market(*script):
    """An embedded exchange in a hurry, and a feed of three of its series."""
    clock = SystemClock()
    config = ExchangeConfig(
        symbols=3, speed=SPEED, weight_limit=10**6, faults=faults.FaultScript(script)
    )
    server = ExchangeServer(config, clock)
    await server.start()
    http = HttpClient(server.rest_url, clock)
    history = RestHistory(Binance(), http, clock)
    sockets = WebSocketManager(server.stream_url, Binance(), WebSocketConfig(), clock)
    loader = HistoryLoader(history, FakeArchive(), 200, Observers())
    feed = LiveFeed(Binance(), sockets, history, loader.load, clock, Observers())
    feed.subscribe(Subscriptions(series=frozenset(SERIES)))
    try:
        async with listening(feed) as events:
            yield server, feed, events
    finally:
        await http.aclose()
        await server.aclose()


def delivered(events, series):
    """Closed candles of ``series``: history, then one by one."""
    candles = []
    for event in events:
        if isinstance(event, CandleHistory) and event.series == series:
            candles += [event.candles.at(i) for i in range(len(event.candles))]
        elif isinstance(event, CandleUpdate) and event.series == series and event.closed:
            candles.append(event.candle)
    return candles


def values(candles):
    """Without the volumes that a stretch of history does not carry."""
    return [(c.open_time, c.open, c.high, c.low, c.close, c.volume, c.trades) for c in candles]


def assert_equals_the_truth(server, events):
    for series in SERIES:
        seen = delivered(events, series)
        truth = server.candles(series, seen[0].open_time, seen[-1].open_time)
        assert values(seen) == values(truth), series


FAULTS = {
    "cut for ten seconds of the market": [faults.Cut(at=1.5, seconds=10 / SPEED)],
    "three cuts": [faults.Cut(at=1.0 + i, seconds=0.1) for i in range(3)],
    "closed politely": [faults.Close(at=1.5, code=1001, reason="bye")],
    "announced shutdown": [faults.Shutdown(at=1.5)],
    "cut while REST has trouble": [
        faults.Cut(at=1.5, seconds=0.3),
        faults.RestErrors(at=1.5, seconds=2.0, status=503, body="<html>busy</html>"),
    ],
    "refused after a cut": [faults.Refuse(at=1.4, seconds=1.0), faults.Cut(at=1.5)],
}


@pytest.mark.parametrize("script", FAULTS.values(), ids=FAULTS)
async def test_whatever_happens_to_the_connection_the_candles_equal_the_exchanges(script):
    """Every closed candle once, in order, without a hole, with the exchange's own numbers."""
    async with market(*script) as (server, feed, events):
        await until(lambda: sum(isinstance(e, CandleHistory) for e in events) == 3)
        began = monotonic()
        last_fault = max(fault.at for fault in script)
        await until(lambda: monotonic() > began + last_fault + 0.5, 20)
        count = len(delivered(events, SERIES[0]))
        await until(
            lambda: (
                all(len(delivered(events, s)) > count + 20 for s in SERIES[:2])
                and feed.statistics.reconnects + feed.statistics.rollovers >= 1
            ),
            30,
        )
        assert_equals_the_truth(server, events)
