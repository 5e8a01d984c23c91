"""Carries what the streams say to the sessions that listen, no oftener than is needed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import TypeAlias

from thebot_desktop.exchange_simulator.session import Session
from thebot_desktop.exchange_simulator.streams import Stream, StreamMaker

BEAT_S = 0.05
"""Streams are looked after no more often than this."""
LONGEST_SLEEP_S = 0.25
"""And no less often: the clock may have jumped."""
SLICE_S = 0.004
"""Longest stretch of work before other tasks get their turn."""
PREPARE_S = 0.1
"""Longest preparation of one stream; the rest waits for the next time."""

Deliver: TypeAlias = Callable[[Session, str, bytes], None]


class Broadcaster:
    """Polls each stream that somebody listens to when it is due; idle when nobody does."""

    def __init__(
        self,
        maker: StreamMaker,
        now: Callable[[], int],
        speed: float,
        deliver: Deliver = Session.tell,
    ) -> None:
        self.silent = False
        self._deliver = deliver
        self._maker = maker
        self._now = now
        self._speed = speed
        self._streams: dict[tuple[str, int], tuple[Stream, set[Session]]] = {}
        self._busy = asyncio.Event()

    def follow(self, session: Session, before: Iterable[str] = ()) -> None:
        """Listen to what a session newly wants, no longer to what it does not want."""
        wanted, had = set(session.subscriptions.names), set(before)
        self.unfollow(session, had - wanted)
        for name in wanted - had:
            key = (name, session.unit)
            if key not in self._streams:
                stream = self._maker.make(name, self._now(), session.unit)
                if stream is None:
                    continue
                self._streams[key] = (stream, set())
            self._streams[key][1].add(session)
        if self._streams:
            self._busy.set()

    def unfollow(self, session: Session, names: Iterable[str]) -> None:
        """Forget a session's interest, and streams that nobody is interested in."""
        for name in names:
            key = (name, session.unit)
            if key in self._streams:
                self._streams[key][1].discard(session)
                if not self._streams[key][1]:
                    del self._streams[key]

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            if not self._streams:
                self._busy.clear()
            await self._busy.wait()
            if not self.silent:
                await self._poll(self._now())
            await asyncio.sleep(self._pause())

    async def _poll(self, now: int) -> None:
        """Let every stream that is due speak; other work of the loop gets its turn in between."""
        since = time.perf_counter()
        for (name, _), (stream, sessions) in list(self._streams.items()):
            if stream.due > now:
                continue
            enough = time.perf_counter() + PREPARE_S
            for _ in stream.prepare(now):
                since = await give_way(since)
                if since > enough:
                    break
            for payload in stream.poll(now):
                for session in sessions:
                    self._deliver(session, name, payload)
            since = await give_way(since)

    def _pause(self) -> float:
        due = min((stream.due for stream, _ in self._streams.values()), default=0)
        wait = (due - self._now()) / 1000 / self._speed
        return min(max(wait, BEAT_S), LONGEST_SLEEP_S)


async def give_way(since: float) -> float:
    """Let the loop do other things if it has not for a while."""
    if time.perf_counter() - since < SLICE_S:
        return since
    await asyncio.sleep(0)
    return time.perf_counter()
