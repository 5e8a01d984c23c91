"""An embedded exchange with a fault script, the program's feed beside it, and their comparison."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from time import monotonic

import msgspec
import pytest

from tests.alert_truth import alert_mistakes
from tests.fakes import FakeArchive
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds import series_line
from thebot_desktop.adapters.feeds.live import LiveFeed
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport import connection, lane
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.websocket_manager import WebSocketManager
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.domain.market import (
    CandleHistory,
    CandleUpdate,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
    Trade,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.exchange_simulator.faults import FaultScript
from thebot_desktop.exchange_simulator.server import ExchangeConfig, ExchangeServer
from thebot_desktop.market.network_config import NetworkConfig
from thebot_desktop.market.ports import Subscriptions
from thebot_desktop.market.stream_config import WebSocketConfig

SPEED = 8.0
"""Candles of one second close eight times a second."""
HEARTBEAT = 1
GRACE = 0.5
SERIES = tuple(SeriesKey(Symbol(s), Interval.S1) for s in ("BTCUSDT", "ETHUSDT", "SOLUSDT"))
SYMBOLS = frozenset(series.symbol for series in SERIES)
BUSY = UnixMs(1_790_175_000_000)
"""2026-09-23 14:50 UTC: an hour in which there is much trade."""


class BusyClock:
    """Runs as any clock, but begins at the same busy moment each time."""

    def __init__(self):
        self._began = monotonic()

    def now(self):
        return UnixMs(BUSY + int((monotonic() - self._began) * 1000))


@contextmanager
def hurried():
    """The client's waits, shortened in proportion to a market that runs faster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lane, "GRACE_SECONDS", GRACE)
        patch.setattr(lane, "RENEWAL_PAUSE_SECONDS", 2.0)
        patch.setattr(lane, "RENEWAL_SECONDS", 8.0)
        patch.setattr(connection, "OVERLAP_SECONDS", 0.5)
        patch.setattr(connection, "ANSWER_SECONDS", 1.0)
        patch.setattr(connection, "LONG_PAUSE_SECONDS", 1.0)
        patch.setattr(series_line, "OVERDUE_PAUSES", (0.5, 1.0, 2.0))
        patch.setattr(series_line, "backoff", partial(backoff, longest=2.0))
        yield


class FaultyMarket:
    """One market as the exchange knows it and as the program saw it."""

    def __init__(self, server, feed, sockets, events, began):
        self.server = server
        self.feed = feed
        self.sockets = sockets
        self.events = events
        self._began = began

    @property
    def seconds(self):
        """Since the server's start, as scripts count."""
        return monotonic() - self._began

    def seen(self, series):
        """Closed candles with their origins: history first, then one by one."""
        found = []
        for event in self.events:
            if isinstance(event, CandleHistory) and event.series == series:
                rows = event.candles
                found += [(rows.at(i), Origin(int(rows.origin[i]))) for i in range(len(rows))]
            elif isinstance(event, CandleUpdate) and event.series == series and event.closed:
                found.append((event.candle, event.origin))
        return found

    def newest(self, series):
        seen = self.seen(series)
        return seen[-1][0].open_time if seen else 0

    def mistakes(self, series):
        """In what the candles seen differ from the exchange's own; nothing is as it should be."""
        seen = self.seen(series)
        if not seen:
            return ["nothing was seen"]
        opens = [candle.open_time for candle, _ in seen]
        truth = {c.open_time: c for c in self.server.candles(series, opens[0], opens[-1])}
        found = []
        if opens != sorted(set(opens)):
            found.append(f"out of order or twice: {_offenders(opens)}")
        step = series.interval.milliseconds
        holes = [(a, b) for a, b in itertools.pairwise(opens) if b - a > step]
        found += [f"hole between {a} and {b}" for a, b in holes]
        found += [f"never seen: {t}" for t in truth if t not in opens]
        for candle, origin in seen:
            found += _differences(candle, origin, truth.get(candle.open_time))
        return found

    def trade_mistakes(self, symbol):
        """Trades that came twice or out of order, or never although nobody said so."""
        seen = [e for e in self.events if isinstance(e, Trade) and e.symbol == symbol]
        if not seen:
            return []
        ids = [trade.trade_id for trade in seen]
        times = seen[0].event_time, seen[-1].event_time
        truth = set(self.server.trade_ids(symbol, *times))
        missing = [one for one in truth if ids[0] < one < ids[-1] and one not in set(ids)]
        found = [f"trade {one} out of order or twice" for one in _offenders(ids)]
        found += [f"trade {one} invented" for one in set(ids) - truth]
        if len(missing) > self.feed.statistics.trades_missed:
            found.append(f"trades never seen: {sorted(missing)[:9]}")
        return found

    async def quiet(self, seconds=40.0):
        """Until every series has gone on past this moment."""
        goal = self.server.now() + 3 * 1000
        async with asyncio.timeout(seconds):
            while any(self.newest(series) < goal for series in SERIES):  # noqa: ASYNC110
                await asyncio.sleep(0.1)


