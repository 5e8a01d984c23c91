"""WebSocketManager: keeps the wanted streams coming, over as many sockets as that takes.

Messages wait in one queue, in the order they were read. **Nothing in it is ever dropped**: when
``queue_size`` messages wait, the sockets are left unread until there is room, so that the
network holds the sender back (one read of a socket may exceed the limit). What may be merged,
such as tickers and forming candles, is known only after decoding and merged there.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterable
from time import monotonic

from thebot_desktop.adapters.transport.connection import Wires
from thebot_desktop.adapters.transport.lane import Lane, Link, LinkState
from thebot_desktop.adapters.transport.paced_socket import Address, Beat, ConnectBudget
from thebot_desktop.domain.errors import FatalFeedError
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.ports import ExchangeProtocol, StreamReply
from thebot_desktop.market.stream_config import WebSocketConfig

__all__ = ["Link", "LinkState", "WebSocketManager"]

BEAT_SECONDS = 0.015
"""Waking the loop costs more than parsing: sockets are read once per beat."""
STREAMS_PER_CONNECTION = 1023
"""1,024 are allowed; one is the heartbeat."""
WATCH_SECONDS = 1.0
NAP_SECONDS, SLEEP_SECONDS = 10.0, 60.0
"""A program that stood still for so long opens new connections beside the old ones; after the
longer time the exchange has given them up: they are dropped at once."""


class WebSocketManager:
    """Spreads stream names over lanes, which reconnect and renew themselves."""

    def __init__(
        self,
        url: str,
        exchange: ExchangeProtocol,
        config: WebSocketConfig,
        clock: Clock,
        jitter: Callable[[], float] = random.random,
        *,
        proxy: str = "",
    ) -> None:
        self._config = config
        self._clock = clock
        self._jitter = jitter
        self._queue: deque[bytes] = deque()
        self._woken = asyncio.Event()
        self._beat = Beat(BEAT_SECONDS, self._has_room)
        self._wires = Wires(
            Address(url + exchange.stream_path(), proxy),
            exchange,
            self._beat,
            deliver=self._deliver,
            next_id=self._next_id,
            changed=self.wake,
        )
        self._lanes: list[Lane] = []
        self._tasks: list[asyncio.Task[None]] | None = None
        self._connects = ConnectBudget()
        self._message_id = 0
        self._names: frozenset[str] = frozenset()
        self.received = 0

    @property
    def link(self) -> Link:
        """The state of the connection that is worst off."""
        links = [lane.link for lane in self._lanes]
        order = (LinkState.DOWN, LinkState.CONNECTING, LinkState.UP)
        idle = Link(LinkState.CONNECTING, "Nothing is being watched yet.")
        return min(links, key=lambda link: order.index(link.state), default=idle)

    @property
    def heartbeat_seconds(self) -> int:
        return self._config.heartbeat_interval

    @property
    def reconnects(self) -> int:
        return sum(lane.reconnects for lane in self._lanes)

    @property
    def rollovers(self) -> int:
        """How often a connection was replaced with overlap."""
        return sum(lane.rollovers for lane in self._lanes)

    @property
    def times_held_back(self) -> int:
        """How often the network had to hold the exchange back."""
        return self._beat.times_held_back

    @property
    def backlog(self) -> int:
        """Messages that were read and wait to be taken."""
        return len(self._queue)

    @property
    def silence(self) -> float:
        """Seconds since the quietest connection brought anything."""
        now = monotonic()
        return max((now - lane.heard_at for lane in self._lanes), default=0.0)

    @property
    def last_message_at(self) -> UnixMs:
        """By our clock; 0 before the first."""
        if not self.received:
            return UnixMs(0)
        now = monotonic()
        age = min(now - lane.heard_at for lane in self._lanes)
        return UnixMs(self._clock.now() - int(age * 1000))

    def subscribe(self, names: Iterable[str]) -> None:
        """From now on keep exactly these streams coming."""
        self._names = frozenset(names)
        self._spread()

    def resubscribe(self, names: Iterable[str]) -> set[str]:
        """Ask anew for those of ``names`` that are wanted; answers which."""
        stale = set(self._names.intersection(names))
        for lane in self._lanes:
            if stale & lane.names:
                lane.resubscribe(stale & lane.names)
        return stale

    def renew(self, reason: str, names: Iterable[str] | None = None) -> None:
        """Replace the connections that carry ``names``, all without any, with overlap."""
        wanted = self._names if names is None else self._names.intersection(names)
        for lane in self._lanes:
            if wanted & lane.names:
                lane.renew(reason)

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
        for lane in self._lanes:
            for connection in lane.connections:
                connection.answered(reply.id)
        if reply.error is None:
            return None
        return FatalFeedError(
            f"control message {reply.id}: {reply.error}",
            user_message=f"The exchange refused a subscription: {reply.error}.",
        )

    def reconnect(self, reason: str) -> None:
        """Give up the present connections, or the present waiting, and connect anew."""
        for lane in self._lanes:
            lane.abort(reason)

    async def run(self) -> None:
        """Keep connecting and watching until cancelled; no socket or timer is left behind."""
        self._tasks = []
        try:
            for lane in self._lanes:
                self._launch(lane)
            while True:
                before = monotonic(), self._clock.now()
                await asyncio.sleep(WATCH_SECONDS)
                self._note_sleep(*before)
                self._watch()
        finally:
            tasks, self._tasks = self._tasks, None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._beat.stop()

    def _watch(self) -> None:
        for lane in self._lanes:
            lane.watch()
        for task in self._tasks or ():
            if task.done():
                task.result()  # a lane ends with an error only, and that is a bug

    def _note_sleep(self, ran_at: float, told: UnixMs) -> None:
        """A watch that ran late stood still, or slept: one clock or the other shows it."""
        passed = max(monotonic() - ran_at, (self._clock.now() - told) / 1000)
        missed = passed - WATCH_SECONDS
        if missed > SLEEP_SECONDS:
            self.reconnect("This computer was asleep.")
        elif missed > NAP_SECONDS:
            self.renew("This program stood still for a while.")

    def _spread(self) -> None:
        """Take away what is not wanted, give what is missing to lanes with room."""
        missing = set(self._names)
        for lane in self._lanes:
            lane.keep(self._names)
            missing -= lane.names
        for lane in self._lanes:
            missing -= lane.add(missing, STREAMS_PER_CONNECTION)
        while missing:
            missing -= self._another().add(missing, STREAMS_PER_CONNECTION)

    def _another(self) -> Lane:
        lane = Lane(self._wires, self._connects, self._config, self._jitter)
        self._lanes.append(lane)
        if self._tasks is not None:
            self._launch(lane)
        return lane

    def _launch(self, lane: Lane) -> None:
        assert self._tasks is not None
        self._tasks.append(asyncio.get_running_loop().create_task(lane.run()))

    def _deliver(self, messages: list[bytes]) -> None:
        self._queue.extend(messages)
        self.received += len(messages)
        self._woken.set()

    def _has_room(self) -> bool:
        return len(self._queue) < self._config.queue_size

    def _next_id(self) -> int:
        self._message_id += 1
        return self._message_id
