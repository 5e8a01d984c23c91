"""Tests of the embedded exchange over real sockets."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.exchange_simulator.conftest import NOON, Serve
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.faults import (
    Close,
    Cut,
    FaultScript,
    Refuse,
    RestErrors,
    Shutdown,
    Silence,
)
from thebot_desktop.exchange_simulator.kline_files import KlineFile
from thebot_desktop.exchange_simulator.server import ExchangeServer

pytestmark = pytest.mark.usefixtures("no_tasks_left")

MINUTE = 60_000
BTC_1M = SeriesKey(Symbol("BTCUSDT"), Interval.M1)


@asynccontextmanager
async def streams(
    server: ExchangeServer, path: str, **options: Any
) -> AsyncIterator[ClientConnection]:
    options = {"proxy": None, "compression": None, "ping_interval": None, **options}
    options.setdefault("close_timeout", 1)
    async with connect(server.stream_url + path, **options) as connection:
        yield connection


async def get(server: ExchangeServer, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.rest_url, trust_env=False) as client:
        return await client.get(path, headers=headers)


async def receive(connection: ClientConnection, seconds: float = 5.0) -> Any:
    return json.loads(await asyncio.wait_for(connection.recv(), seconds))


async def ask(connection: ClientConnection, message: object) -> Any:
    """Send a control message and wait for its reply among the stream messages."""
    await connection.send(json.dumps(message))
    while True:
        reply = await receive(connection)
        if isinstance(reply, dict) and "id" in reply:
            return reply


async def drain(connection: ClientConnection) -> None:
    """Receive until the connection ends."""
    async with asyncio.timeout(5):
        while True:
            await connection.recv()


async def eventually(attempt: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> None:
    """Try again and again until it works."""
    async with asyncio.timeout(seconds):
        while not await attempt():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.02)


async def unanswered(connection: ClientConnection) -> Awaitable[float]:
    """Ping until one is not answered."""
    async with asyncio.timeout(5):
        while True:
            pong = await connection.ping()
            await asyncio.wait([pong], timeout=0.25)
            if not pong.done():
                return pong
            await asyncio.sleep(0.02)


async def refused(server: ExchangeServer) -> bool:
    try:
        await get(server, "/api/v3/ping")
    except httpx.TransportError:
        return True
    return False


async def pinged(server: ExchangeServer) -> bool:
    try:
        return (await get(server, "/api/v3/ping")).status_code == 200
    except httpx.TransportError:
        return False


# -- REST ------------------------------------------------------------------------------------


async def test_rest_answers_on_the_same_port(serve: Serve, clock: SimulatedClock) -> None:
    """With the weight used on every answer, errors too."""
    server = await serve()
    pong = await get(server, "/api/v3/ping")
    assert (pong.json(), pong.headers["x-mbx-used-weight-1m"]) == ({}, "1")
    time = await get(server, "/api/v3/time")
    assert time.json() == {"serverTime": clock.now()}
    wrong = await get(server, "/api/v3/klines?symbol=NOSUCH&interval=1m")
    assert (wrong.status_code, wrong.json()["code"]) == (400, -1121)
    assert wrong.headers["x-mbx-used-weight-1m"] == "4"
    assert (await get(server, "/nowhere")).status_code == 404


async def test_times_can_be_had_in_microseconds(serve: Serve, clock: SimulatedClock) -> None:
    """By a header."""
    server = await serve()
    answer = await get(server, "/api/v3/time", **{"x-mbx-time-unit": "MICROSECOND"})
    assert answer.json() == {"serverTime": clock.now() * 1000}


async def test_rest_rows_are_the_truth(serve: Serve) -> None:
    """A thousand days too."""
    server = await serve()
    rows = (await get(server, "/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=1000")).json()
    series = SeriesKey(Symbol("BTCUSDT"), Interval.D1)
    truth = server.candles(series, rows[0][0], rows[-2][0])
    assert len(rows) == 1000
    assert [(c.open_time, c.open, c.high, c.low, c.close, c.volume) for c in truth] == [
        (row[0], *(float(value) for value in row[1:6])) for row in rows[:-1]
    ]


async def test_too_much_weight_is_refused_then_banned(serve: Serve, clock: SimulatedClock) -> None:
    """429 with the time to wait, 418 for those who go on, and forgiveness in the end."""
    server = await serve(weight_limit=4, ban_after=1, ban_seconds=120)
    path = "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1"
    codes = [(await get(server, path)).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    clock.advance_to(UnixMs(clock.now() + 1000))
    banned = await get(server, path)
    assert banned.status_code == 418
    assert banned.headers["Retry-After"] == "120"
    assert str(clock.now() + 120_000) in banned.json()["msg"]
    clock.advance_to(UnixMs(clock.now() + 120_000))
    assert (await get(server, path)).status_code == 200


async def test_there_are_news(serve: Serve) -> None:
    """A feed, and a page behind each link."""
    server = await serve()
    feed = await get(server, "/news/rss")
    assert feed.headers["content-type"].startswith("application/rss+xml")
    assert "<title>Demo: " in feed.text
    link = feed.text.split("<item>")[1].split("<link>")[1].split("</link>")[0]
    page = await get(server, link.removeprefix(server.rest_url))
    assert page.status_code == 200
    assert server.news_url == server.rest_url + "/news/rss"


# -- streams ---------------------------------------------------------------------------------


async def test_one_stream_is_bare_and_several_are_wrapped(serve: Serve) -> None:
    """``/ws/name`` gives payloads, ``/stream?streams=`` says which stream they belong to."""
    server = await serve()
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        assert (await receive(connection))["e"] == "kline"
    async with streams(server, "/ws/btcusdt@kline_1m/ethusdt@miniTicker") as connection:
        kinds = {(await receive(connection))["e"] for _ in range(2)}
        assert kinds == {"kline", "24hrMiniTicker"}
    async with streams(server, "/stream?streams=btcusdt@kline_1m/ethusdt@kline_1h") as connection:
        messages = [await receive(connection) for _ in range(2)]
        assert {m["stream"] for m in messages} == {"btcusdt@kline_1m", "ethusdt@kline_1h"}
        assert all(m["data"]["e"] == "kline" for m in messages)


async def test_streams_are_added_and_removed_at_run_time(
    serve: Serve, clock: SimulatedClock
) -> None:
    """Replies are bare, unknown names are accepted in silence."""
    server = await serve(messages_per_second=100)
    async with streams(server, "/stream") as connection:
        names = ["btcusdt@kline_1m", "nosuch@trade"]
        assert await ask(connection, {"method": "SUBSCRIBE", "params": names, "id": 1}) == {
            "result": None,
            "id": 1,
        }
        assert (await receive(connection))["stream"] == "btcusdt@kline_1m"
        listed = await ask(connection, {"method": "LIST_SUBSCRIPTIONS", "id": 2})
        assert listed["result"] == names
        await ask(connection, {"method": "UNSUBSCRIBE", "params": names[:1], "id": 3})
        clock.advance_to(UnixMs(clock.now() + 3 * MINUTE))
        await ask(connection, {"method": "SUBSCRIBE", "params": ["ethusdt@kline_1m"], "id": 4})
        assert (await receive(connection))["stream"] == "ethusdt@kline_1m"
        await ask(connection, {"method": "SET_PROPERTY", "params": ["combined", False], "id": 5})
        clock.advance_to(UnixMs(clock.now() + MINUTE))
        assert (await receive(connection))["e"] == "kline"


async def test_errors_are_nested(serve: Serve) -> None:
    """As the real server sends them."""
    server = await serve()
    async with streams(server, "/ws") as connection:
        await connection.send("nonsense")
        assert (await receive(connection))["error"]["code"] == 3


async def test_a_connection_carries_so_many_streams_and_no_more(serve: Serve) -> None:
    """Error 4 for a request, 400 for an address."""
    server = await serve(streams_per_connection=3)
    async with streams(server, "/ws/a@trade/b@trade") as connection:
        many = {"method": "SUBSCRIBE", "params": ["c@trade", "d@trade"], "id": 19}
        assert await ask(connection, many) == {
            "error": {"code": 4, "msg": "Too many subscriptions"},
            "id": 19,
        }
    with pytest.raises(InvalidStatus) as caught:
        async with streams(server, "/ws/a@trade/b@trade/c@trade/d@trade"):
            pass
    assert caught.value.response.status_code == 400


async def test_an_address_can_be_too_long(serve: Serve) -> None:
    """Beyond 8,000 characters SUBSCRIBE must be used."""
    server = await serve()
    with pytest.raises(InvalidStatus):
        async with streams(server, "/ws/" + "x" * 8000):
            pass


async def test_whoever_talks_too_much_is_shown_out(serve: Serve) -> None:
    """The sixth message within a second closes the connection with 1008; pings count."""
    server = await serve()
    async with streams(server, "/ws/btcusdt@trade") as connection:
        for _ in range(3):
            await connection.ping()
        for number in range(3):
            await connection.send(json.dumps({"method": "LIST_SUBSCRIPTIONS", "id": number}))
        with pytest.raises(ConnectionClosed) as caught:
            await drain(connection)
        assert caught.value.rcvd is not None
        assert (caught.value.rcvd.code, caught.value.rcvd.reason) == (1008, "Too many requests")


async def test_unasked_pongs_are_messages_too(serve: Serve) -> None:
    """The sixth within a second closes the connection."""
    server = await serve()
    async with streams(server, "/ws") as connection:
        for _ in range(6):
            await connection.pong()
        async with asyncio.timeout(5):
            await connection.wait_closed()
        assert connection.close_code == 1008


async def test_pings_carry_something_to_be_sent_back(serve: Serve) -> None:
    """An answer that carries something else does not count."""
    server = await serve(ping_seconds=0.1, pong_seconds=0.4, messages_per_second=1000)
    async with streams(server, "/ws") as connection:
        payloads: list[bytes] = []

        def wrong_pong(frame: Any) -> None:
            if frame.opcode == 9:
                payloads.append(bytes(frame.data))
                connection.protocol.send_pong(b"not that")
            else:
                type(connection.protocol).recv_frame(connection.protocol, frame)

        connection.protocol.recv_frame = wrong_pong
        async with asyncio.timeout(5):
            await connection.wait_closed()
    assert payloads
    assert all(payloads)


async def test_the_server_pings_and_waits_for_the_answer(serve: Serve) -> None:
    """A client that never pongs is closed; one that does is kept."""
    server = await serve(ping_seconds=0.1, pong_seconds=0.3, messages_per_second=100)
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await connection.wait_closed()
        connection.protocol.recv_frame = _without_pongs(connection)
        async with asyncio.timeout(5):
            await connection.wait_closed()


def _without_pongs(connection: ClientConnection) -> Callable[[Any], None]:
    """Receives frames as the library does, but leaves pings unanswered."""
    original = type(connection.protocol).recv_frame

    def receive_frame(frame: Any) -> None:
        if frame.opcode != 9:
            original(connection.protocol, frame)

    return receive_frame


async def test_a_connection_lives_for_a_day(serve: Serve) -> None:
    """Or as long as it is told to."""
    server = await serve(connection_seconds=0.2)
    async with streams(server, "/ws/btcusdt@trade") as connection:
        async with asyncio.timeout(5):
            await connection.wait_closed()
        assert connection.close_code == 1001


async def test_the_end_of_a_connection_can_be_announced(serve: Serve) -> None:
    """Some time before, in the connection's own wrapping and unit."""
    server = await serve(connection_seconds=0.5, notice_seconds=0.4)
    async with (
        streams(server, "/ws") as bare,
        streams(server, "/stream?timeUnit=microsecond") as wrapped,
    ):
        told = await receive(bare)
        assert told["e"] == "serverShutdown"
        event = await receive(wrapped)
        assert event["stream"] == "!serverShutdown"
        assert event["data"]["E"] == told["E"] * 1000
        async with asyncio.timeout(5):
            await bare.wait_closed()
        assert bare.close_code == 1001


