"""WebSocketManager: keeps the wanted streams coming, over as many sockets as that takes.

Messages wait in one queue, in the order they were read. **Nothing in it is ever dropped**: when
``queue_size`` messages wait, the sockets are left unread until there is room, so that the
network holds the sender back (one read of a socket may exceed the limit). What may be merged,
such as tickers and forming candles, is known only after decoding and merged there.
"""

from __future__ import annotations

import asyncio
import logging
import random
import ssl
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import Enum
from http import HTTPStatus
from time import monotonic
from typing import NoReturn
from urllib.parse import urlsplit

import httpx
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from thebot_desktop import __version__
from thebot_desktop.adapters.transport.addresses import is_local
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.adapters.transport.reasons import POLICY_VIOLATION, why
from thebot_desktop.domain.errors import FatalFeedError
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.ports import ExchangeProtocol, StreamReply
from thebot_desktop.market.stream_config import WebSocketConfig

log = logging.getLogger(__name__)

BEAT_SECONDS = 0.015
"""Waking the loop costs more than parsing: sockets are read once per beat."""
STREAMS_PER_CONNECTION = 1023
"""1,024 are allowed; one is the heartbeat."""
NAMES_PER_MESSAGE = 200
"""Longer lists have been ignored without an answer."""
CONTROL_PAUSE_SECONDS = 0.25
"""Four control messages a second; pongs need the rest of the five that are allowed."""
ANSWER_SECONDS = 10.0
RETELLINGS = 2
"""How often a subscription that nobody answered is repeated on one connection."""
GRACE_SECONDS = 5.0
PROOF_SECONDS = 10.0
"""A connection has proved itself when data has flowed for so long: delays start anew."""
LONG_PAUSE_SECONDS = 30.0
CONNECTS, CONNECTS_SECONDS = 200, 300.0
"""Attempts per five minutes; the exchange allows 300 for all programs of an address."""
LARGEST_MESSAGE = 16 * 2**20
STAY_AWAY = (
    HTTPStatus.FORBIDDEN,
    418,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
)


class LinkState(Enum):
    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"


class Link(Struct, frozen=True):
    """How the sockets are doing as a whole; ``reason`` is a sentence for people."""

    state: LinkState
    reason: str


