"""OlderCandles: fetches what came before the memory of a series, when somebody scrolls there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from enum import Enum
from typing import Any, Protocol, TypeAlias

from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import CandleHistory, Candles, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream

log = logging.getLogger(__name__)

MOST_CANDLES = 1_000_000
"""A series is not made longer than this by scrolling."""
RETRY_MS = 5 * SECOND_MS
"""After a failure nobody asks again for so long, however much one scrolls."""

Loader: TypeAlias = Callable[[SeriesKey, UnixMs, int], Awaitable[Candles]]


class Spawner(Protocol):
    def __call__(self, name: str, work: Coroutine[Any, Any, Any]) -> object: ...


class Older(Enum):
    """What there is before the oldest candle of a series."""

    UNKNOWN = "unknown"
    LOADING = "loading"
    NOTHING = "nothing"
    FAILED = "failed"


class OlderCandles:
    """At most one fetch per series at a time; a series that begins where the exchange does rests.

    ``load`` gives candles before a time, oldest first, empty when there are none, and is told how
    many are known from then on. Raises TheBotError kinds.
    """

    def __init__(
        self,
        load: Loader | None,
        *,
        stream: DataStream,
        pipeline: Pipeline,
        clock: Clock,
        spawn: Spawner,
    ) -> None:
        self._load = load
        self._stream = stream
        self._pipeline = pipeline
        self._clock = clock
        self._spawn = spawn
        self._states: dict[SeriesKey, Older] = {}
        self._retry_at = UnixMs(0)
        self.changed: Observers[SeriesKey] = Observers()

    def state(self, series: SeriesKey) -> Older:
        if self._load is None:
            return Older.NOTHING
        return self._states.get(series, Older.UNKNOWN)

    def want(self, series: SeriesKey) -> None:
        """Somebody looks at the oldest candles of ``series``: fetch what came before them."""
        state = self.state(series)
        if state in (Older.LOADING, Older.NOTHING):
            return
        if state is Older.FAILED and self._clock.now() < self._retry_at:
            return
        known = self._stream.candles(series)
        if len(known):
            self._tell(series, Older.LOADING)
            fetch = self._fetch(series, UnixMs(int(known.open_time[0])), len(known))
            self._spawn(f"older candles of {series}", fetch)

    def forget(self, series: SeriesKey) -> None:
        """Nobody has ``series`` open any more; its memory is gone."""
        self._states.pop(series, None)

    async def _fetch(self, series: SeriesKey, oldest: UnixMs, count: int) -> None:
        assert self._load is not None
        try:
            older = await self._load(series, oldest, count)
        except TheBotError as error:
            log.info("%s: older candles not fetched: %s", series, error)
            self._retry_at = UnixMs(self._clock.now() + RETRY_MS)
            self._tell(series, Older.FAILED)
            return
        known = self._stream.candles(series)
        if series not in self._states or not len(known):
            return
        room = MOST_CANDLES - len(known)
        older = older.before(int(known.open_time[0])).last(max(0, room))
        if not len(older):
            self._tell(series, Older.NOTHING)
            return
        self._stream.make_room(series, len(older) + len(known))
        self._pipeline.apply(CandleHistory(series, older, self._clock.now()))
        self._tell(series, Older.UNKNOWN)

    def _tell(self, series: SeriesKey, state: Older) -> None:
        self._states[series] = state
        self.changed.notify(series)