async def test_names_with_a_plus_sign_can_stand_in_an_address(serve: Serve) -> None:
    """As they are, and encoded."""
    server = await serve()
    name = "btcusdt@kline_1d@+08:00"
    for path in (
        f"/stream?streams={name}",
        "/stream?streams=btcusdt%40kline_1d%40%2B08%3A00",
        f"/stream?streams={name}/ethusdt@trade&timeUnit=MILLISECOND",
    ):
        async with streams(server, path) as connection:
            assert (await receive(connection))["stream"] == name


async def test_symbols_can_be_had_by_name(serve: Serve) -> None:
    """Of any alphabet, lower case in streams, upper case in REST."""
    server = await serve(names=("ETHBTC", "币安人生USDT"))
    info = (await get(server, "/api/v3/exchangeInfo")).json()
    assert [symbol["symbol"] for symbol in info["symbols"]] == ["ETHBTC", "币安人生USDT"]
    rows = await get(server, "/api/v3/klines?symbol=币安人生USDT&interval=1h&limit=3")
    assert len(rows.json()) == 3
    names = ["币安人生usdt@kline_1h"]
    async with streams(server, "/stream") as connection:
        await ask(connection, {"method": "SUBSCRIBE", "params": names, "id": 1})
        event = await receive(connection)
        assert (event["stream"], event["data"]["s"]) == (names[0], "币安人生USDT")


