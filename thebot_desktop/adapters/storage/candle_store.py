"""Closed candles on disk, so that a chart opens at once and only the rest is fetched."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

import numpy as np

from thebot_desktop.adapters.storage.database import Database
from thebot_desktop.app.candle_rows import (
    ROW,
    CandleRows,
    columns_of,
    in_order,
    places_in_order,
    rows_of,
)
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Candle, Candles, Interval, Origin, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs

log = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS blocks (
  symbol TEXT NOT NULL, interval TEXT NOT NULL, block INTEGER NOT NULL, rows BLOB NOT NULL,
  PRIMARY KEY (symbol, interval, block)
) WITHOUT ROWID;
"""
BLOCK = 64
"""Intervals that one block covers. So many rows fill about one page of the file: keeping one
more candle writes hardly more than a row of its own would, and a million are read quickly."""
LAST_ORIGIN = max(Origin)


class CandleStore:
    """Blocks of rows. A candle that is kept already is kept as it is: closed is final.

    Only a filler gives way, to the candle that the exchange turned out to have after all.
    ``path`` None keeps everything in memory. A file that cannot be used is a sentence in
    ``notices``, and tried again whenever the store is.
    """

    def __init__(self, path: Path | None, notices: list[str]) -> None:
        self._path = path
        self._database: Database | None = None
        try:
            self.ready()
        except StorageError as error:
            log.warning("%s", error)
            notices.append(error.user_message)

    def ready(self) -> None:
        """Make sure that the file is open. Raises StorageError."""
        if self._database is None:
            self._database = _opened(self._path)
            _adopt_older_table(self._database)

    def save(self, series: SeriesKey, candles: Iterable[Candle], origin: Origin) -> None:
        """Keep closed ``candles``, all or none of them. Raises StorageError."""
        self.add(series, rows_of(candles, origin))

    def add(self, series: SeriesKey, rows: CandleRows) -> int:
        """Keep ``rows``, all or none of them; how many were new. Raises StorageError."""
        with self._transaction() as connection:
            connection.execute("BEGIN IMMEDIATE")
            return _add(connection, series, rows)

    def load(self, series: SeriesKey, limit: int) -> Candles:
        """The newest ``limit`` candles, oldest first. Raises StorageError."""
        found: list[bytes] = []
        with self._transaction() as connection:
            blocks = connection.execute(
                "SELECT CAST(rows AS BLOB) FROM blocks WHERE symbol=? AND interval=?"
                " ORDER BY block DESC",
                _names(series),
            )
            missing = limit * ROW.itemsize
            while missing > 0 and (block := blocks.fetchone()) is not None:
                found.append(block[0])
                missing -= len(block[0])
            blocks.close()
        rows = _rows(found[::-1])
        return columns_of(rows[max(0, len(rows) - limit) :])

    def rows(
        self, series: SeriesKey, start: UnixMs | None = None, end: UnixMs | None = None
    ) -> CandleRows:
        """Rows with ``start <= open_time <= end``, oldest first. Raises StorageError."""
        first = 0 if start is None else _block_of(series, start)
        last = 2**62 if end is None else _block_of(series, end)
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT CAST(rows AS BLOB) FROM blocks WHERE symbol=? AND interval=?"
                " AND block BETWEEN ? AND ? ORDER BY block",
                (*_names(series), first, last),
            ).fetchall()
        rows = _rows([block for (block,) in found])
        times = rows["open_time"]
        left = 0 if start is None else np.searchsorted(times, start)
        right = len(rows) if end is None else np.searchsorted(times, end, side="right")
        return rows[left:right]

    def last_open_time(self, series: SeriesKey) -> UnixMs | None:
        newest = self.load(series, 1)
        return UnixMs(int(newest.open_time[-1])) if len(newest) else None

    def series(self) -> list[SeriesKey]:
        """What there are candles of, by name. Raises StorageError."""
        with self._transaction() as connection:
            found = connection.execute("SELECT DISTINCT symbol, interval FROM blocks").fetchall()
        known = {interval.value: interval for interval in Interval}
        pairs = sorted((s, i) for s, i in found if i in known)
        return [SeriesKey(Symbol(symbol), known[name]) for symbol, name in pairs]

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        self.ready()
        assert self._database is not None
        return self._database.transaction()


