"""Lane: a set of streams and the connection that carries it, renewed before it is cut."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from math import inf
from time import monotonic

from msgspec import Struct

from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.adapters.transport.connection import Connection, Failure, Wires
from thebot_desktop.adapters.transport.paced_socket import ConnectBudget
from thebot_desktop.market.stream_config import WebSocketConfig

log = logging.getLogger(__name__)

GRACE_SECONDS = 4.0
"""Looked at once a second: a dead line is found within a heartbeat and five seconds."""
PROOF_SECONDS = 10.0
"""A connection has proved itself when data has flowed for so long: delays start anew."""
RENEWAL_SECONDS = 60.0
"""A successor that is not ready after so long is given up."""
RENEWAL_PAUSE_SECONDS = 60.0
"""Between two renewals of one lane."""
RENEWAL_SPREAD = 0.02
"""Connections of one age are not renewed in one moment."""
READY_POLL_SECONDS = 0.2


class LinkState(Enum):
    CONNECTING = "connecting"
    UP = "up"
    DOWN = "down"


class Link(Struct, frozen=True):
    """How the sockets are doing as a whole; ``reason`` is a sentence for people."""

    state: LinkState
    reason: str


class Lane:
    """Reconnects for ever unless told otherwise.

    Renewal is make before break: a successor is opened beside the present connection and takes
    over when it brings every stream, so that nothing is missed. A successor that fails is not
    worth a word as long as the present connection lives.
    """

    def __init__(
        self,
        wires: Wires,
        connects: ConnectBudget,
        config: WebSocketConfig,
        jitter: Callable[[], float],
    ) -> None:
        self._wires = wires
        self._connects = connects
        self._config = config
        self._jitter = jitter
        self._hurry = asyncio.Event()
        self._serving: asyncio.Task[Failure] | None = None
        self._successor: tuple[Connection, asyncio.Task[Failure]] | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._renew_at = inf
        self._renewed_at = -inf
        self._opened = 0
        self.names: set[str] = set()
        self._current = self._make()
        self.link = Link(LinkState.CONNECTING, f"Connecting to {wires.address.host}.")
        self.rollovers = 0

    @property
    def heard_at(self) -> float:
        """When anything came last, by the monotonic clock."""
        return self._current.heard_at

    @property
    def reconnects(self) -> int:
        return max(0, self._opened - 1)

    @property
    def connections(self) -> list[Connection]:
        """The present one, and its successor while there is one."""
        return [self._current] if self._successor is None else [self._current, self._successor[0]]

    def keep(self, wanted: frozenset[str]) -> None:
        """Let go of every stream that is not among ``wanted``."""
        if not self.names <= wanted:
            self.names &= wanted
            self._steer()

    def add(self, names: set[str], limit: int) -> set[str]:
        """Take as many of ``names`` as there is room for; answers which."""
        taken = set(sorted(names)[: limit - len(self.names)])
        if taken:
            self.names |= taken
            self._steer()
        return taken

    def resubscribe(self, names: set[str]) -> None:
        for connection in self.connections:
            connection.resubscribe(names & self.names)

    def abort(self, reason: str) -> None:
        """Drop the socket at once, or else stop waiting for the next attempt."""
        self._hurry.set()
        self._current.abort(reason)

    def renew(self, reason: str) -> None:
        """Replace the present connection soon, with overlap."""
        if self._current.has_data and self._successor is None:
            log.info("%s: %s", self._wires.address.url, reason)
            soonest = self._renewed_at + RENEWAL_PAUSE_SECONDS
            self._renew_at = min(self._renew_at, max(monotonic(), soonest))

    def watch(self) -> None:
        """Once a second: find what is dead, and what has grown old."""
        for connection in self.connections:
            connection.watch(self._config.heartbeat_interval + GRACE_SECONDS)
        if monotonic() >= self._renew_at and self._renewal is None:
            self._renew_at = inf
            task = self._renewal = asyncio.get_running_loop().create_task(self._renew())
            task.add_done_callback(self._renewal_ended)

    async def run(self) -> None:
        attempts, delays = 0, backoff(self._jitter)
        self._current.heard_at = monotonic()
        try:
            while True:
                await self._connects.wait_for_turn()
                self._hurry.clear()
                failure = await self._carry()
                log.info("%s: %s", self._wires.address.url, failure.reason)
                if self._has_proved_itself():
                    attempts, delays = 0, backoff(self._jitter)
                attempts += 1
                self._begin_anew()
                if attempts == self._config.max_reconnect_attempts:
                    given_up = f"{failure.reason} Gave up after {attempts} attempts."
                    self._say(LinkState.DOWN, given_up)
                    await self._hurry.wait()
                    attempts = 0
                else:
                    self._say_failed(failure)
                    await self._pause(max(next(delays), failure.pause))
        finally:
            await _end(self._renewal, self._serving)

    def _make(self) -> Connection:
        return Connection(self._wires, self.names, noticed=self._notice)

    def _begin_anew(self) -> None:
        """A connection for the next attempt; what is heard of is as old as before."""
        heard_at = self._current.heard_at
        self._current = self._make()
        self._current.heard_at = heard_at
        self._renew_at = inf

    def _steer(self) -> None:
        for connection in self.connections:
            connection.steer()

    async def _carry(self) -> Failure:
        """Serve the present connection, and each that takes over from it, until one fails."""
        loop = asyncio.get_running_loop()
        serving = self._serving = loop.create_task(self._current.serve())
        while True:
            await asyncio.wait({serving})
            if serving is not self._serving:
                serving = self._serving
            elif self._successor is not None:
                # No overlap any more, but a connection that is nearly there.
                failure = serving.result()
                serving = self._take_over()
                if not self._current.has_data:
                    self._say(LinkState.CONNECTING, f"{failure.reason} Trying again.")
            else:
                return serving.result()

    async def _renew(self) -> None:
        """Open a successor; it takes over once it brings everything."""
        await self._connects.wait_for_turn()
        successor = self._make()
        serving = asyncio.get_running_loop().create_task(successor.serve())
        self._successor = successor, serving
        give_up_at = monotonic() + RENEWAL_SECONDS
        try:
            while not successor.is_ready and not serving.done() and monotonic() < give_up_at:
                await asyncio.sleep(READY_POLL_SECONDS)
                if successor is self._current:
                    return
            if not successor.is_ready or serving.done():
                self._renew_at = monotonic() + RENEWAL_PAUSE_SECONDS
                log.warning("%s: a new connection did not get ready", self._wires.address.url)
                return
            old, old_serving = self._current, self._serving
            self._take_over()
            await old.retire()
            if old_serving is not None:
                await asyncio.wait({old_serving})
        finally:
            if successor is not self._current:
                self._successor = None
                await _end(serving)

    def _take_over(self) -> asyncio.Task[Failure]:
        """The successor becomes the present connection."""
        assert self._successor is not None
        successor, serving = self._successor
        self._successor = None
        successor.heard_at = max(successor.heard_at, self._current.heard_at)
        self._current, self._serving = successor, serving
        self.rollovers += 1
        self._renewed_at = monotonic()
        self._note_age()
        if successor.has_data:
            self._say(LinkState.UP, f"Connected to {self._wires.address.host}.")
        return serving

    def _renewal_ended(self, task: asyncio.Task[None]) -> None:
        self._renewal = None
        if not task.cancelled() and task.exception() is not None:
            log.error("renewal failed", exc_info=task.exception())

    def _notice(self, connection: Connection) -> None:
        """``connection`` was opened, or brought its first message."""
        if connection is not self._current:
            return
        if connection.has_data:
            self._say(LinkState.UP, f"Connected to {self._wires.address.host}.")
            return
        self._opened += 1
        self._note_age()

    def _note_age(self) -> None:
        """Set the day of renewal: a little before the exchange would cut the line."""
        lifetime = self._config.renewal_minutes * 60.0
        opened_at = self._current.opened_at or monotonic()
        self._renew_at = opened_at + lifetime * (1 - RENEWAL_SPREAD * self._jitter())

    def _has_proved_itself(self) -> bool:
        opened_at = self._current.opened_at
        return opened_at > 0 and self._current.heard_at - opened_at >= PROOF_SECONDS

    def _say_failed(self, failure: Failure) -> None:
        proved = self.link.state is LinkState.UP
        state = LinkState.CONNECTING if proved else LinkState.DOWN
        self._say(state, f"{failure.reason} Trying again.")

    def _say(self, state: LinkState, reason: str) -> None:
        self.link = Link(state, reason)
        self._wires.changed()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()


async def _end(*tasks: asyncio.Task[None] | asyncio.Task[Failure] | None) -> None:
    """Cancel ``tasks`` and wait until they are gone."""
    running = [task for task in tasks if task is not None and not task.done()]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
