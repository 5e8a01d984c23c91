"""Tests of scripted faults as a client meets them, over real sockets."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.exchange_simulator.conftest import Serve
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.exchange_simulator.faults import FaultScript, parse
from thebot_desktop.exchange_simulator.server import ExchangeServer

pytestmark = pytest.mark.usefixtures("no_tasks_left")

SECOND = 1000
NAMES = "btcusdt@kline_1s/ethusdt@kline_1s"
BTC_1S = SeriesKey(Symbol("BTCUSDT"), Interval.S1)
BTC_1M = SeriesKey(Symbol("BTCUSDT"), Interval.M1)


def script(*lines: str) -> FaultScript:
    return FaultScript(tuple(parse(line) for line in lines))


@asynccontextmanager
async def streams(server: ExchangeServer, names: str = NAMES) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"{server.stream_url}/stream?streams={names}",
        proxy=None,
        compression=None,
        ping_interval=None,
        close_timeout=0.2,
    ) as connection:
        yield connection


async def receive(connection: ClientConnection, seconds: float = 5.0) -> bytes:
    return await asyncio.wait_for(connection.recv(decode=False), seconds)


async def heard(
    connection: ClientConnection, enough: Callable[[list[Any]], bool], seconds: float = 8.0
) -> list[Any]:
    """Decoded messages until there are enough."""
    messages: list[Any] = []
    async with asyncio.timeout(seconds):
        while not enough(messages):
            messages.append(json.loads(await connection.recv(decode=False)))
    return messages


async def heard_for(connection: ClientConnection, seconds: float) -> list[Any]:
    """Decoded messages of some seconds."""
    messages: list[Any] = []
    try:
        async with asyncio.timeout(seconds):
            while True:
                messages.append(json.loads(await connection.recv(decode=False)))
    except TimeoutError:
        return messages


async def get(server: ExchangeServer, path: str, **options: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.rest_url, trust_env=False) as client:
        return await client.get(path, **options)


def names_of(messages: list[Any]) -> set[str]:
    return {message["stream"] for message in messages}


def closed_of(messages: list[Any], stream: str = "btcusdt@kline_1s") -> list[int]:
    """Open times of the candles that ended, as they came."""
    lines = (m["data"]["k"] for m in messages if m["stream"] == stream)
    return [line["t"] for line in lines if line["x"]]


def stretch(opens: list[int]) -> list[int]:
    """What ``opens`` would be without a hole."""
    return list(range(opens[0], opens[-1] + 1, SECOND))


async def subscribe(connection: ClientConnection, name: str, method: str = "SUBSCRIBE") -> None:
    await connection.send(json.dumps({"method": method, "params": [name], "id": 1}))


# -- streams ---------------------------------------------------------------------------------


async def test_a_starved_stream_stops_while_the_others_flow(serve: Serve) -> None:
    """For as long as the script says; then it goes on where it is by then."""
    server = await serve(speed=10.0, faults=script("at=0 kind=starve streams=btc* for=1"))
    async with streams(server) as connection:
        assert names_of(await heard_for(connection, 0.6)) == {"ethusdt@kline_1s"}
        await heard(connection, lambda got: len(closed_of(got)) >= 3)


async def test_a_starved_stream_may_be_healed_by_asking_again(serve: Serve) -> None:
    """By SUBSCRIBE of a name that is subscribed already, on the same connection."""
    fault = "at=0.5 kind=starve streams=btc* healed_by=subscribe"
    server = await serve(speed=10.0, faults=script(fault))
    async with streams(server) as connection:
        await heard(connection, lambda got: "btcusdt@kline_1s" in names_of(got))
        await asyncio.sleep(0.7)
        await heard_for(connection, 0.1)
        assert names_of(await heard_for(connection, 0.5)) == {"ethusdt@kline_1s"}
        await subscribe(connection, "btcusdt@kline_1s")
        assert json.loads(await receive(connection)) is not None
        await heard(connection, lambda got: len(closed_of([m for m in got if "data" in m])) >= 3)


async def test_a_starved_stream_may_be_healed_by_a_new_connection_only(serve: Serve) -> None:
    """Asking again does not help; connecting anew does."""
    fault = "at=0.3 kind=starve streams=btc* healed_by=connect"
    server = await serve(speed=10.0, faults=script(fault))
    async with streams(server) as connection:
        await asyncio.sleep(0.5)
        await subscribe(connection, "btcusdt@kline_1s")
        await heard_for(connection, 0.2)
        assert names_of(await heard_for(connection, 0.5)) == {"ethusdt@kline_1s"}
        async with streams(server) as another:
            await heard(another, lambda got: len(closed_of(got)) >= 3)


async def test_a_dead_line_brings_nothing_and_does_not_end(serve: Serve) -> None:
    """No data, no ping, no pong, no close; a new connection is fine."""
    server = await serve(
        speed=10.0, ping_seconds=0.1, pong_seconds=0.3, faults=script("at=0.4 kind=half_open")
    )
    async with streams(server) as connection:
        await heard_for(connection, 0.6)
        pong = await connection.ping()
        with pytest.raises(TimeoutError):
            await receive(connection, 1.2)
        assert not pong.done()
        async with streams(server) as another:
            await heard(another, lambda got: len(closed_of(got)) >= 3)
        connection.transport.abort()


async def test_closing_messages_can_be_lost(serve: Serve) -> None:
    """The candle never ends by stream; the forming ones still come, and REST knows."""
    server = await serve(speed=10.0, faults=script("at=0 kind=lose only=closing streams=btc*"))

    def forming(messages: list[Any]) -> set[int]:
        return {m["data"]["k"]["t"] for m in messages if m["stream"] == "btcusdt@kline_1s"}

    async with streams(server) as connection:
        got = await heard(
            connection,
            lambda got: len(closed_of(got, "ethusdt@kline_1s")) >= 10 and len(forming(got)) >= 3,
        )
    assert not closed_of(got)
    rows = (await get(server, "/api/v3/klines?symbol=BTCUSDT&interval=1s&limit=10")).json()
    assert len(rows) == 10


async def test_trades_can_have_gaps_in_their_numbers(serve: Serve) -> None:
    """On the stream only."""
    server = await serve(
        speed=20.0, faults=script("at=0 kind=lose streams=*@aggTrade share=0.3 for=60")
    )
    async with streams(server, "btcusdt@aggTrade") as connection:
        got = await heard(connection, lambda got: len(got) >= 30)
    numbers = [message["data"]["a"] for message in got]
    assert numbers == sorted(set(numbers))
    assert any(b > a + 1 for a, b in pairwise(numbers))
    query = f"symbol=BTCUSDT&fromId={numbers[0]}&limit=10"
    rows = (await get(server, f"/api/v3/aggTrades?{query}")).json()
    assert [row["a"] for row in rows] == list(range(numbers[0], numbers[0] + 10))


async def test_messages_can_be_late(serve: Serve) -> None:
    """The closing ones too; none is lost."""
    server = await serve(speed=10.0, faults=script("at=0.5 kind=late delay=0.8 for=0.6 streams=b*"))
    async with streams(server) as connection:
        got = await heard(connection, lambda got: len(closed_of(got)) >= 25)
    opens = closed_of(got)
    assert opens != sorted(opens)
    assert sorted(opens) == stretch(sorted(opens))


async def test_messages_can_overtake_each_other_and_come_twice(serve: Serve) -> None:
    """Nothing is lost on the way."""
    faults = script(
        "at=0 kind=reorder within=0.5 streams=btc*",
        "at=0 kind=duplicate copies=2 delay=0.2 streams=eth*",
    )
    server = await serve(speed=10.0, faults=faults)
    async with streams(server) as connection:
        got = await heard(connection, lambda got: len(closed_of(got)) >= 25)
    mixed, twice = closed_of(got), closed_of(got, "ethusdt@kline_1s")
    assert mixed != sorted(mixed)
    assert len(set(mixed)) == len(mixed)
    settled = sorted(set(twice))[:-8]
    assert settled == stretch(settled)
    assert {twice.count(one) for one in settled} == {3}


async def test_nonsense_comes_in_every_form(serve: Serve) -> None:
    """Between the messages, which are all there."""
    server = await serve(speed=10.0, faults=script("at=0 kind=garbage streams=btc* for=2"))
    good: list[Any] = []
    bad: list[bytes] = []
    async with streams(server) as connection:
        async with asyncio.timeout(8):
            while len(closed_of(good)) < 12 or len(bad) < 10:
                message = await connection.recv(decode=False)
                try:
                    decoded = json.loads(message)
                    decoded["data"]["k"]["o"].isdigit()
                    good.append(decoded)
                except (ValueError, KeyError, AttributeError):
                    bad.append(bytes(message))
    opens = closed_of(good)
    assert opens == stretch(opens)
    for sign in (b"<!DOCTYPE", b"moonPhase", b'{"number":', bytes(range(256))):
        assert any(sign in message for message in bad)
    assert any(message.startswith(b'{"stream"') and message[-1:] != b"}" for message in bad)


async def test_nonsense_may_stand_in_place_of_messages(serve: Serve) -> None:
    """Then they are lost."""
    fault = "at=0 kind=garbage what=unknown_event instead=true streams=btc*"
    server = await serve(speed=10.0, faults=script(fault))
    async with streams(server) as connection:
        got = await heard(connection, lambda got: len(got) >= 20)
    kinds = {(m["stream"][:3], m["data"]["e"]) for m in got}
    assert kinds == {("btc", "moonPhase"), ("eth", "kline")}


# -- connections -----------------------------------------------------------------------------


async def test_a_handshake_can_be_refused_with_a_status(serve: Serve) -> None:
    """Streams only; REST goes on."""
    server = await serve(faults=script("at=0 kind=refuse for=0.6 status=451 retry_after=9"))
    await asyncio.sleep(0.05)
    with pytest.raises(InvalidStatus) as caught:
        async with streams(server):
            pass
    assert caught.value.response.status_code == 451
    assert caught.value.response.headers["Retry-After"] == "9"
    assert (await get(server, "/api/v3/ping")).status_code == 200
    await asyncio.sleep(0.7)
    async with streams(server):
        pass


async def test_for_a_while_nobody_may_be_listening_at_all(serve: Serve) -> None:
    """The system refuses connections; who is inside stays; then the same port is open again."""
    server = await serve(speed=10.0, faults=script("at=0.4 kind=refuse tcp=true for=0.8"))
    address = server.rest_url
    async with streams(server) as connection:
        await asyncio.sleep(0.6)
        with pytest.raises(httpx.ConnectError):
            await get(server, "/api/v3/ping")
        assert await heard_for(connection, 0.3)
        await asyncio.sleep(0.6)
        assert server.rest_url == address
        assert (await get(server, "/api/v3/ping")).status_code == 200
        assert await heard_for(connection, 0.3)
        async with streams(server) as another:
            assert await heard_for(another, 0.5)


async def test_closing_while_nobody_is_listening_leaves_nothing_behind(serve: Serve) -> None:
    """Neither the port nor those who are kept waiting."""
    faults = script(
        "at=0 kind=rest_slow delay=60",
        "at=0.2 kind=refuse tcp=true for=60",
        "at=0 kind=late delay=60",
    )
    server = await serve(speed=10.0, faults=faults)
    async with streams(server) as connection:
        waiting = asyncio.create_task(get(server, "/api/v3/ping", timeout=30))
        await asyncio.sleep(0.5)
        await asyncio.wait_for(server.aclose(), 5)
        with pytest.raises(httpx.TransportError):
            await waiting
        with pytest.raises(ConnectionClosed):
            await receive(connection)


# -- REST ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("rest_errors status=429 retry_after=3", 429, '"code":-1003'),
        ("rest_errors status=418 retry_after=3", 418, "banned"),
        ("rest_errors status=451", 451, "restricted location"),
        ("rest_errors status=403", 403, "<html>"),
        ("rest_errors status=500", 500, '"code":-1000'),
        ("rest_errors status=504", 504, '"code":-1007'),
        ("rest_errors status=503 body=busy", 503, "busy"),
        ("rest_body what=html", 200, "<!DOCTYPE html>"),
        ("rest_body what=empty", 200, ""),
        ("rest_body what=truncated", 200, '{"serv'),
        ("rest_body what=wrong_types", 200, '{"serverTime":{"number":'),
    ],
)
async def test_rest_can_answer_wrongly_in_many_ways(
    serve: Serve, fault: str, status: int, words: str
) -> None:
    """With the status and the body of the real thing; other paths are not concerned."""
    server = await serve(faults=script(f"at=0 for=60 paths=*/time kind={fault}"))
    await asyncio.sleep(0.02)
    answer = await get(server, "/api/v3/time")
    assert answer.status_code == status
    assert words in answer.text
    assert answer.headers.get("Retry-After") == ("3" if status in (429, 418) else None)
    if words in ("", '{"serv'):
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            answer.json()
    assert (await get(server, "/api/v3/ping")).json() == {}


async def test_rest_can_be_slow(serve: Serve) -> None:
    """For a time."""
    server = await serve(faults=script("at=0 kind=rest_slow delay=0.5 for=0.6"))
    await asyncio.sleep(0.02)
    began = time.monotonic()
    assert (await get(server, "/api/v3/ping")).status_code == 200
    assert time.monotonic() - began >= 0.5
    await asyncio.sleep(0.2)
    began = time.monotonic()
    assert (await get(server, "/api/v3/ping")).status_code == 200
    assert time.monotonic() - began < 0.4


@pytest.mark.parametrize(("candles", "interval"), [(1, "1m"), (3, "1s")])
async def test_rest_can_lag_behind_the_streams(
    serve: Serve, clock: SimulatedClock, candles: int, interval: str
) -> None:
    """The newest closed candles are not there yet; the time is right all the same."""
    server = await serve(faults=script(f"at=0 kind=rest_lag candles={candles}"))
    await asyncio.sleep(0.02)
    path = f"/api/v3/klines?symbol=BTCUSDT&interval={interval}&limit=5"
    rows = (await get(server, path)).json()
    length = Interval(interval).milliseconds
    newest_closed = clock.now() // length * length - length
    assert rows[-1][0] == newest_closed - candles * length
    assert (await get(server, "/api/v3/time")).json() == {"serverTime": clock.now()}


async def test_rest_can_show_a_candle_as_it_was_before_its_end(
    serve: Serve, clock: SimulatedClock
) -> None:
    """Its time is over, but not all of its trades are in it."""
    server = await serve(faults=script("at=0 kind=rest_lag unfinished=true"))
    await asyncio.sleep(0.02)
    path = "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=2"
    row = (await get(server, path)).json()[-1]
    assert row[6] < clock.now()
    (truth,) = server.candles(BTC_1M, row[0], row[0])
    assert 0 < row[8] < truth.trades


# -- the market ------------------------------------------------------------------------------


async def test_the_exchanges_clock_can_be_wrong(serve: Serve, clock: SimulatedClock) -> None:
    """Fast at once; and where it was put back it stands still until its time has come."""
    server = await serve(faults=script("at=0.1 kind=skew ms=2500 for=0.4"))
    before = clock.now()
    assert server.now() == before
    await asyncio.sleep(0.3)
    assert server.now() == before + 2500
    assert (await get(server, "/api/v3/time")).json() == {"serverTime": before + 2500}
    await asyncio.sleep(0.4)
    assert server.now() == before + 2500
    clock.advance_to(before + 2000)
    assert server.now() == before + 2500
    clock.advance_to(before + 3000)
    assert server.now() == before + 3000


async def test_an_outage_is_a_hole_for_good(serve: Serve) -> None:
    """Neither stream nor REST has candles or trades there; afterwards the grid goes on."""
    speed = 20.0
    server = await serve(speed=speed, faults=script("at=0.5 kind=outage for=1 symbols=BTC*"))
    names = f"{NAMES}/btcusdt@aggTrade"
    async with streams(server, names) as connection:
        got = await heard(connection, lambda got: len(closed_of(got)) >= 35)
    opens = closed_of(got)
    holes = [(a + SECOND, b) for a, b in pairwise(opens) if b != a + SECOND]
    ((start, end),) = holes
    assert end - start == speed * SECOND
    others = closed_of(got, "ethusdt@kline_1s")
    assert others == stretch(others)
    times = [m["data"]["T"] for m in got if m["stream"] == "btcusdt@aggTrade"]
    assert times
    assert not any(start <= at < end for at in times)

    query = f"symbol=BTCUSDT&startTime={opens[0]}&endTime={opens[-1]}"
    rows = (await get(server, f"/api/v3/klines?interval=1s&limit=1000&{query}")).json()
    assert [row[0] for row in rows] == opens
    assert [c.open_time for c in server.candles(BTC_1S, opens[0], opens[-1])] == opens
    trades = (await get(server, f"/api/v3/aggTrades?limit=1000&{query}")).json()
    assert not any(start <= trade["T"] < end for trade in trades)
    few = (await get(server, f"/api/v3/klines?interval=1s&limit=12&{query}")).json()
    assert [row[0] for row in few] == opens[:12]


async def test_long_candles_hold_what_an_outage_left_of_them(
    serve: Serve, clock: SimulatedClock
) -> None:
    """A minute is the sum of its seconds that exist; one that lies within has no candle."""
    server = await serve(speed=100.0, faults=script("at=0.2 kind=outage for=1.5"))
    await asyncio.sleep(2.6)
    now = server.now()
    first = clock.now() // 60_000 * 60_000
    minutes = server.candles(BTC_1M, first, now)
    seconds = server.candles(BTC_1S, first, now)
    opens = {c.open_time // 60_000 * 60_000 for c in seconds}
    whole = range(first, now // 60_000 * 60_000, 60_000)
    assert [m.open_time for m in minutes] == [o for o in whole if o in opens]
    assert len(minutes) < len(whole)
    for minute in minutes:
        parts = [c for c in seconds if c.open_time // 60_000 * 60_000 == minute.open_time]
        traded = [c for c in parts if c.trades]
        assert minute.trades == sum(c.trades for c in parts)
        assert minute.volume == pytest.approx(sum(c.volume for c in parts))
        if traded:
            assert minute.high == max(c.high for c in traded)
            assert minute.low == min(c.low for c in traded)
            assert (minute.open, minute.close) == (traded[0].open, traded[-1].close)
