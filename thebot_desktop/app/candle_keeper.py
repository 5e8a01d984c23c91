"""CandleKeeper: candles in a store that may refuse them; until it takes them, in memory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from thebot_desktop.app.candle_rows import ROW, CandleRows, columns_of, in_order, rows_of
from thebot_desktop.domain.errors import StorageError, TheBotError
from thebot_desktop.domain.market import Candle, Candles, Origin, SeriesKey
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs

RETRY_MS = 10 * SECOND_MS
"""A store that refuses is asked again so often; asking may take seconds."""
MOST_WAITING = 1_000_000
"""Rows that may wait, about 75 MB. Beyond it all of a series are let go of: its hole in the
store will be found and fetched when the series is opened again."""

GOES_ON = "The program goes on from memory and tries again."


class RowStore(Protocol):
    """Closed candles on disk. Everything but ``close`` raises StorageError."""

    def ready(self) -> None:
        """Make sure that the store can be used."""
        ...

    def add(self, series: SeriesKey, rows: CandleRows) -> int: ...

    def load(self, series: SeriesKey, limit: int) -> Candles: ...

    def rows(self, series: SeriesKey) -> CandleRows: ...

    def close(self) -> None: ...


class CandleKeeper:
    """A CandleArchive that never fails: what is refused waits, and is found where it waits.

    ``refusal`` is a sentence for as long as something is wrong. When it begins, a fault is told.
    """

    def __init__(self, store: RowStore, faults: Observers[TheBotError], clock: Clock) -> None:
        self._store = store
        self._faults = faults
        self._clock = clock
        self._waiting: dict[SeriesKey, list[CandleRows]] = {}
        self._retry_at = UnixMs(0)
        self.refusal = ""
        try:
            store.ready()
        except StorageError as error:
            self._refuse(error)

    @property
    def waiting(self) -> int:
        """How many rows are in memory alone."""
        return sum(len(rows) for parts in self._waiting.values() for rows in parts)

    def save(self, series: SeriesKey, candles: Iterable[Candle], origin: Origin) -> None:
        """Keep closed ``candles``, on disk or in memory."""
        rows = rows_of(candles, origin)
        if self.refusal:
            self._hold(series, rows)
            return
        try:
            self._store.add(series, rows)
        except StorageError as error:
            self._refuse(error)
            self._hold(series, rows)

    def load(self, series: SeriesKey, limit: int) -> Candles:
        """The newest ``limit`` candles, oldest first, wherever they are kept."""
        waiting = self._waiting.get(series)
        try:
            if waiting is None:
                return self._store.load(series, limit)
            stored = self._store.rows(series)
        except StorageError as error:
            if not self.refusal:
                self._faults.notify(error)
            stored = np.empty(0, ROW)
        return columns_of(in_order(np.concatenate((stored, *(waiting or ()))))).last(limit)

    def last_open_time(self, series: SeriesKey) -> UnixMs | None:
        newest = self.load(series, 1)
        return UnixMs(int(newest.open_time[-1])) if len(newest) else None

    def retry(self) -> None:
        """A chore: now and then, store what waits."""
        if self.refusal and self._clock.now() >= self._retry_at:
            self._store_waiting()

    def close(self) -> None:
        """One last attempt, then let go of the store."""
        if self._waiting:
            self._store_waiting()
        self._store.close()

    def _store_waiting(self) -> None:
        try:
            self._store.ready()
            for series in list(self._waiting):
                self._store.add(series, np.concatenate(self._waiting[series]))
                del self._waiting[series]
        except StorageError as error:
            self._refuse(error)
        else:
            self.refusal = ""

    def _refuse(self, error: StorageError) -> None:
        if not self.refusal:
            self._faults.notify(error)
        self.refusal = f"{error.user_message} {GOES_ON}"
        self._retry_at = UnixMs(self._clock.now() + RETRY_MS)

    def _hold(self, series: SeriesKey, rows: CandleRows) -> None:
        if len(rows):
            self._waiting.setdefault(series, []).append(rows)
        if self.waiting > MOST_WAITING:
            largest = max(self._waiting, key=lambda s: sum(map(len, self._waiting[s])))
            del self._waiting[largest]
