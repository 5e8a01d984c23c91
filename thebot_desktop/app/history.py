"""HistoryLoader: the first fill of a series, from disk and from the exchange."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from thebot_desktop.domain.market import Candle, Candles, Origin, SeriesKey, candles_of
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

    def __init__(self, source: HistorySource, archive: CandleArchive, depth: int) -> None:
        self._source = source
        self._archive = archive
        self._depth = depth

    async def load(self, series: SeriesKey) -> Candles:
        """The newest ``depth`` closed candles. Raises FeedError kinds."""
        last = self._archive.last_open_time(series)
        newest = await self._source.candles(series, limit=min(PAGE, self._depth))
        if not newest:
            return self._archive.load(series, self._depth)
        joined = last is not None and newest[0].open_time <= series.interval.next_open(last)
        if not joined:
            await self._fetch_back(series, newest[0].open_time, last, len(newest))
        self._archive.save(series, newest, Origin.HISTORY)
        stored = self._archive.load(series, self._depth)
        return stored if len(stored) >= len(newest) else candles_of(newest, Origin.HISTORY)

    async def _fetch_back(
        self, series: SeriesKey, before: UnixMs, last: UnixMs | None, have: int
    ) -> None:
        """Older pages, until they meet what is stored or the depth is reached."""
        while have < self._depth:
            limit = min(PAGE, self._depth - have)
            page = await self._source.candles(series, end=UnixMs(before - 1), limit=limit)
            if not page:
                return
            self._archive.save(series, page, Origin.HISTORY)
            have += len(page)
            before = page[0].open_time
            if last is not None and before <= series.interval.next_open(last):
                return
            if len(page) < limit:
                return
