"""SeriesLine: one candle series, from its first fill on, kept complete."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from time import monotonic
from typing import TypeAlias, TypeVar

from thebot_desktop.adapters.feeds.worker import Worker
from thebot_desktop.adapters.transport.backoff import backoff
from thebot_desktop.domain.errors import FeedError, TheBotError, UnknownSymbolError
from thebot_desktop.domain.market import (
    Candle,
    CandleHistory,
    Candles,
    CandleUpdate,
    FeedGap,
    MarketEvent,
    Origin,
    SeriesKey,
)
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.ports import HistorySource
from thebot_desktop.market.series_guard import Hole, SeriesGuard

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Loader: TypeAlias = Callable[[SeriesKey], Awaitable[Candles]]

PAGE = 1000
PATIENCE = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries for a candle that REST does not show yet; then it has none."""
OVERDUE_MS = 10_000
"""A candle that is not closed so long after its end is asked for by REST."""
OVERDUE_PAUSES = (10.0, 20.0, 40.0, 80.0, 160.0, 300.0)


class SeriesLine:
    """Holds live updates back until history is there, then lets them through without a hole.

    At most one task works for a line at a time: the first fill, a repair, or the search for a
    candle whose end never came.
    """

    def __init__(
        self,
        series: SeriesKey,
        *,
        history: HistorySource,
        loader: Loader,
        clock: Clock,
        emit: Callable[[MarketEvent], None],
        spawn: Callable[[Awaitable[None]], asyncio.Task[None]],
        report: Callable[[TheBotError], None],
    ) -> None:
        self.series = series
        self._history = history
        self._loader = loader
        self._clock = clock
        self._emit = emit
        self._report = report
        self._guard = SeriesGuard(series)
        self._worker = Worker(spawn)
        self._hurry = asyncio.Event()
        self._overdue_tries = 0
        self._overdue_after = 0.0
        self.problem: TheBotError | None = None
        self.gaps_found = 0
        self.candles_repaired = 0

    @property
    def is_loaded(self) -> bool:
        return self._guard.started

    def open(self) -> None:
        """Begin with history; live updates are accepted from now on."""
        if not self._worker.is_busy and not self._guard.started:
            self._worker.start(self._load())

    def close(self) -> None:
        self._worker.stop()

    def accept(self, update: CandleUpdate) -> None:
        for each in self._guard.accept(update):
            self._emit(each)
        if not self._worker.is_busy and self._guard.hole is not None:
            self._worker.start(self._repair())

    def catch_up(self, now: int) -> None:
        """A connection is new: a candle that should have been closed by ``now`` was missed.

        Whoever waits to ask REST again asks now: the network is back.
        """
        self._hurry.set()
        expected = self._guard.expected
        if self._worker.is_busy or expected is None:
            return
        if now > self.series.interval.close_of(expected):
            self._worker.start(self._fetch_overdue(expected))

    def check(self, market_now: int) -> None:
        """Once a second: look whether the next candle should have been closed long ago."""
        expected = self._guard.expected
        if self._worker.is_busy or expected is None:
            return
        if self._guard.hole is not None:
            self._worker.start(self._repair())
            return
        end = self.series.interval.close_of(expected)
        now = monotonic()
        if market_now <= end + OVERDUE_MS or now < self._overdue_after:
            return
        pause = OVERDUE_PAUSES[min(self._overdue_tries, len(OVERDUE_PAUSES) - 1)]
        self._overdue_after = now + pause
        self._overdue_tries += 1
        self._worker.start(self._fetch_overdue(expected))

    async def _load(self) -> None:
        """The first fill, as often as it takes; then what waited, and what was missed."""
        try:
            candles = await self._patiently(lambda: self._loader(self.series))
        except UnknownSymbolError as error:
            self._report(error)
            return
        # The stream knows better than REST what it has shown itself, unless the answer took so
        # long that nothing would be left of history.
        held = self._guard.oldest_held
        if held is not None and len(earlier := candles.before(held)):
            candles = earlier
        self._emit(CandleHistory(self.series, candles, self._clock.now()))
        if len(candles):
            last, close = UnixMs(int(candles.open_time[-1])), float(candles.close[-1])
            self._deliver(self._guard.start(last, close))
        else:
            self._deliver(self._guard.start(None))
        if self._guard.hole is not None:
            await self._repair()

    async def _repair(self) -> None:
        """Fetch what is missing until nothing is; other series go on meanwhile."""
        hole = self._guard.hole
        if hole is None:
            return
        first, last, before = hole.first, hole.last, self.candles_repaired
        self.gaps_found += 1
        log.info("%s: candles missing from %d to %d", self.series, first, last)
        self._emit(FeedGap(self.series, first, last, self._clock.now()))
        tries = 0
        while hole is not None:
            last = max(last, hole.last)
            expected = self._guard.expected
            await self._fetch(hole, is_last_try=tries == len(PATIENCE))
            hole = self._guard.hole
            if self._guard.expected != expected:
                tries = 0
            elif hole is not None:
                await asyncio.sleep(PATIENCE[tries])
                tries += 1
        recovered = self.candles_repaired - before
        log.info("%s: %d missing candles recovered", self.series, recovered)
        now = self._clock.now()
        self._emit(FeedGap(self.series, first, last, now, filled=True, recovered=recovered))

    async def _fetch(self, hole: Hole, *, is_last_try: bool) -> None:
        """One page. What lies before its newest row and is not in it does not exist."""
        try:
            rows = await self._patiently(lambda: self._rows_from(hole.first))
        except UnknownSymbolError as error:
            self._report(error)
            rows, is_last_try = [], True
        settled = UnixMs(rows[-1].open_time - 1) if rows else None
        if is_last_try and (settled is None or settled < hole.last):
            settled = hole.last if len(rows) < PAGE else settled
        self._deliver(self._guard.fill(rows, settled))

    async def _fetch_overdue(self, expected: UnixMs) -> None:
        """The closing update never came, or nobody traded: REST may know."""
        try:
            rows = await self._rows_from(expected)
        except FeedError as error:
            log.debug("%s: overdue candle not fetched: %s", self.series, error)
            return
        released = self._guard.fill(rows)
        if released:
            self._overdue_tries = 0
            self.gaps_found += 1
            last = released[-1].candle.open_time
            self._emit(FeedGap(self.series, expected, last, self._clock.now()))
            self._deliver(released)
            now, count = self._clock.now(), len(released)
            self._emit(FeedGap(self.series, expected, last, now, filled=True, recovered=count))
        await self._repair()

    def _rows_from(self, start: UnixMs) -> Awaitable[list[Candle]]:
        return self._history.candles(self.series, start=start, limit=PAGE)

    def _deliver(self, updates: Iterable[CandleUpdate]) -> None:
        for update in updates:
            self.candles_repaired += update.origin is Origin.REPAIRED
            self._emit(update)

    async def _patiently(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer, however long it takes to get one. Raises UnknownSymbolError."""
        delays = backoff(random.random)
        while True:
            try:
                answer = await ask()
            except UnknownSymbolError:
                self.problem = None
                raise
            except TheBotError as error:
                log.info("%s: %s", self.series, error)
                self.problem = error
                await self._pause(next(delays))
            else:
                self.problem = None
                return answer

    async def _pause(self, seconds: float) -> None:
        self._hurry.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()
