"""Connections are renewed before they are cut, and nothing is missed meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.stream_server import StreamServer, until
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.transport import connection, lane, websocket_manager
from thebot_desktop.adapters.transport.websocket_manager import LinkState, WebSocketManager
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.market.ports import StreamReply
from thebot_desktop.market.stream_config import WebSocketConfig

pytestmark = pytest.mark.usefixtures("no_tasks_left")

HALF_A_SECOND = 0.5 / 60
HEARTBEAT = Binance.heartbeat_stream


@pytest.fixture
async def server():
    made = await StreamServer().start()
    yield made
    await made.stop()


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    """Minutes become tenths of a second."""
    monkeypatch.setattr(connection, "OVERLAP_SECONDS", 0.2)
    monkeypatch.setattr(lane, "RENEWAL_PAUSE_SECONDS", 0.3)
    monkeypatch.setattr(lane, "READY_POLL_SECONDS", 0.02)
    monkeypatch.setattr(websocket_manager, "WATCH_SECONDS", 0.05)


class Listener:
    """A manager at work whose messages are taken and answered, as a feed does."""

    def __init__(self, manager):
        self.manager = manager
        self.numbers = []
        self.states = []

    async def listen(self):
        while True:
            await self.manager.wait()
            self.states.append(self.manager.link.state)
            while (message := self.manager.take()) is not None:
                for said in Binance().decode(message) if b'"result"' in message else ():
                    assert isinstance(said, StreamReply)
                    self.manager.answered(said)
                if message.isdigit():
                    self.numbers.append(int(message))


@asynccontextmanager
async def listening(url, clock=None, **config):
    manager = WebSocketManager(
        url, Binance(), WebSocketConfig(**config), clock or SimulatedClock(), lambda: 0.0
    )
    listener = Listener(manager)
    tasks = [asyncio.create_task(manager.run()), asyncio.create_task(listener.listen())]
    try:
        yield listener
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def counting(server):
    """The server counts aloud, the same number to each connection."""

    async def count():
        number = 0
        while True:
            for one in list(server.connections):
                with suppress(ConnectionClosed):
                    await one.send(str(number))
            number += 1
            await asyncio.sleep(0.01)

    task = asyncio.create_task(count())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_successor_delivers_before_the_old_connection_is_closed(server):
    """Over two renewals every number comes, no state but UP is shown, one socket remains."""
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            for count in (1, 2):
                heard.manager.renew("As asked.")
                await until(lambda count=count: heard.manager.rollovers == count)
                await until(lambda: len(server.connections) == 1)
        numbers = heard.numbers
        assert sorted(set(numbers)) == list(range(min(numbers), max(numbers) + 1))
        assert len(numbers) > len(set(numbers)), "there was no overlap"
        first_up = heard.states.index(LinkState.UP)
        assert set(heard.states[first_up:]) == {LinkState.UP}
        assert heard.manager.reconnects == 0


async def test_a_connection_is_renewed_when_it_has_grown_old(server):
    """Nobody asks for it: its age does."""
    async with listening(server.url, renewal_minutes=HALF_A_SECOND) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.rollovers >= 1)
        assert heard.manager.reconnects == 0


async def test_a_young_connection_is_left_alone(server):
    """With the usual lifetime nothing is renewed."""
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: len(heard.numbers) > 50)
        assert server.handshakes == 1


async def test_a_successor_that_is_refused_disturbs_nobody(server):
    """The old connection goes on; later it is tried again."""
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            server.refusal = (503, {})
            heard.manager.renew("As asked.")
            await until(lambda: server.handshakes >= 3)
            assert heard.manager.link.state is LinkState.UP
            assert heard.manager.rollovers == 0
            server.refusal = None
            await until(lambda: heard.manager.rollovers == 1)
        assert heard.manager.reconnects == 0


async def test_when_the_old_connection_breaks_first_the_successor_takes_over_at_once(
    server, monkeypatch
):
    """There is no pause although no overlap was long enough."""
    monkeypatch.setattr(connection, "OVERLAP_SECONDS", 60.0)
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            heard.manager.renew("As asked.")
            await until(lambda: len(server.connections) == 2)
            await asyncio.sleep(0.1)
            server.connections[0].transport.abort()
            await until(lambda: heard.manager.rollovers == 1)
        assert server.handshakes == 2
        assert heard.manager.link.state is LinkState.UP


async def test_streams_that_change_during_an_overlap_change_on_both_connections(
    server, monkeypatch
):
    """Whichever connection remains, it carries what is wanted now."""
    monkeypatch.setattr(connection, "OVERLAP_SECONDS", 1.0)
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            heard.manager.renew("As asked.")
            await until(lambda: len(server.connections) == 2)
            heard.manager.subscribe(["b@trade"])
            await until(lambda: heard.manager.rollovers == 1)
        assert server.subscribed.count("b@trade") == 2
        assert server.subscribed.count(HEARTBEAT) == 2


async def test_a_silent_stream_can_be_asked_for_anew(server):
    """Only that one is let go and subscribed again, on the same connection."""
    async with listening(server.url) as heard:
        heard.manager.subscribe(["a@trade", "b@trade"])
        await until(lambda: len(server.requests) == 1)
        assert heard.manager.resubscribe(["b@trade", "unknown@trade"]) == {"b@trade"}
        await until(lambda: len(server.requests) == 3)
        told = [(r["method"], r["params"]) for r in server.requests[1:]]
        assert told == [("UNSUBSCRIBE", ["b@trade"]), ("SUBSCRIBE", ["b@trade"])]
        assert server.handshakes == 1


async def test_after_a_nap_new_connections_are_opened_beside_the_old_ones(server):
    """The clock jumped by half a minute: the sockets may live, but nobody knows."""
    clock = SimulatedClock()
    async with listening(server.url, clock) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            clock.advance_to(clock.now() + 30_000)
            await until(lambda: heard.manager.rollovers == 1)
        assert heard.manager.reconnects == 0


async def test_after_a_long_sleep_the_old_connections_are_dropped_at_once(server):
    """The exchange has given them up; nothing is gained by waiting for their silence."""
    clock = SimulatedClock()
    async with listening(server.url, clock) as heard:
        heard.manager.subscribe(["a@trade"])
        async with counting(server):
            await until(lambda: heard.manager.link.state is LinkState.UP)
            clock.advance_to(clock.now() + 600_000)
            await until(lambda: heard.manager.reconnects == 1)
            await until(lambda: heard.manager.link.state is LinkState.UP)
        assert heard.manager.rollovers == 0
