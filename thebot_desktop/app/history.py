"""HistoryLoader: the first fill of a series, from disk and from the exchange."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from thebot_desktop.domain.errors import StorageError, TheBotError
from thebot_desktop.domain.market import (
    Candle,
    Candles,
    IntArray,
    Interval,
    Origin,
    SeriesKey,
    candles_of,
)
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.fillers import (
    mark_no_trades,
    with_holes_filled,
    with_origins_of,
)
from thebot_desktop.market.ports import HistorySource

PAGE = 1000
"""The exchange gives at most so many candles at once."""
MOST_PAGES = 20
"""Older ones wait for the next start, so that a chart is not kept waiting."""

OLDER = 2000
"""So many older candles are brought at once when somebody scrolls to where they are missing."""


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
        """The newest ``depth`` closed candles, without a hole of ours. Raises FeedError kinds.

        An archive that refuses them is reported; the candles are used all the same.
        """
        newest = await self._source.candles(series, limit=min(PAGE, self._depth))
        stored = self._archive.load(series, self._depth)
        if not newest:
            return mark_no_trades(stored)
        # What is stored beyond the newest page was kept under a clock that went wrong.
        known = joined(stored.before(newest[0].open_time), self._kept(series, newest))
        is_all = len(newest) < min(PAGE, self._depth)
        known, is_whole = await self._completed(series, known.last(self._depth), is_all=is_all)
        if is_whole:
            known = self._bridged(series, known)
        return mark_no_trades(with_origins_of(known.last(self._depth), stored))

    async def older(self, series: SeriesKey, before: UnixMs, known: int) -> Candles:
        """Closed candles that open earlier than ``before``, from disk or a few pages of the
        exchange; none where its history begins. ``known`` of them are in memory already, from
        ``before`` on. Raises FeedError kinds.
        """
        stored = self._archive.load(series, known + OLDER).before(before).last(OLDER)
        if len(stored) == OLDER and not holes(stored, series.interval):
            return mark_no_trades(stored)
        found = candles_of([], Origin.HISTORY)
        while len(found) < OLDER:
            end = UnixMs((int(found.open_time[0]) if len(found) else before) - 1)
            rows = await self._source.candles(series, end=end, limit=PAGE)
            if not rows:
                break
            found = joined(self._kept(series, rows), found)
        return mark_no_trades(self._bridged(series, found))

    async def _completed(
        self, series: SeriesKey, known: Candles, *, is_all: bool
    ) -> tuple[Candles, bool]:
        """``known`` with what was missing in it, and whether everything has been asked for."""
        pages = MOST_PAGES
        missing = holes(known, series.interval)
        if not is_all and len(known) < self._depth:
            missing.append(_before(known, series.interval, self._depth - len(known)))
        for first, last in missing:
            end = last
            while end >= first:
                if not pages:
                    return known, False
                pages -= 1
                rows = await self._rows_between(series, first, end)
                if not rows:
                    break
                known = joined(known, self._kept(series, rows))
                end = UnixMs(rows[0].open_time - 1)
        return known, True

    async def _rows_between(self, series: SeriesKey, first: UnixMs, last: UnixMs) -> list[Candle]:
        limit = min(PAGE, (last - first) // series.interval.milliseconds + 1)
        rows = await self._source.candles(series, end=last, limit=limit)
        return [row for row in rows if row.open_time >= first]

    def _kept(self, series: SeriesKey, rows: list[Candle]) -> Candles:
        """A page, kept in the archive; what is missing in the midst of it does not exist."""
        self._save(series, rows, Origin.HISTORY)
        return self._bridged(series, candles_of(rows, Origin.HISTORY))

    def _bridged(self, series: SeriesKey, known: Candles) -> Candles:
        """``known`` with flat candles where the exchange has none, which is remembered."""
        bridged = with_holes_filled(known, series.interval)
        if bridged is not known:
            new = np.flatnonzero(~np.isin(bridged.open_time, known.open_time))
            self._save(series, [bridged.at(int(row)) for row in new], Origin.EXCHANGE_HOLE)
        return bridged

    def _save(self, series: SeriesKey, candles: list[Candle], origin: Origin) -> None:
        try:
            self._archive.save(series, candles, origin)
        except StorageError as error:
            self._faults.notify(error)


def holes(candles: Candles, interval: Interval) -> list[tuple[UnixMs, UnixMs]]:
    """First and last moment of each stretch without candles between two of them, newest first."""
    found = []
    ends = np.array([interval.next_open(int(t)) for t in _suspects(candles, interval)])
    for end in ends[::-1]:
        following = int(candles.open_time[np.searchsorted(candles.open_time, end)])
        if following > end:
            found.append((UnixMs(int(end)), UnixMs(following - 1)))
    return found


def _suspects(candles: Candles, interval: Interval) -> IntArray:
    """Open times after which the next candle is further away than usual."""
    return candles.open_time[:-1][np.diff(candles.open_time) > interval.milliseconds]


def _before(candles: Candles, interval: Interval, count: int) -> tuple[UnixMs, UnixMs]:
    """The stretch of ``count`` candles that ends where ``candles`` begin."""
    begins = int(candles.open_time[0])
    return UnixMs(max(0, begins - count * interval.milliseconds)), UnixMs(begins - 1)


def joined(some: Candles, others: Candles) -> Candles:
    """Both in order; of two candles with one open time that of ``others`` stays."""
    times = np.concatenate((some.open_time, others.open_time))
    order = np.argsort(times, kind="stable")
    is_last = np.append(np.diff(times[order]) != 0, np.ones(min(1, len(order)), dtype=bool))
    kept = order[is_last]
    return Candles(
        *(
            np.concatenate((getattr(some, name), getattr(others, name)))[kept]
            for name in Candles.__dataclass_fields__
        )
    )