async def test_a_book_is_kept_over_a_socket(serve: Serve) -> None:
    """Events without a gap; the snapshot lies among them; what comes out is REST's book."""
    server = await serve(speed=20.0)
    async with streams(server, "/stream?streams=btcusdt@depth@100ms") as connection:
        first = (await receive(connection))["data"]
        answer = (await get(server, "/api/v3/depth?symbol=BTCUSDT&limit=5000")).json()
        assert answer["lastUpdateId"] >= first["U"] - 1
        known, last = answer["lastUpdateId"], first["u"]
        book = {"b": dict(answer["bids"]), "a": dict(answer["asks"])}
        for _ in range(40):
            event = (await receive(connection))["data"]
            assert event["U"] == last + 1
            last = event["u"]
            if event["u"] <= known:
                continue
            assert event["U"] <= known + 1
            known = event["u"]
            for side, levels in book.items():
                levels.update(event[side])
                book[side] = {price: held for price, held in levels.items() if float(held)}
        bids, asks = ([*map(float, book[side])] for side in "ba")
        assert max(bids) < min(asks)
        assert round((min(asks) - max(bids)) * 100) == 1


async def test_too_many_connections_are_refused(serve: Serve) -> None:
    """429 instead of a handshake."""
    server = await serve(connects_per_5_minutes=2)
    for _ in range(2):
        async with streams(server, "/ws"):
            pass
    with pytest.raises(InvalidStatus) as caught:
        async with streams(server, "/ws"):
            pass
    assert caught.value.response.status_code == 429


