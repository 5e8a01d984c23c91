"""Connections that fail in every way, over real sockets: what the program does, and how soon."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from time import monotonic

import httpx
import pytest

from tests.faulty_market import (
    SERIES,
    SYMBOLS,
    FaultyMarket,
    exchange_with,
    faulty_market,
    hurried,
    program,
)
from tests.process import exchange, running
from tests.stream_server import until
from thebot_desktop.adapters.transport import paced_socket
from thebot_desktop.adapters.transport.websocket_manager import LinkState
from thebot_desktop.domain.market import (
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    Origin,
)
from thebot_desktop.exchange_simulator.faults import parse
from thebot_desktop.market.stream_config import WebSocketConfig

IN_TIME = {Origin.LIVE, Origin.LATE, Origin.NO_TRADES}
SLOW_MACHINE = 0.4


def states(events):
    return [event.state for event in events if isinstance(event, ConnectionChange)]


def origins(events):
    """Of all candles that closed after the start."""
    return {e.origin for e in events if isinstance(e, CandleUpdate) and e.closed}


def assert_true(market):
    for series in SERIES:
        assert market.mistakes(series) == [], series


async def test_a_server_that_is_not_there_yet_is_found_when_it_is():
    """Offline with a reason until then; then live, with nothing missing."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    with hurried():
        addresses = f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}"
        async with program(*addresses) as (feed, sockets, events):
            await until(lambda: ConnectionState.OFFLINE in states(events))
            await asyncio.sleep(1.0)
            changes = [e for e in events if isinstance(e, ConnectionChange)]
            assert "127.0.0.1" in changes[-1].reason
            async with exchange_with(port=port) as server:
                market = FaultyMarket(server, feed, sockets, events, monotonic())
                await until(lambda: states(events)[-1] is ConnectionState.LIVE, 20)
                await market.quiet()
                assert_true(market)


