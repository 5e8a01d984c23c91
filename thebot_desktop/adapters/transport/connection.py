"""Connection: one socket from its opening to its end, and what the server was told on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import NoReturn

from msgspec import Struct
from websockets.exceptions import (
    ConnectionClosed,
    InvalidProxy,
    InvalidStatus,
    WebSocketException,
)

from thebot_desktop.adapters.transport.paced_socket import Address, Beat, PacedSocket, open_socket
from thebot_desktop.adapters.transport.reasons import POLICY_VIOLATION, why
from thebot_desktop.market.ports import ExchangeProtocol

log = logging.getLogger(__name__)

NAMES_PER_MESSAGE = 200
"""Longer lists have been ignored without an answer."""
CONTROL_PAUSE_SECONDS = 0.25
"""Four control messages a second; pongs need the rest of the five that are allowed."""
ANSWER_SECONDS = 10.0
RETELLINGS = 2
"""How often a subscription that nobody answered is repeated on one connection."""
OVERLAP_SECONDS = 3.0
"""So long a successor must bring everything before it counts as ready: candles of most
intervals are told every two seconds."""
LONG_PAUSE_SECONDS = 30.0
STAY_AWAY = (
    HTTPStatus.FORBIDDEN,
    418,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
)


class Failure(Struct, frozen=True):
    """Why a connection ended, as a sentence, and how long to stay away at least."""

    reason: str
    pause: float = 0.0


class Wires(Struct, frozen=True):
    """What all connections share: where to, in whose language, and where messages go."""

    address: Address
    exchange: ExchangeProtocol
    beat: Beat
    deliver: Callable[[list[bytes]], None]
    next_id: Callable[[], int]
    changed: Callable[[], None]


class _Request(Struct, frozen=True):
    """A SUBSCRIBE that has not been answered yet."""

    names: frozenset[str]
    sent_at: float


class Connection:
    """Carries the streams ``names``, a set that its owner may change at any time."""

    def __init__(
        self, wires: Wires, names: set[str], *, noticed: Callable[[Connection], None]
    ) -> None:
        self._wires = wires
        self._names = names
        self._noticed = noticed
        self._socket: PacedSocket | None = None
        self._end_reason = ""
        self._steered = asyncio.Event()
        self._told: set[str] = set()
        self._stale: set[str] = set()
        self._pending: dict[int, _Request] = {}
        self._retellings = 0
        self._complete_at: float | None = None
        self.opened_at = 0.0
        """By the monotonic clock; 0 before it is open."""
        self.heard_at = 0.0
        self.has_data = False

    @property
    def is_ready(self) -> bool:
        """Whether everything has been told, answered and listened to for a while."""
        return (
            self._complete_at is not None
            and self.heard_at > self._complete_at
            and monotonic() - self._complete_at >= OVERLAP_SECONDS
        )

    def steer(self) -> None:
        """The names have changed."""
        self._complete_at = None
        self._steered.set()

    def resubscribe(self, names: set[str]) -> None:
        """Let go of ``names`` and ask for them anew."""
        self._stale |= names & self._told
        self.steer()

    def answered(self, message_id: int | str | None) -> None:
        if isinstance(message_id, int):
            self._pending.pop(message_id, None)
            self._note_complete()

    def abort(self, reason: str) -> None:
        """Drop the socket at once; ``serve`` answers ``reason``."""
        if self._socket is not None:
            self._end_reason = reason
            self._socket.transport.abort()

    async def retire(self) -> None:
        """Say goodbye: another connection has taken over."""
        if self._socket is not None:
            self._end_reason = "Replaced by a newer connection."
            await self._close(self._socket)

    def watch(self, silent: float) -> None:
        """Once a second: ``silent`` seconds without data are death, no answer is repeated."""
        if self._socket is None:
            return
        now = monotonic()
        if self._names and now - self.heard_at > silent:
            self.abort(f"{self._wires.address.host} has sent nothing for {silent:.0f} s.")
            return
        for message_id, request in list(self._pending.items()):
            if now - request.sent_at > ANSWER_SECONDS:
                del self._pending[message_id]
                self._retell(request.names)

    async def serve(self) -> Failure:
        """Connect and read until that fails; answers why."""
        try:
            socket = await open_socket(self._wires.address)
        except (OSError, WebSocketException, ImportError, ValueError) as error:
            return self._failure(error)
        self._socket = socket
        self.opened_at = self.heard_at = monotonic()
        self._noticed(self)
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

    async def _read(self, socket: PacedSocket) -> NoReturn:
        """Move every message to the queue. Nothing here waits but for the socket."""
        await socket.listen(self._take, self._wires.beat)

    def _take(self, messages: list[bytes]) -> None:
        self._wires.deliver(messages)
        self.heard_at = monotonic()
        if not self.has_data:
            self.has_data = True
            self._noticed(self)

    async def _steer(self, socket: PacedSocket) -> None:
        """Tell the server which streams are wanted, a few messages a second."""
        with suppress(ConnectionClosed):
            while True:
                self._steered.clear()
                message = self._next_message()
                if message is None:
                    self._note_complete()
                    await self._steered.wait()
                    continue
                await socket.send(message)
                await asyncio.sleep(CONTROL_PAUSE_SECONDS)

    def _next_message(self) -> str | None:
        """What the server must be told next, None when it knows everything."""
        exchange, next_id = self._wires.exchange, self._wires.next_id
        wanted = self._wanted()
        surplus = sorted((self._told - wanted) | self._stale)[:NAMES_PER_MESSAGE]
        missing = sorted(wanted - self._told)[:NAMES_PER_MESSAGE]
        if surplus:
            self._told.difference_update(surplus)
            self._stale.difference_update(surplus)
            return exchange.unsubscribe_message(surplus, next_id())
        if missing:
            self._told.update(missing)
            message_id = next_id()
            self._pending[message_id] = _Request(frozenset(missing), monotonic())
            return exchange.subscribe_message(missing, message_id)
        return None

    def _wanted(self) -> set[str]:
        heartbeat = self._wires.exchange.heartbeat_stream
        return self._names | {heartbeat} if heartbeat else self._names

    def _note_complete(self) -> None:
        if self._complete_at is None and not self._pending and self._told == self._wanted():
            self._complete_at = monotonic()

    def _retell(self, names: frozenset[str]) -> None:
        log.warning("%s did not answer a subscription", self._wires.address.host)
        if self._retellings < RETELLINGS:
            self._retellings += 1
            self._told -= names
            self._steered.set()
        else:
            self._note_complete()

    async def _close(self, socket: PacedSocket) -> None:
        """Say goodbye if the other side is still there."""
        socket.beat = None
        self._wires.beat.release(socket.transport)
        await socket.close()

    def _failure(self, error: Exception) -> Failure:
        if self._end_reason:
            return Failure(self._end_reason)
        pause = 0.0
        if isinstance(error, InvalidStatus) and error.response.status_code in STAY_AWAY:
            asked = error.response.headers.get("Retry-After", "")
            pause = max(LONG_PAUSE_SECONDS, float(asked) if asked.isdigit() else 0.0)
        elif isinstance(error, ConnectionClosed) and error.rcvd is not None:
            pause = LONG_PAUSE_SECONDS if error.rcvd.code == POLICY_VIOLATION else 0.0
        # What is said about a proxy may hold its password.
        log.debug("%s", type(error).__name__, exc_info=not isinstance(error, InvalidProxy))
        return Failure(why(error, self._wires.address.host), pause)