def _offenders(opens):
    return [b for a, b in itertools.pairwise(opens) if b <= a]


def _differences(candle, origin, true):
    if true is None:
        return [] if origin is Origin.EXCHANGE_HOLE else [f"invented: {origin} {candle}"]
    if origin is Origin.EXCHANGE_HOLE:
        return [f"taken for a hole of the exchange: {candle.open_time}"]
    if _values(candle) != _values(true):
        return [f"{origin}: {candle} instead of {true}"]
    return []


def _values(candle):
    """Without the volumes that a stretch of history does not carry."""
    c = candle
    return (c.open_time, c.open, c.high, c.low, c.close, c.volume, c.trades)


@asynccontextmanager
async def program(rest_url, stream_url, config=None, jitter=lambda: 0.1, **wanted):
    """The program's feed of all series, wired as the program does it, with what it says."""
    clock, exchange = BusyClock(), Binance()
    network = NetworkConfig(breaker_seconds=1)
    http = HttpClient(rest_url, clock, jitter, config=network)
    history = RestHistory(exchange, http, clock)
    config = config or WebSocketConfig(heartbeat_interval=HEARTBEAT)
    sockets = WebSocketManager(stream_url, exchange, config, clock, jitter)
    loader = HistoryLoader(history, FakeArchive(), 100, Observers())
    feed = LiveFeed(exchange, sockets, history, loader.load, clock, Observers())
    feed.subscribe(Subscriptions(series=frozenset(SERIES), **wanted))
    events = []

    async def listen():
        async for event in feed.events():
            events.append(event)  # noqa: PERF401 - they are read meanwhile

    listening = asyncio.create_task(listen())
    try:
        yield feed, sockets, events
    finally:
        await feed.aclose()
        await listening
        await http.aclose()


@asynccontextmanager
async def exchange_with(*faults, speed=SPEED, **settings):
    """The embedded exchange with a script."""
    settings = {"symbols": 3, "weight_limit": 10**6, **settings}
    config = ExchangeConfig(speed=speed, faults=FaultScript(tuple(faults)), **settings)
    server = ExchangeServer(config, BusyClock())
    await server.start()
    try:
        yield server
    finally:
        await server.aclose()


@asynccontextmanager
async def faulty_market(*faults, config=None, wanted=None, **settings):
    """Both."""
    async with exchange_with(*faults, **settings) as server:
        began = monotonic()
        async with program(server.rest_url, server.stream_url, config, **(wanted or {})) as (
            feed,
            sockets,
            events,
        ):
            yield FaultyMarket(server, feed, sockets, events, began)


def end_of(fault):
    """When a fault and all that it held back is over, in seconds since the start."""
    lasts = (getattr(fault, "seconds", None) or 0.0) + (fault.every or 0.0) * (fault.times or 0)
    held = getattr(fault, "delay", 0.0) * getattr(fault, "copies", 1)
    return fault.at + lasts + held + getattr(fault, "within", 0.0)


def written(fault):
    """As one would write it on the command line."""
    words = msgspec.to_builtins(fault)
    return " ".join(f"{name}={value}" for name, value in words.items() if value is not None)


async def survive(faults):
    """Let a script happen; what is wrong afterwards, as text."""
    try:
        async with faulty_market(*faults, wanted={"trades": SYMBOLS}) as market:
            over = max((end_of(fault) for fault in faults), default=0.0) + 0.2
            await asyncio.sleep(max(0.0, over - market.seconds))
            try:
                await market.quiet()
            except TimeoutError:
                late = {str(s): market.newest(s) - market.server.now() for s in SERIES}
                return [f"does not go on: {late} ms behind"]
            found = [f"{s}: {each}" for s in SERIES for each in market.mistakes(s)]
            found += [f"{s}: {each}" for s in SYMBOLS for each in market.trade_mistakes(s)]
            return found + [f"{s}: {each}" for s in SERIES for each in alert_mistakes(market, s)]
    except Exception as error:  # noqa: BLE001 - what breaks the feed is a finding too
        return [f"{type(error).__name__}: {error}"]
