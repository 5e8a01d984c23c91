"""Sockets that reconnect, restore what was subscribed, and lose nothing that was read."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from time import monotonic

import pytest

from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.transport import connection, lane, websocket_manager
from thebot_desktop.adapters.transport.websocket_manager import LinkState, WebSocketManager
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.market.ports import StreamReply
from thebot_desktop.market.stream_config import WebSocketConfig

HEARTBEAT = Binance.heartbeat_stream

pytestmark = pytest.mark.usefixtures("no_tasks_left")


@pytest.fixture
async def server():
    made = await StreamServer().start()
    yield made
    await made.stop()


@asynccontextmanager
async def running(url, config=None, jitter=lambda: 0.0):
    """A manager at work; every socket and task is gone afterwards."""
    made = WebSocketManager(url, Binance(), config or WebSocketConfig(), SimulatedClock(), jitter)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def taken(manager):
    """Everything that waits, replies left out."""
    found = []
    while (message := manager.take()) is not None:
        if b'"result"' not in message:
            found.append(message.decode())
    return found


async def collect(manager, count):
    """``count`` messages, as they come."""
    found = []
    async with asyncio.timeout(10):
        while len(found) < count:
            await manager.wait()
            found += taken(manager)
    return found


async def test_wanted_streams_are_subscribed_and_their_messages_wait_in_order(server):
    """One message for all names, the heartbeat among them; what comes is handed on as bytes."""
    async with running(server.url) as manager:
        manager.subscribe(["b@trade", "a@trade"])
        await until(lambda: server.subscribed)
        assert server.subscribed == sorted(["a@trade", "b@trade", HEARTBEAT])
        await server.send(*"123")
        assert await collect(manager, 3) == ["1", "2", "3"]
        assert manager.link.state is LinkState.UP


async def test_only_the_difference_is_told(server):
    """A change of mind at run time is one message each for what goes and what comes."""
    async with running(server.url) as manager:
        manager.subscribe(["a@trade", "b@trade"])
        await until(lambda: len(server.requests) == 1)
        manager.subscribe(["b@trade", "c@trade"])
        await until(lambda: len(server.requests) == 3)
        told = [(r["method"], r["params"]) for r in server.requests[1:]]
        assert told == [("UNSUBSCRIBE", ["a@trade"]), ("SUBSCRIBE", ["c@trade"])]
        assert len({r["id"] for r in server.requests}) == 3


async def test_long_lists_are_told_in_pieces_and_not_too_fast(server):
    """At most 200 names a message and four messages a second."""
    async with running(server.url) as manager:
        began = monotonic()
        manager.subscribe(f"s{i:03}@trade" for i in range(450))
        await until(lambda: len(server.subscribed) == 451)
        assert [len(r["params"]) for r in server.requests] == [200, 200, 51]
        assert monotonic() - began >= 0.5


async def test_more_streams_than_one_connection_may_carry_get_another(server, monkeypatch):
    """Each name is on exactly one connection, each connection has its heartbeat."""
    monkeypatch.setattr(websocket_manager, "STREAMS_PER_CONNECTION", 3)
    names = [f"s{i}@trade" for i in range(8)]
    async with running(server.url) as manager:
        manager.subscribe(names)
        await until(lambda: len(server.requests) == 3)
        assert server.handshakes == 3
        assert sorted(server.subscribed) == sorted([*names, *[HEARTBEAT] * 3])
        manager.subscribe([*names[1:], "new@trade"])
        await until(lambda: "new@trade" in server.subscribed)
        assert server.handshakes == 3


async def test_a_server_that_comes_up_later_is_found():
    """Refused connections are explained and tried again, for ever."""
    port = free_port()
    async with running(f"ws://127.0.0.1:{port}") as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.DOWN)
        assert manager.link.reason == "127.0.0.1 refused the connection. Trying again."
        server = await StreamServer().start(port)
        await until(lambda: manager.link.state is LinkState.UP)
        assert "a@trade" in server.subscribed
        assert manager.reconnects == 0
    await server.stop()


async def test_after_a_cut_everything_is_subscribed_again(server):
    """A connection that breaks without a word is replaced, with all its streams."""
    async with running(server.url) as manager:
        manager.subscribe(["a@trade", "b@trade"])
        await until(lambda: manager.link.state is LinkState.UP)
        server.requests.clear()
        server.cut()
        await until(lambda: manager.link.state is not LinkState.UP)
        assert "broke" in manager.link.reason
        await until(lambda: manager.link.state is LinkState.UP)
        assert server.subscribed == sorted(["a@trade", "b@trade", HEARTBEAT])
        assert manager.reconnects == 1


@pytest.mark.parametrize(
    ("code", "reason", "sentence"),
    [
        (1008, "Too many requests", "closed the connection: Too many requests."),
        (1001, "going away", "closed the connection (going away)."),
    ],
)
async def test_a_close_frame_is_explained(server, code, reason, sentence):
    """What the server says when it hangs up is passed on."""
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.UP)
        await server.close(code, reason)
        await until(lambda: sentence in manager.link.reason)


@pytest.mark.parametrize(
    ("status", "word"), [(451, "country"), (403, "firewall"), (429, "pause"), (404, "404")]
)
async def test_a_refused_handshake_is_explained(server, status, word):
    """HTTP answers in place of a connection have sentences of their own."""
    server.refusal = (status, {})
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.DOWN)
        assert word in manager.link.reason


async def test_who_is_told_to_stay_away_does_not_knock_again_soon(server):
    """After 429 the next attempt waits much longer than the usual delay."""
    server.refusal = (429, {"Retry-After": "60"})
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.DOWN)
        await asyncio.sleep(0.5)
        assert server.handshakes == 1
        server.refusal = None
        manager.reconnect("A person asked for it.")
        await until(lambda: manager.link.state is LinkState.UP)


async def test_redirects_are_not_followed(server):
    """Only the configured address is contacted."""
    elsewhere = await StreamServer().start()
    server.refusal = (302, {"Location": elsewhere.url})
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: "HTTP 302" in manager.link.reason)
        assert elsewhere.handshakes == 0
    await elsewhere.stop()


async def test_a_silent_connection_is_replaced(server, monkeypatch):
    """A socket that says it is open while nothing comes is dead, whatever it says."""
    monkeypatch.setattr(lane, "GRACE_SECONDS", 0.1)
    async with running(server.url, WebSocketConfig(heartbeat_interval=0)) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: "has sent nothing" in manager.link.reason)
        await until(lambda: server.handshakes == 2)


async def test_a_quiet_market_is_no_dead_line(server, monkeypatch):
    """As long as the heartbeat stream brings something the connection stays."""
    monkeypatch.setattr(lane, "GRACE_SECONDS", 0.5)
    async with running(server.url, WebSocketConfig(heartbeat_interval=1)) as manager:
        manager.subscribe(["quiet@trade"])
        await until(lambda: manager.link.state is LinkState.UP)
        for _ in range(15):
            await server.send("beat")
            await asyncio.sleep(0.2)
        assert server.handshakes == 1


async def test_nothing_is_dropped_when_nobody_takes_messages(server):
    """A full queue leaves the socket unread; later everything comes, in order."""
    sent = [f'{{"n":{i},"filler":"{"x" * 2000}"}}' for i in range(6000)]
    async with running(server.url, WebSocketConfig(queue_size=100)) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.UP)
        sending = asyncio.create_task(server.send(*sent))
        await until(lambda: manager.backlog > 100)
        await asyncio.sleep(0.3)
        assert not sending.done()
        assert manager.backlog < 1500
        assert manager.times_held_back == 1
        assert await collect(manager, len(sent)) == sent
        await sending


async def test_sockets_are_read_on_a_beat(server):
    """Many small messages wake the loop a few dozen times a second, not for each."""
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: manager.link.state is LinkState.UP)
        wakes = found = 0
        began = monotonic()

        async def drip():
            for i in range(400):
                await server.send(str(i))
                await asyncio.sleep(0.001)

        dripping = asyncio.create_task(drip())
        while found < 400:
            await manager.wait()
            wakes += 1
            found += len(taken(manager))
        await dripping
        assert wakes <= (monotonic() - began) / websocket_manager.BEAT_SECONDS * 1.5 + 5


async def test_giving_up_is_said_and_can_be_taken_back():
    """With a limit of attempts the manager stops, until a person asks again."""
    port = free_port()
    config = WebSocketConfig(max_reconnect_attempts=2)
    async with running(f"ws://127.0.0.1:{port}", config) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: "Gave up after 2 attempts" in manager.link.reason)
        server = await StreamServer().start(port)
        await asyncio.sleep(0.3)
        assert server.handshakes == 0
        manager.reconnect("A person asked for it.")
        await until(lambda: manager.link.state is LinkState.UP)
    await server.stop()


async def test_a_subscription_that_nobody_answers_is_repeated(server, monkeypatch):
    """Long lists have been ignored without a word."""
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    server.answers = False
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: server.subscribed.count("a@trade") == 2)


async def test_an_answered_subscription_is_not_repeated_and_a_refusal_is_reported(
    server, monkeypatch
):
    """Replies find their message by its id."""
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.1)
    async with running(server.url) as manager:
        manager.subscribe(["a@trade"])
        await until(lambda: server.requests)
        assert manager.answered(StreamReply(server.requests[0]["id"])) is None
        await asyncio.sleep(1.3)
        assert server.subscribed.count("a@trade") == 1
        refusal = manager.answered(StreamReply(99, "Too many subscriptions (code 4)"))
        assert "Too many subscriptions" in refusal.user_message


async def test_a_server_that_hangs_up_at_once_meets_longer_and_longer_delays(server, monkeypatch):
    """Connecting alone resets nothing: only data that has flowed does."""
    waits = []

    async def note(_self, seconds):
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(lane.Lane, "_pause", note)
    async with running(server.url, jitter=lambda: 1.0) as manager:
        manager.subscribe(["a@trade"])
        while len(waits) < 5:
            await until(lambda: server.connections)
            server.cut()
            await asyncio.sleep(0.01)
    assert waits[:5] == [1, 2, 4, 8, 16]


async def test_delays_start_anew_once_data_has_flowed(server, monkeypatch):
    """A connection that has served for a while is not punished for an earlier one."""
    monkeypatch.setattr(lane, "PROOF_SECONDS", 0.05)
    waits = []

    async def note(_self, seconds):
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(lane.Lane, "_pause", note)
    async with running(server.url, jitter=lambda: 1.0) as manager:
        manager.subscribe(["a@trade"])
        for served in range(3):
            await until(lambda: server.connections and manager.link.state is LinkState.UP)
            await asyncio.sleep(0.1)
            await server.send("data")
            await collect(manager, 1)
            server.cut()
            await until(lambda served=served: len(waits) == served + 1)
    assert waits == [1, 1, 1]
