"""HistoryLoader: the first fill of a series, from disk and from the exchange."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from thebot_desktop.domain.errors import StorageError, TheBotError
from thebot_desktop.domain.market import Candle, Candles, Origin, SeriesKey, candles_of
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import HistorySource

PAGE = 1000
"""The exchange gives at most so many candles at once."""


class CandleArchive(Protocol):
    """Closed candles kept on disk. Raises StorageError."""

    def load(self, series: SeriesKey, limit: int) -> Candles:
        """The newest ``limit`` candles, oldest first."""
        ...

    def save(self, series: SeriesKey, candles: Iterable[Candle], origin: Origin) -> None: ...

    def last_open_time(self, series: SeriesKey) -> UnixMs | None: ...


class HistoryLoader:
    """Fetches only what the archive does not have, and keeps what it fetched."""

    def __init__(
        self,
        source: HistorySource,
        archive: CandleArchive,
        depth: int,
        faults: Observers[TheBotError],
    ) -> None:
        self._source = source
        self._archive = archive
        self._depth = depth
        self._faults = faults

    async def load(self, series: SeriesKey) -> Candles:
        """The newest ``depth`` closed candles. Raises FeedError kinds.

        An archive that refuses them is reported; the candles are used all the same.
        """
        last = self._archive.last_open_time(series)
        fetched = await self._source.candles(series, limit=min(PAGE, self._depth))
        if not fetched:
            return self._archive.load(series, self._depth)
        if last is None or fetched[0].open_time > series.interval.next_open(last):
            fetched = await self._fetch_back(series, fetched, last)
        try:
            self._archive.save(series, fetched, Origin.HISTORY)
            return self._archive.load(series, self._depth).before(fetched[-1].open_time + 1)
        except StorageError as error:
            self._faults.notify(error)
            return candles_of(fetched, Origin.HISTORY)

    async def _fetch_back(
        self, series: SeriesKey, fetched: list[Candle], last: UnixMs | None
    ) -> list[Candle]:
        """Older pages before ``fetched``, until they meet ``last`` or the depth is reached."""
        while (missing := self._depth - len(fetched)) > 0:
            limit = min(PAGE, missing)
            end = UnixMs(fetched[0].open_time - 1)
            page = await self._source.candles(series, end=end, limit=limit)
            fetched = page + fetched
            met = last is not None and fetched[0].open_time <= series.interval.next_open(last)
            if met or len(page) < limit:
                break
        return fetched