async def test_attempts_to_connect_never_exceed_what_is_allowed(monkeypatch):
    """However often the line drops, however many lines there are, and whoever asks for more."""
    allowed, window = 12, 1.5
    monkeypatch.setattr(paced_socket, "CONNECTS", allowed)
    monkeypatch.setattr(paced_socket, "CONNECTS_SECONDS", window)
    attempts = []

    def drop(_reader, writer):
        attempts.append(monotonic())
        writer.transport.abort()

    server = await asyncio.start_server(drop, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    addresses = f"http://127.0.0.1:{port + 1 if port < 65_000 else 1}", f"ws://127.0.0.1:{port}"
    async with program(*addresses, jitter=lambda: 0.0) as (_, sockets, _events):
        sockets.subscribe(f"s{number}usdt@kline_1m" for number in range(6000))
        began = monotonic()
        while monotonic() < began + 4 * window:
            sockets.reconnect("As asked.")
            await asyncio.sleep(0.01)
    server.close()
    await server.wait_closed()
    assert len(attempts) >= 3 * allowed
    for first, later in zip(attempts, attempts[allowed:], strict=False):
        # What counts is when they were begun, which is a little before they are seen.
        assert later - first > window - 0.1


async def test_a_dead_line_is_found_within_a_heartbeat_and_five_seconds():
    """With the waits that the program has; what was missed meanwhile is fetched."""
    heartbeat = 1
    faults = [parse("at=1.5 kind=half_open")]
    config = WebSocketConfig(heartbeat_interval=heartbeat)
    async with faulty_market(*faults, config=config, speed=2.0) as market:
        await until(lambda: states(market.events)[-1:] == [ConnectionState.LIVE])
        await asyncio.sleep(max(0.0, 1.6 - market.seconds))
        assert market.sockets.reconnects == 0
        await until(lambda: market.sockets.link.state is not LinkState.UP, 20)
        assert heartbeat < market.seconds - 1.5 <= heartbeat + 5 + SLOW_MACHINE
        await until(lambda: market.sockets.reconnects == 1, 5)
        await market.quiet()
        assert_true(market)
        assert Origin.REPAIRED in origins(market.events)


async def test_connections_are_renewed_before_the_exchange_cuts_them():
    """With overlap: no candle is missed, none has to be fetched."""
    config = WebSocketConfig(heartbeat_interval=30, renewal_minutes=2 / 60)
    with hurried():
        async with faulty_market(config=config, connection_seconds=5.0) as market:
            await until(lambda: market.sockets.rollovers >= 3, 30)
            await market.quiet()
            assert market.sockets.reconnects == 0
            assert_true(market)
            assert origins(market.events) <= IN_TIME


@pytest.mark.parametrize("number", [1, 2])
async def test_a_server_that_announces_its_end_is_left_in_time(number):
    """The new connection brings everything before the old one ends."""
    faults = [
        parse("at=1.5 kind=shutdown every=4 times=2"),
        parse("at=3.8 kind=close code=1001 every=4 times=2"),
    ]
    with hurried():
        async with faulty_market(*faults[:number]) as market:
            await until(lambda: market.sockets.rollovers >= 2, 20)
            await market.quiet()
            assert_true(market)
            if number == 1:
                assert market.sockets.reconnects == 0
                assert origins(market.events) <= IN_TIME


async def test_a_starved_stream_is_asked_for_anew():
    """Which heals it here; the connection stays, the candles are complete."""
    faults = [parse("at=1 kind=starve streams=btcusdt@kline_1s healed_by=subscribe")]
    with hurried():
        async with faulty_market(*faults) as market:
            await until(lambda: market.feed.statistics.resubscriptions >= 1, 20)
            await market.quiet()
            assert (market.sockets.reconnects, market.sockets.rollovers) == (0, 0)
            assert_true(market)


async def test_a_stream_that_stays_starved_gets_another_connection():
    """Where its trades prove that there is something to tell."""
    faults = [parse("at=1 kind=starve streams=btcusdt@kline_1s healed_by=connect")]
    with hurried():
        async with faulty_market(*faults, wanted={"trades": SYMBOLS}) as market:
            await until(lambda: market.sockets.rollovers >= 1, 30)
            count = len(market.seen(SERIES[0]))
            await market.quiet()
            assert market.sockets.reconnects == 0
            assert_true(market)
            later = market.seen(SERIES[0])[count:]
            assert {origin for _, origin in later} & IN_TIME


async def test_candles_of_a_starved_stream_come_by_rest_meanwhile():
    """Nothing heals it, and nothing is missing."""
    faults = [parse("at=1 kind=starve streams=btcusdt@kline_1s")]
    with hurried():
        async with faulty_market(*faults) as market:
            await asyncio.sleep(2.0)
            await market.quiet()
            assert_true(market)
            assert Origin.REPAIRED in origins(market.events)


async def test_history_that_comes_late_is_history_all_the_same():
    """REST was down for longer than the history is long: the chart does not begin with today."""
    faults = [parse("at=0 kind=rest_errors status=503 for=3")]
    with hurried():
        async with faulty_market(*faults, speed=60.0) as market:
            await until(lambda: all(market.seen(series) for series in SERIES), 20)
            await market.quiet()
            assert_true(market)
            for series in SERIES:
                history = [o for _, o in market.seen(series)[:100]]
                assert set(history) <= {Origin.HISTORY, Origin.NO_TRADES}
                assert len(history) == 100


# -- the program as a process ----------------------------------------------------------------


def lines_of(watch, symbol):
    return [x for x in watch.seen if x["type"] == "candle" and x["symbol"] == symbol]


def rest_of(addresses):
    return addresses[addresses.index("--rest-url") + 1]


def truth_of(addresses, symbol, first, last):
    """Rows of the exchange itself, page by page."""
    rows = {}
    while first <= last:
        query = f"symbol={symbol}&interval=1s&limit=1000&startTime={first}&endTime={last}"
        url = f"{rest_of(addresses)}/api/v3/klines?{query}"
        page = httpx.get(url, trust_env=False).json()
        if not page:
            break
        rows |= {row[0]: row for row in page}
        first = page[-1][0] + 1
    return rows


def market_time(addresses):
    url = f"{rest_of(addresses)}/api/v3/time"
    return httpx.get(url, trust_env=False).json()["serverTime"]


def check_lines(addresses, watch, symbol):
    """Every candle once, in order, without a hole, with the exchange's own numbers."""
    lines = lines_of(watch, symbol)
    opens = [line["open_time"] for line in lines]
    assert opens == list(range(opens[0], opens[-1] + 1, 1000))
    truth = truth_of(addresses, symbol, opens[0], opens[-1])
    for line in lines:
        true = truth.get(line["open_time"])
        assert (true is None) == (line["origin"] == "exchange hole"), line
        if true is not None:
            assert [line[n] for n in ("open", "high", "low", "close", "volume")] == [
                float(value) for value in true[1:6]
            ], line
            assert line["trades"] == true[8]


def until_past(addresses, watch, symbols):
    """Read until each symbol has gone on past this moment."""
    goal = market_time(addresses) + 4000
    behind = set(symbols)

    def went_on(line):
        if line["type"] == "candle" and line["open_time"] >= goal:
            behind.discard(line["symbol"])
        return not behind

    watch.until(went_on)


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process and go on")
def test_a_program_that_was_stopped_for_a_while_misses_nothing(profile):
    """As a computer that sleeps: the candles of that time come first, then the new ones."""
    symbols = ("BTCUSDT", "ETHUSDT")
    with (
        exchange("--speed", 2, profile=profile) as addresses,
        running("watch", *symbols, "--interval", "1s", *addresses, profile=profile) as watch,
    ):
        watch.until(lambda line: line["type"] == "candle" and line["origin"] != "history")
        os.kill(watch.process.pid, signal.SIGSTOP)
        time.sleep(11.5)
        os.kill(watch.process.pid, signal.SIGCONT)
        until_past(addresses, watch, symbols)
        assert watch.stop() == 0
        for symbol in symbols:
            check_lines(addresses, watch, symbol)
            assert len(lines_of(watch, symbol)) >= 23


SCRIPTS = {
    "bad lines": (
        "at=3 kind=cut for=1",
        "at=5 kind=close",
        "at=6 kind=shutdown",
        "at=6.5 kind=silence for=1",
    ),
    "bad messages": (
        "at=3 kind=lose share=0.3 for=2",
        "at=3 kind=garbage share=0.5 for=3",
        "at=4 kind=late delay=1.5 share=0.5 for=2",
        "at=5 kind=duplicate copies=2 delay=0.5 for=2",
        "at=5 kind=reorder within=1 for=2",
    ),
    "bad answers": (
        "at=0 kind=rest_slow delay=0.3 for=7",
        "at=3 kind=cut for=0.5",
        "at=3 kind=rest_body what=html for=1",
        "at=4 kind=rest_errors status=503 for=1",
        "at=5 kind=rest_lag candles=2 for=2",
        "at=5.5 kind=lose only=closing for=1",
    ),
    "a hole of the exchange": (
        "at=3 kind=outage for=1.5 symbols=BTCUSDT",
        "at=4 kind=cut for=0.5",
        "at=5 kind=outage for=1",
        "at=5.5 kind=skew ms=3000 for=1.5",
    ),
}
AFTERWARDS = 8.0
"""Seconds after the start of the exchange all of that is over."""


@pytest.mark.process
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_whatever_the_script_the_lines_are_the_truth(script, profile):
    """``thebot watch`` beside ``thebot exchange``, as anybody can run them."""
    symbols = ("BTCUSDT", "SOLUSDT")
    options = [word for line in script for word in ("--fault", line)]
    began = monotonic()
    with (
        exchange("--speed", 4, *options, profile=profile) as addresses,
        running(
            "watch", *symbols, "--interval", "1s", "--history", 50, *addresses, profile=profile
        ) as watch,
    ):
        watch.until(lambda line: monotonic() - began > AFTERWARDS and line["type"] == "candle")
        until_past(addresses, watch, symbols)
        assert watch.stop() == 0
        for symbol in symbols:
            check_lines(addresses, watch, symbol)
