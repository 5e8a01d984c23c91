"""Opens WebSockets that are read on a beat, many messages at a time, never too many sockets."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Literal, NoReturn
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import DATA_OPCODES, Frame
from websockets.protocol import Event, State

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import is_local
from thebot_desktop.adapters.transport.frames import (
    IMPROPER,
    WHOLE_MESSAGES,
    frames,
    size_of_first,
)

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
        """One at a time: of several who wait, only as many go on as there is room for."""
        while (wait := self._seconds_left()) > 0:  # noqa: ASYNC110 - another may be faster
            await asyncio.sleep(wait)
        self._attempts.append(monotonic())

    def _seconds_left(self) -> float:
        if len(self._attempts) < CONNECTS:
            return 0.0
        return self._attempts[0] + CONNECTS_SECONDS - monotonic()


class Beat:
    """Lets sockets rest after they were read, until the next beat or until there is room."""

    def __init__(self, seconds: float, has_room: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._has_room = has_room
        self._resting: list[asyncio.ReadTransport] = []
        self._timer: asyncio.TimerHandle | None = None
        self._is_held_back = False
        self.times_held_back = 0
        """How often sockets were left unread because too much waited."""

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
            self.times_held_back += not self._is_held_back
            self._is_held_back = True
            self._arm()
            return
        self._is_held_back = False
        resting, self._resting = self._resting, []
        for transport in resting:
            transport.resume_reading()


class PacedSocket(ClientConnection):
    """A WebSocket that reads on a beat and takes plain messages out of a read all at once.

    Everything else is left to the library, frame by frame: handshake, pings, goodbyes,
    fragments, and what is improper. For plain messages its parser costs five times as much.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - passed on
        super().__init__(*arguments, **options)
        self.beat: Beat | None = None
        self._listener: Callable[[list[bytes]], None] | None = None
        self._messages: list[bytes] = []
        self._fragments = bytearray()
        self._begun = bytearray()
        """A frame of which the rest is still on its way."""
        self._needed = 0
        self._is_open = True
        """False once the connection fails or ends: from then on the library reads alone."""

    async def listen(self, listener: Callable[[list[bytes]], None], beat: Beat) -> NoReturn:
        """Hand every message to ``listener``. Raises ConnectionClosed in the end."""
        self._listener, self.beat = listener, beat
        self._hand_over()
        await self.wait_closed()
        raise self.close_exc

    def data_received(self, data: bytes) -> None:
        while data and self.protocol.state is State.CONNECTING:
            # Line by line: what follows the server's handshake is for the loop below.
            line, newline, data = data.partition(b"\n")
            super().data_received(line + newline)
        if self._begun:
            self._begun += data
            if len(self._begun) < self._needed:
                return self._rest()
            data = bytes(self._begun)
            self._begun.clear()
        self._take_apart(data)
        self._hand_over()
        return self._rest()

    def process_event(self, event: Event) -> None:
        """Messages in fragments, put together by the library's rules."""
        if not isinstance(event, Frame) or event.opcode not in DATA_OPCODES:
            super().process_event(event)
            return
        self._fragments += event.data
        if event.fin:
            self._messages.append(bytes(self._fragments))
            self._fragments.clear()

    def _take_apart(self, data: bytes) -> None:
        done, messages = 0, self._messages
        self._is_open = self._is_open and self.protocol.state is State.OPEN
        if self._is_open:
            in_fragments = self.protocol.current_size is not None
            for kind, begin, start, end in frames(data, LARGEST_MESSAGE):
                done = end
                if kind in WHOLE_MESSAGES and not in_fragments:
                    messages.append(data[start:end])
                    continue
                super().data_received(data[begin:end])
                in_fragments = self.protocol.current_size is not None
                if kind == IMPROPER or self.protocol.state is not State.OPEN:
                    self._is_open = False
                    break
        self._keep(data[done:])

    def _keep(self, rest: bytes) -> None:
        if self._is_open:
            self._begun += rest
            self._needed = size_of_first(rest)
        elif rest:
            super().data_received(rest)

    def _hand_over(self) -> None:
        if self._listener is not None and self._messages:
            messages, self._messages = self._messages, []
            self._listener(messages)

    def _rest(self) -> None:
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
