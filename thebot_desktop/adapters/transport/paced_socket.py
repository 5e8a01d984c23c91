"""Opens WebSockets that are read on a beat, and never more of them than is allowed."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Literal
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import is_local

CONNECTS, CONNECTS_SECONDS = 200, 300.0
"""Attempts per five minutes; the exchange allows 300 for all programs of an address."""
LARGEST_MESSAGE = 16 * 2**20


class Address:
    """Where to connect, and what the address itself decides. ``proxy`` empty: the system's."""

    def __init__(self, url: str, proxy: str = "") -> None:
        parts = urlsplit(url)
        self.url = url
        self.host = parts.hostname or url
        self.secure = parts.scheme == "wss"
        self.is_local = is_local(url)
        self._proxy = proxy
        self._tls: ssl.SSLContext | None = None

    @property
    def proxy(self) -> str | Literal[True] | None:
        """None: a proxy has no way to this computer's own servers."""
        return None if self.is_local else self._proxy or True

    async def tls(self) -> ssl.SSLContext | None:
        """Made once, in a thread: reading the certificates takes a tenth of a second."""
        if self.secure and self._tls is None:
            self._tls = await asyncio.to_thread(httpx.create_ssl_context)
        return self._tls


class ConnectBudget:
    """Keeps all connections together within the allowed number of attempts."""

    def __init__(self) -> None:
        self._attempts: deque[float] = deque(maxlen=CONNECTS)

    async def wait_for_turn(self) -> None:
        now = monotonic()
        if len(self._attempts) == CONNECTS:
            await asyncio.sleep(max(0.0, self._attempts[0] + CONNECTS_SECONDS - now))
        self._attempts.append(monotonic())


class Beat:
    """Lets sockets rest after they were read, until the next beat or until there is room."""

    def __init__(self, seconds: float, has_room: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._has_room = has_room
        self._resting: list[asyncio.ReadTransport] = []
        self._timer: asyncio.TimerHandle | None = None

    def rest(self, transport: asyncio.ReadTransport) -> None:
        if transport in self._resting:
            return
        transport.pause_reading()
        self._resting.append(transport)
        if self._timer is None:
            self._arm()

    def release(self, transport: asyncio.ReadTransport) -> None:
        """Read this one again now, whatever the beat: it is being closed."""
        if transport in self._resting:
            self._resting.remove(transport)
            transport.resume_reading()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._strike)

    def _strike(self) -> None:
        self._timer = None
        if not self._has_room():
            self._arm()
            return
        resting, self._resting = self._resting, []
        for transport in resting:
            transport.resume_reading()


class PacedSocket(ClientConnection):
    """A WebSocket that reads on a beat, once one is given to it."""

    beat: Beat | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.beat is not None:
            self.beat.rest(self.transport)


class DirectConnect(connect):
    """Goes where it is told to, and nowhere else: redirects are errors."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def open_socket(address: Address) -> PacedSocket:
    """Raises OSError, ImportError, ValueError or WebSocketException."""
    socket = await DirectConnect(
        address.url,
        ssl=await address.tls(),
        proxy=address.proxy,
        create_connection=PacedSocket,
        compression=None,
        ping_interval=None,
        open_timeout=10,
        close_timeout=1,
        max_queue=None,
        max_size=LARGEST_MESSAGE,
        user_agent_header=f"thebot-desktop/{__version__}",
    )
    assert isinstance(socket, PacedSocket)
    return socket
