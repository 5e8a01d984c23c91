"""One stream connection: its subscriptions, its outbox, and the rules it must keep."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request

from thebot_desktop.exchange_simulator.control import Subscriptions
from thebot_desktop.exchange_simulator.limits import RateLimit

OUTBOX = 100_000
"""Messages a client may leave unread before it is dropped."""


class Gate:
    """Whether the door is open: new connections may be refused, or left without an answer."""

    def __init__(self) -> None:
        self.refuse_until = 0.0
        self.silent = False
        self.connections: set[Connection] = set()

    @property
    def refusing(self) -> bool:
        return time.monotonic() < self.refuse_until

    def refuse_for(self, seconds: float) -> None:
        """Accept no new connection for so long."""
        self.refuse_until = max(self.refuse_until, time.monotonic() + seconds)

    def close(self) -> None:
        """Cut every connection, and every one that the system has let in but not shown yet."""
        self.silent = False
        self.refuse_until = math.inf
        self.drop_all()

    def drop_all(self) -> None:
        """Cut every connection without a goodbye."""
        for connection in list(self.connections):
            connection.transport.abort()

    def set_silent(self, *, silent: bool) -> None:
        """Neither read nor write for a while; what comes meanwhile waits, pings too."""
        self.silent = silent
        for connection in self.connections:
            if connection.dead or connection.transport.is_closing():
                continue
            if silent:
                connection.transport.pause_reading()
            else:
                connection.transport.resume_reading()
                connection.send_data()


class Connection(ServerConnection):
    """A connection that the gate may refuse, and that tells of every frame it receives."""

    gate: Gate
    heard: Callable[[], None] | None = None
    dead = False

    def die(self) -> None:
        """Be as a line that was unplugged: nothing goes out, nothing comes in, no goodbye."""
        self.dead = True
        if self.keepalive_task is not None:
            self.keepalive_task.cancel()
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self.gate.refusing:
            transport.abort()
            return
        super().connection_made(transport)
        self.gate.connections.add(self)
        if self.gate.silent:
            transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if hasattr(self, "transport"):
            self.gate.connections.discard(self)
            super().connection_lost(exc)

    def send_data(self) -> None:
        if not (self.gate.silent or self.dead or self.transport.is_closing()):
            super().send_data()

    def process_event(self, event: object) -> None:
        if self.heard is not None and not isinstance(event, Request):
            self.heard()
        super().process_event(event)  # type: ignore[arg-type]


def connection_type(gate: Gate) -> type[Connection]:
    """The connection class of one server."""
    return type("GatedConnection", (Connection,), {"gate": gate})


class Session:
    """A client that listens to streams."""

    def __init__(
        self, connection: Connection, subscriptions: Subscriptions, unit: int, messages: RateLimit
    ) -> None:
        self.subscriptions = subscriptions
        self.unit = unit
        self._connection = connection
        self._messages = messages
        self._outbox: deque[tuple[bytes, bool]] = deque()
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        connection.heard = self._count_message

    def wrapped(self, name: str, payload: bytes) -> bytes:
        """A stream message as this client wants it."""
        if not self.subscriptions.combined:
            return payload
        return b'{"stream":"%b","data":%b}' % (name.encode(), payload)

    def tell(self, name: str, payload: bytes) -> None:
        """Queue one stream message."""
        self.reply(self.wrapped(name, payload))

    def reply(self, payload: bytes, *, text: bool = True) -> None:
        """Queue a message as it is."""
        if self._connection.dead:
            return
        if len(self._outbox) >= OUTBOX:
            self.abort()
        self._outbox.append((payload, text))
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye after what is queued."""
        if self._closing is None and not self._connection.dead:
            self._closing = (code, reason)
            self._wake.set()

    def die(self) -> None:
        """Never say anything again, and let the client find out."""
        self._outbox.clear()
        self._connection.die()

    def abort(self) -> None:
        """Drop the connection."""
        self._outbox.clear()
        self._connection.transport.abort()

    async def write(self) -> None:
        """Send what is queued, until the connection ends."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._outbox:
                    payload, text = self._outbox.popleft()
                    await self._connection.send(payload, text=text)
                if self._closing is not None:
                    await self._connection.close(*self._closing)
                    return
        except ConnectionClosed:
            return

    def _count_message(self) -> None:
        if self._messages.exceeded(asyncio.get_running_loop().time()):
            self.close(CloseCode.POLICY_VIOLATION, "Too many requests")