class WebSocketManager:
    """Spreads stream names over connections that reconnect by themselves."""

    def __init__(
        self,
        url: str,
        exchange: ExchangeProtocol,
        config: WebSocketConfig,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._address = Address(url + exchange.stream_path())
        self._exchange = exchange
        self._config = config
        self._clock = clock
        self._jitter = jitter
        self._queue: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._beat = Beat(BEAT_SECONDS, self._has_room)
        self._connections: list[_Connection] = []
        self._tasks: set[asyncio.Task[None]] | None = None
        self._connects = ConnectBudget()
        self._message_id = 0
        self._names: frozenset[str] = frozenset()
        self.received = 0

    @property
    def link(self) -> Link:
        """The state of the connection that is worst off."""
        links = [c.link for c in self._connections]
        order = (LinkState.DOWN, LinkState.CONNECTING, LinkState.UP)
        idle = Link(LinkState.CONNECTING, "Nothing is being watched yet.")
        return min(links, key=lambda link: order.index(link.state), default=idle)

    @property
    def reconnects(self) -> int:
        return sum(c.reconnects for c in self._connections)

    @property
    def backlog(self) -> int:
        """Messages that were read and wait to be taken."""
        return len(self._queue)

    @property
    def silence(self) -> float:
        """Seconds since the quietest connection brought anything."""
        now = monotonic()
        return max((now - c.heard_at for c in self._connections), default=0.0)

    @property
    def last_message_at(self) -> UnixMs:
        """By our clock; 0 before the first."""
        if not self.received:
            return UnixMs(0)
        now = monotonic()
        age = min(now - c.heard_at for c in self._connections)
        return UnixMs(self._clock.now() - int(age * 1000))

    def subscribe(self, names: Iterable[str]) -> None:
        """From now on keep exactly these streams coming."""
        self._names = frozenset(names)
        self._spread()

    def take(self) -> bytes | None:
        """The oldest message that waits."""
        return self._queue.popleft() if self._queue else None

    async def wait(self) -> None:
        """Until a message came, the link changed or ``wake`` was called."""
        await self._woken.wait()
        self._woken.clear()

    def wake(self) -> None:
        """End ``wait``: there is something to do besides messages."""
        self._woken.set()

    def answered(self, reply: StreamReply) -> FatalFeedError | None:
        """Note the exchange's answer to a control message; a refusal is worth reporting."""
        for connection in self._connections:
            connection.answered(reply.id)
        if reply.error is None:
            return None
        return FatalFeedError(
            f"control message {reply.id}: {reply.error}",
            user_message=f"The exchange refused a subscription: {reply.error}.",
        )

    def reconnect(self, reason: str) -> None:
        """Give up the present connections, or the present waiting, and connect anew."""
        for connection in self._connections:
            connection.abort(reason)

    async def run(self) -> None:
        """Keep connecting and watching until cancelled; no socket or timer is left behind."""
        self._tasks = set()
        try:
            for connection in self._connections:
                self._launch(connection)
            while True:
                await asyncio.sleep(1.0)
                for connection in self._connections:
                    connection.watch()
        finally:
            tasks, self._tasks = self._tasks, None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._beat.stop()

    def _spread(self) -> None:
        """Take away what is not wanted, give what is missing to connections with room."""
        missing = set(self._names)
        for connection in self._connections:
            connection.keep(self._names)
            missing -= connection.names
        for connection in self._connections:
            missing -= connection.add(missing)
        while missing:
            connection = self._another()
            missing -= connection.add(missing)

    def _another(self) -> _Connection:
        connection = _Connection(
            self._address,
            self._exchange,
            self._config,
            beat=self._beat,
            connects=self._connects,
            jitter=self._jitter,
            deliver=self._deliver,
            changed=self.wake,
            next_id=self._next_id,
        )
        self._connections.append(connection)
        if self._tasks is not None:
            self._launch(connection)
        return connection

    def _launch(self, connection: _Connection) -> None:
        assert self._tasks is not None
        task = asyncio.get_running_loop().create_task(connection.run())
        self._tasks.add(task)

    def _deliver(self, message: bytes) -> None:
        self._queue.append(message)
        self.received += 1
        if not self._woken.is_set():
            self._woken.set()

    def _has_room(self) -> bool:
        return len(self._queue) < self._config.queue_size

    def _next_id(self) -> int:
        self._message_id += 1
        return self._message_id


class Address:
    """Where to connect, and what the address itself decides."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.host = parts.hostname or url
        self.secure = parts.scheme == "wss"
        self.is_local = is_local(url)
        self._tls: ssl.SSLContext | None = None

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


class PacedConnection(ClientConnection):
    """A WebSocket connection that reads on a beat, once one is given to it."""

    beat: Beat | None = None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.beat is not None:
            self.beat.rest(self.transport)


class DirectConnect(connect):
    """Goes where it is told to, and nowhere else: redirects are errors."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _Failure(Struct, frozen=True):
    reason: str
    pause: float = 0.0


class _Request(Struct, frozen=True):
    """A SUBSCRIBE that has not been answered yet."""

    names: frozenset[str]
    sent_at: float


class _Connection:
    """One socket and the streams it carries; reconnects for ever unless told otherwise."""

    def __init__(
        self,
        address: Address,
        exchange: ExchangeProtocol,
        config: WebSocketConfig,
        *,
        beat: Beat,
        connects: ConnectBudget,
        jitter: Callable[[], float],
        deliver: Callable[[bytes], None],
        changed: Callable[[], None],
        next_id: Callable[[], int],
    ) -> None:
        self._address = address
        self._exchange = exchange
        self._config = config
        self._beat = beat
        self._connects = connects
        self._jitter = jitter
        self._deliver = deliver
        self._changed = changed
        self._next_id = next_id
        self._socket: PacedConnection | None = None
        self._opened_at = 0.0
        self._abort_reason = ""
        self._steered = asyncio.Event()
        self._hurry = asyncio.Event()
        self._told: set[str] = set()
        self._pending: dict[int, _Request] = {}
        self._retellings = 0
        self.names: set[str] = set()
        self.link = Link(LinkState.CONNECTING, f"Connecting to {address.host}.")
        self.heard_at = 0.0
        self.reconnects = -1

    def keep(self, wanted: frozenset[str]) -> None:
        """Let go of every stream that is not among ``wanted``."""
        self.names &= wanted
        self._steered.set()

    def add(self, names: set[str]) -> set[str]:
        """Take as many of ``names`` as there is room for; answers which."""
        taken = set(sorted(names)[: STREAMS_PER_CONNECTION - len(self.names)])
        self.names |= taken
        self._steered.set()
        return taken

    def answered(self, message_id: int | str | None) -> None:
        if isinstance(message_id, int):
            self._pending.pop(message_id, None)

    def abort(self, reason: str) -> None:
        """Drop the socket at once, or else stop waiting for the next attempt."""
        if self._socket is None:
            self._hurry.set()
            return
        self._abort_reason = reason
        self._socket.transport.abort()

    def watch(self) -> None:
        """Once a second: a connection without data is dead, an unanswered message is repeated."""
        if self._socket is None:
            return
        now = monotonic()
        silent = self._config.heartbeat_interval + GRACE_SECONDS
        if self.names and now - self.heard_at > silent:
            self.abort(f"{self._address.host} has sent nothing for {silent:.0f} s.")
            return
        for message_id, request in list(self._pending.items()):
            if now - request.sent_at > ANSWER_SECONDS:
                del self._pending[message_id]
                self._retell(request.names)

    async def run(self) -> None:
        attempts, delays = 0, backoff(self._jitter)
        self.heard_at = monotonic()
        while True:
            await self._connects.wait_for_turn()
            failure = await self._serve()
            log.info("%s: %s", self._address.url, failure.reason)
            if self._has_proved_itself():
                attempts, delays = 0, backoff(self._jitter)
            attempts += 1
            if attempts == self._config.max_reconnect_attempts:
                self._say(LinkState.DOWN, f"{failure.reason} Gave up after {attempts} attempts.")
                await self._hurry.wait()
                attempts = 0
            else:
                proved = self.link.state is LinkState.UP
                state = LinkState.CONNECTING if proved else LinkState.DOWN
                self._say(state, f"{failure.reason} Trying again.")
                await self._pause(max(next(delays), failure.pause))
            self._hurry.clear()

    async def _serve(self) -> _Failure:
        """Connect and read until that fails; answers why."""
        try:
            socket = await self._open()
        except (OSError, WebSocketException, ImportError, ValueError) as error:
            self._opened_at = 0.0
            return self._failure(error)
        steering = asyncio.get_running_loop().create_task(self._steer(socket))
        try:
            await self._read(socket)
        except WebSocketException as error:
            return self._failure(error)
        finally:
            self._socket = None
            steering.cancel()
            await asyncio.gather(steering, return_exceptions=True)
            await self._close(socket)

    async def _open(self) -> PacedConnection:
        socket = await DirectConnect(
            self._address.url,
            ssl=await self._address.tls(),
            proxy=None if self._address.is_local else True,
            create_connection=PacedConnection,
            compression=None,
            ping_interval=None,
            open_timeout=10,
            close_timeout=1,
            max_queue=None,
            max_size=LARGEST_MESSAGE,
            user_agent_header=f"thebot-desktop/{__version__}",
        )
        assert isinstance(socket, PacedConnection)
        self._socket = socket
        self._told.clear()
        self._pending.clear()
        self._retellings = 0
        self._abort_reason = ""
        self._opened_at = self.heard_at = monotonic()
        self.reconnects += 1
        return socket

    async def _read(self, socket: PacedConnection) -> NoReturn:
        """Move every message to the queue. Nothing here waits but for the socket."""
        deliver = self._deliver
        socket.beat = self._beat
        deliver(await socket.recv(decode=False))
        self.heard_at = monotonic()
        self._say(LinkState.UP, f"Connected to {self._address.host}.")
        while True:
            deliver(await socket.recv(decode=False))
            self.heard_at = monotonic()

    async def _steer(self, socket: PacedConnection) -> None:
        """Tell the server which streams are wanted, a few messages a second."""
        with suppress(ConnectionClosed):
            while True:
                self._steered.clear()
                message = self._next_message()
                if message is None:
                    await self._steered.wait()
                    continue
                await socket.send(message)
                await asyncio.sleep(CONTROL_PAUSE_SECONDS)

    def _next_message(self) -> str | None:
        """What the server must be told next, None when it knows everything."""
        heartbeat = self._exchange.heartbeat_stream
        wanted = self.names | {heartbeat} if heartbeat else self.names
        surplus = sorted(self._told - wanted)[:NAMES_PER_MESSAGE]
        missing = sorted(wanted - self._told)[:NAMES_PER_MESSAGE]
        if surplus:
            self._told.difference_update(surplus)
            return self._exchange.unsubscribe_message(surplus, self._next_id())
        if missing:
            self._told.update(missing)
            message_id = self._next_id()
            now = monotonic()
            self._pending[message_id] = _Request(frozenset(missing), now)
            return self._exchange.subscribe_message(missing, message_id)
        return None

    def _retell(self, names: frozenset[str]) -> None:
        log.warning("%s did not answer a subscription", self._address.host)
        if self._retellings < RETELLINGS:
            self._retellings += 1
            self._told -= names
            self._steered.set()

    async def _close(self, socket: PacedConnection) -> None:
        """Say goodbye if the other side is still there."""
        socket.beat = None
        self._beat.release(socket.transport)
        await socket.close()

    def _failure(self, error: Exception) -> _Failure:
        if self._abort_reason:
            return _Failure(self._abort_reason)
        pause = 0.0
        if isinstance(error, InvalidStatus) and error.response.status_code in STAY_AWAY:
            asked = error.response.headers.get("Retry-After", "")
            pause = max(LONG_PAUSE_SECONDS, float(asked) if asked.isdigit() else 0.0)
        elif isinstance(error, ConnectionClosed) and error.rcvd is not None:
            pause = LONG_PAUSE_SECONDS if error.rcvd.code == POLICY_VIOLATION else 0.0
        log.debug("connection failed", exc_info=error)
        return _Failure(why(error, self._address.host), pause)

    def _has_proved_itself(self) -> bool:
        return self._opened_at > 0 and self.heard_at - self._opened_at >= PROOF_SECONDS

    def _say(self, state: LinkState, reason: str) -> None:
        self.link = Link(state, reason)
        self._changed()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