async def test_streams_can_be_in_microseconds(serve: Serve, clock: SimulatedClock) -> None:
    """By the address, for one client and not for the other."""
    server = await serve()
    path = "/stream?streams=btcusdt@kline_1m"
    async with (
        streams(server, path) as milli,
        streams(server, path + "&timeUnit=MICROSECOND") as micro,
    ):
        opened = {(await receive(c))["data"]["k"]["t"] for c in (milli, micro)}
    assert opened == {NOON, NOON * 1000}


async def test_fast_markets_close_every_candle_once_and_in_order(serve: Serve) -> None:
    """Two hundred times as fast, three symbols: stream and REST tell the same truth."""
    server = await serve(speed=200.0)
    symbols = ("BTCUSDT", "TONUSDT", "PEPEUSDT")
    names = "/".join(f"{symbol.lower()}@kline_1m" for symbol in symbols)
    closed: dict[str, list[dict[str, Any]]] = {symbol: [] for symbol in symbols}
    newest = dict.fromkeys(symbols, 0)
    async with streams(server, f"/stream?streams={names}") as connection:
        while min(len(candles) for candles in closed.values()) < 12:
            candle = (await receive(connection))["data"]["k"]
            symbol = candle["s"]
            assert candle["t"] >= newest[symbol]
            newest[symbol] = candle["t"]
            if candle["x"]:
                closed[symbol].append(candle)
                newest[symbol] = candle["t"] + 1
    for symbol, candles in closed.items():
        opens = [candle["t"] for candle in candles]
        assert opens == list(range(opens[0], opens[0] + len(opens) * MINUTE, MINUTE))
        query = f"symbol={symbol}&interval=1m&startTime={opens[0]}&endTime={opens[-1]}"
        rows = (await get(server, f"/api/v3/klines?{query}")).json()
        keys = ("t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B")
        assert rows == [[candle[key] for key in keys] for candle in candles]


async def test_a_slow_reader_does_not_hold_the_others_up(serve: Serve) -> None:
    """One that reads nothing is left behind; the other hears everything."""
    server = await serve(speed=2000.0)
    path = "/stream?streams=" + "/".join(f"{s}usdt@trade" for s in ("btc", "eth", "doge"))
    async with (
        streams(server, path, max_queue=1) as slow,
        streams(server, path) as quick,
    ):
        for _ in range(5000):
            await receive(quick)
        quick.transport.abort()
        slow.transport.abort()


# -- files -----------------------------------------------------------------------------------


