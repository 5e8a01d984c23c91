"""ClockWatch: measures how far our clock is from the exchange's, and again when it may differ."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import FeedError
from thebot_desktop.domain.market import ConnectionChange, ConnectionState
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.exchange_clock import ClockSample
from thebot_desktop.market.freshness import FreshnessBook
from thebot_desktop.market.ports import HistorySource

log = logging.getLogger(__name__)

SAMPLES = 5
EVERY_SECONDS = 900.0
RETRY_SECONDS = 30.0
CALM_SECONDS = 5.0
"""A connection that comes and goes is no reason to ask more often than this."""
JUMP_MS = 1000
"""A clock that was set, or a computer that slept, moves one of our two clocks by more than this."""


ODD_LAG_MS = 2000
"""Messages that come so late, or from so far ahead, may be no later than our clock is wrong."""
ODD_LAG_PAUSE_SECONDS = 60.0


class ClockWatch:
    """Asks the exchange for its time at the start, every quarter of an hour, and on suspicion.

    That is: after the connection came back, after our clock has jumped because it was set or the
    computer slept, and when messages seem to come from the future or far too late.
    """

    def __init__(
        self,
        history: HistorySource,
        freshness: FreshnessBook,
        clock: Clock,
        subscriber: RealTimeDataSubscriber,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        calm_seconds: float = CALM_SECONDS,
    ) -> None:
        self._history = history
        self._freshness = freshness
        self._exchange_clock = freshness.exchange_clock
        self._clock = clock
        self._monotonic = monotonic
        self._calm_seconds = calm_seconds
        self._wanted = asyncio.Event()
        self._drift = self._drift_now()
        self._lost = False
        self._measured_at = -ODD_LAG_PAUSE_SECONDS
        subscriber.ticks.add(self._on_tick)
        subscriber.connection.add(self._on_connection)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wanted.clear()
            measured = await self._measure()
            await asyncio.sleep(self._calm_seconds)
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_SECONDS if measured else RETRY_SECONDS):
                    await self._wanted.wait()

    async def _measure(self) -> bool:
        """Take a few samples, as many as can be had; whether there were any."""
        samples: list[ClockSample] = []
        try:
            while len(samples) < SAMPLES:
                samples.append(await self._sample())
        except FeedError as error:
            log.info("the exchange's time could not be asked for: %s", error)
        self._measured_at = self._monotonic()
        if samples:
            self._exchange_clock.take(samples)
            offset, best = self._exchange_clock.offset_ms, min(s.round_trip_ms for s in samples)
            log.info("the exchange's clock minus ours: %s ms, round trip %d ms", offset, best)
        return bool(samples)

    async def _sample(self) -> ClockSample:
        """The answer shows the exchange's clock half a round trip after the question."""
        asked, started = self._clock.now(), self._monotonic()
        told = await self._history.server_time()
        round_trip = round((self._monotonic() - started) * 1000)
        return ClockSample(told - (asked + round_trip // 2), round_trip)

    def _on_connection(self, change: ConnectionChange) -> None:
        if change.state in (ConnectionState.OFFLINE, ConnectionState.STALE):
            self._lost = True
        elif change.state is ConnectionState.LIVE and self._lost:
            self._lost = False
            self._wanted.set()

    def _on_tick(self, _now: UnixMs) -> None:
        drift = self._drift_now()
        if abs(drift - self._drift) > JUMP_MS or self._has_odd_lag():
            self._wanted.set()
        self._drift = drift

    def _has_odd_lag(self) -> bool:
        """Late messages are asked about once a minute at most: the line may really be slow."""
        lag = self._freshness.lag_ms(self._clock.now())
        if lag is None or -ODD_LAG_MS < lag < ODD_LAG_MS:
            return False
        return self._monotonic() - self._measured_at > ODD_LAG_PAUSE_SECONDS

    def _drift_now(self) -> float:
        """The wall clock against the one that only ever runs on."""
        return self._clock.now() - self._monotonic() * 1000