def _opened(path: Path | None) -> Database:
    try:
        return Database(path, SCHEMA)
    except StorageError as error:
        why = str(error.__cause__ or error)
        raise StorageError(
            str(error),
            user_message=f"Candles cannot be kept in {path}: {why}.",
        ) from error


def _adopt_older_table(database: Database) -> None:
    """Version 0.1.0 kept a table with a row per candle."""
    with database.transaction() as connection:
        if not _has_older_table(connection):
            return
        connection.execute("BEGIN IMMEDIATE")
        if _has_older_table(connection):
            _move_older_table(connection)


def _rows(blocks: list[bytes]) -> CandleRows:
    """The rows of ``blocks``, which are in order. A damaged block is left out: what is missing
    then is found, fetched and put in its place. Raises StorageError."""
    rows = _decoded(blocks)
    if rows is None:
        sound = [block for block in blocks if _decoded([block]) is not None]
        log.warning("%d damaged blocks of candles are left out", len(blocks) - len(sound))
        rows = _decoded(sound)
    if rows is None:
        raise StorageError("blocks overlap", user_message="The stored candles are damaged.")
    return rows


def _decoded(blocks: list[bytes]) -> CandleRows | None:
    """The rows if they can be true, each later than the one before it."""
    content = b"".join(blocks)
    if len(content) % ROW.itemsize:
        return None
    rows = np.frombuffer(content, dtype=ROW)
    in_time = bool((np.diff(rows["open_time"]) > 0).all())
    return rows if in_time and bool((rows["origin"] <= LAST_ORIGIN).all()) else None


def _has_older_table(connection: sqlite3.Connection) -> bool:
    tables = "SELECT 1 FROM sqlite_master WHERE type='table' AND name='candles'"
    return connection.execute(tables).fetchone() is not None


def _move_older_table(connection: sqlite3.Connection) -> None:
    known = {interval.value for interval in Interval}
    names = connection.execute("SELECT DISTINCT symbol, interval FROM candles").fetchall()
    for symbol, interval in names:
        if interval in known:
            rows = connection.execute(
                f"SELECT {', '.join(ROW.names or ())} FROM candles"
                " WHERE symbol=? AND interval=? ORDER BY open_time",
                (symbol, interval),
            ).fetchall()
            series = SeriesKey(Symbol(symbol), Interval(interval))
            _add(connection, series, np.array(rows, dtype=ROW))
    connection.execute("DROP TABLE candles")


def _add(connection: sqlite3.Connection, series: SeriesKey, rows: CandleRows) -> int:
    added = 0
    for number, new in _blocks(series, in_order(rows)):
        key = (*_names(series), number)
        found = connection.execute(
            "SELECT CAST(rows AS BLOB) FROM blocks WHERE symbol=? AND interval=? AND block=?", key
        ).fetchone()
        merged, count = _merged(_rows([found[0]]), new) if found else (new, len(new))
        if count:
            connection.execute(
                "INSERT OR REPLACE INTO blocks VALUES (?,?,?,?)", (*key, merged.tobytes())
            )
        added += count
    return added


def _merged(old: CandleRows, new: CandleRows) -> tuple[CandleRows, int]:
    """Both in order, and how many of ``new`` are among them."""
    both = np.concatenate((old, new))
    places = places_in_order(both)
    return both[places], int(np.count_nonzero(places >= len(old)))


def _blocks(series: SeriesKey, rows: CandleRows) -> Iterator[tuple[int, CandleRows]]:
    """``rows``, which are in order, cut where a new block begins."""
    numbers = rows["open_time"] // (BLOCK * series.interval.milliseconds)
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))
    for begin, end in pairwise([*begins, len(rows)]):
        yield int(numbers[begin]), rows[begin:end]


def _block_of(series: SeriesKey, open_time: int) -> int:
    return open_time // (BLOCK * series.interval.milliseconds)


def _names(series: SeriesKey) -> tuple[str, str]:
    return series.symbol, series.interval.value