async def test_a_file_is_played_as_it_is(serve: Serve, tmp_path: Path) -> None:
    """History first, then candle for candle by stream; the market then stands still."""
    lines = [
        f"{NOON + i * MINUTE},{100 + i}.1,{103 + i}.25,{99 + i}.5,{101 + i},{5 + i}.125"
        for i in range(40)
        if i != 17
    ]
    path = tmp_path / "k.csv"
    path.write_text("\n".join(lines))
    server = await serve(klines=(KlineFile("XYZUSDT", path),), speed=1200.0, history_rows=10)
    rows = (await get(server, "/api/v3/klines?symbol=XYZUSDT&interval=1m")).json()
    assert [row[0] for row in rows[:10]] == [NOON + i * MINUTE for i in range(10)]
    seen: list[list[str]] = []
    async with streams(server, "/ws/xyzusdt@kline_1m") as connection:
        while not seen or seen[-1][0] < NOON + 39 * MINUTE:
            candle = (await receive(connection))["k"]
            if candle["x"]:
                seen.append([candle["t"], *(float(candle[key]) for key in "ohlcv")])
        with pytest.raises(TimeoutError):
            await receive(connection, 0.6)
        assert server.now() > NOON + 45 * MINUTE
    given = [[int(f[0]), *map(float, f[1:])] for f in (line.split(",") for line in lines)]
    assert seen == given[-len(seen) :]
    assert len(seen) >= 25


async def test_a_recording_arrives_candle_for_candle(recorded: Path, serve: Serve) -> None:
    """Real minutes by stream and by REST, to the last decimal, trades included."""
    path = recorded / "klines" / "BTCUSDT-1m-20211011_20211017.klines.jsonl.gz"
    server = await serve(klines=(KlineFile("BTCUSDT", path),), speed=600.0)
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        closed: list[dict[str, Any]] = []
        while len(closed) < 20:
            candle = (await receive(connection))["k"]
            if candle["x"]:
                closed.append(candle)
    given = {}
    for line in gzip.decompress(path.read_bytes()).splitlines():
        row = json.loads(line)
        given[row[0]] = row
    keys = ("t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B")
    assert [[candle[key] for key in keys] for candle in closed] == [
        given[candle["t"]] for candle in closed
    ]


# -- faults ----------------------------------------------------------------------------------


async def test_cut_drops_everyone_and_lets_nobody_in(serve: Serve) -> None:
    """Without a close frame; afterwards everything is as before."""
    server = await serve()
    async with streams(server, "/ws/btcusdt@trade") as connection:
        cut = asyncio.create_task(server.cut(0.5))
        with pytest.raises(ConnectionClosed) as caught:
            await drain(connection)
        assert caught.value.rcvd is None
    with pytest.raises(httpx.TransportError):
        await get(server, "/api/v3/ping")
    await cut
    assert (await get(server, "/api/v3/ping")).status_code == 200
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        await receive(connection)


async def test_scripted_close_and_shutdown_notice(serve: Serve) -> None:
    """An announcement in the connection's own wrapping, then a close frame."""
    script = FaultScript((Shutdown(at=0.2), Close(at=0.4, code=1012, reason="restart")))
    server = await serve(faults=script)
    async with streams(server, "/stream") as wrapped, streams(server, "/ws") as bare:
        assert (await receive(wrapped))["stream"] == "!serverShutdown"
        assert (await receive(bare))["e"] == "serverShutdown"
        async with asyncio.timeout(5):
            await wrapped.wait_closed()
        assert (wrapped.close_code, wrapped.close_reason) == (1012, "restart")


async def test_scripted_cut_and_refusal(serve: Serve) -> None:
    """A refusal leaves open connections alone, a cut does not."""
    script = FaultScript((Refuse(at=0.0, seconds=0.4), Cut(at=0.9, seconds=0.1)))
    server = await serve(faults=script)
    await eventually(lambda: refused(server))
    await eventually(lambda: pinged(server))
    async with streams(server, "/ws/btcusdt@trade") as connection:
        with pytest.raises(ConnectionClosed) as caught:
            await drain(connection)
        assert caught.value.rcvd is None


async def test_silence_is_a_connection_that_says_nothing(serve: Serve) -> None:
    """No message, no pong, no answer to REST; then it goes on as if nothing had been."""
    script = FaultScript((Silence(at=0.5, seconds=1.0),))
    server = await serve(faults=script, ping_seconds=0.1, speed=50.0, messages_per_second=100)
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        gaps: list[float] = []
        last = asyncio.get_running_loop().time()
        opens: list[int] = []
        while len(opens) < 3:
            candle = (await receive(connection))["k"]
            now = asyncio.get_running_loop().time()
            gaps.append(now - last)
            last = now
            if candle["x"]:
                opens.append(candle["t"])
        assert max(gaps) > 0.8
        assert opens == [opens[0] + n * MINUTE for n in range(3)]


async def test_a_silent_server_does_not_even_pong(serve: Serve) -> None:
    """So a client can find out."""
    script = FaultScript((Silence(at=0.3, seconds=1.5),))
    server = await serve(faults=script, messages_per_second=1000)
    async with streams(server, "/ws") as connection:
        await asyncio.wait_for(await unanswered(connection), 5)


async def test_scripted_rest_errors(serve: Serve) -> None:
    """So many, with the status, body and header the script says; streams do not care."""
    trouble = RestErrors(at=0.0, status=429, count=2, retry_after=7, body="<html>busy</html>")
    server = await serve(faults=FaultScript((trouble,)))
    first, second, third = [await get(server, "/api/v3/ping") for _ in range(3)]
    assert [first.status_code, second.status_code, third.status_code] == [429, 429, 200]
    assert first.headers["Retry-After"] == "7"
    assert first.text == "<html>busy</html>"


async def test_scripted_rest_errors_for_a_time(serve: Serve) -> None:
    """All of them, until it is over."""
    server = await serve(faults=FaultScript((RestErrors(at=0.0, seconds=0.6),)))
    codes = [(await get(server, "/api/v3/ping")).status_code for _ in range(3)]
    assert codes == [503, 503, 503]
    await eventually(lambda: pinged(server))


# -- starting and stopping -------------------------------------------------------------------


async def test_an_occupied_port_is_a_sentence(serve: Serve, clock: SimulatedClock) -> None:
    """Which port, and why."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError) as caught:
            await serve(port=port)
    assert str(port) in caught.value.user_message
    assert "another program" in caught.value.user_message


@pytest.mark.parametrize(
    "settings",
    [
        {"port": 99_999},
        {"speed": 0.0},
        {"speed": float("nan")},
        {"symbols": 0},
        {"symbols": 3001},
        {"klines": (KlineFile("A", Path("x")), KlineFile("A", Path("y")))},
        {"klines": (KlineFile("A", Path("/does/not/exist.csv")),)},
    ],
)
async def test_nonsense_is_refused_in_a_sentence(serve: Serve, settings: dict[str, Any]) -> None:
    """Before anything is opened."""
    with pytest.raises(InputError) as caught:
        await serve(**settings)
    assert caught.value.user_message.endswith(".")


async def test_closing_leaves_nothing_behind(clock: SimulatedClock) -> None:
    """Neither tasks nor connections, whoever is listening, even in a silence."""
    script = FaultScript((Silence(at=0.3, seconds=60.0),))
    for config in (ExchangeConfig(), ExchangeConfig(faults=script, messages_per_second=1000)):
        server = ExchangeServer(config, clock)
        before = asyncio.all_tasks()
        await server.start()
        async with streams(server, "/ws/btcusdt@trade") as connection:
            if config.faults.faults:
                await unanswered(connection)
            await asyncio.wait_for(server.aclose(), 5)
            async with asyncio.timeout(5):
                await connection.wait_closed()
        await server.aclose()
        assert asyncio.all_tasks() - before == set()


async def test_at_speed_one_market_time_is_the_clock(serve: Serve, clock: SimulatedClock) -> None:
    """Also after the clock jumped, as it does when a laptop wakes up."""
    server = await serve()
    async with streams(server, "/ws/btcusdt@kline_1m") as connection:
        await receive(connection)
        clock.advance_to(UnixMs(NOON + 90 * MINUTE + 5000))
        closed: list[int] = []
        while len(closed) < 90:
            candle = (await receive(connection))["k"]
            if candle["x"]:
                closed.append(candle["t"])
    assert closed == [NOON + n * MINUTE for n in range(90)]


async def test_two_starts_with_one_seed_agree(serve: Serve) -> None:
    """Another day, another process: the same candles."""
    one, two, other = await serve(), await serve(), await serve(seed=2)
    past = (NOON - 300 * MINUTE, NOON - MINUTE)
    assert one.candles(BTC_1M, *past) == two.candles(BTC_1M, *past)
    assert one.candles(BTC_1M, *past) != other.candles(BTC_1M, *past)
