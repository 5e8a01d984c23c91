"""Closed candles on disk, so that a chart opens at once and only the rest is fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from thebot_desktop.adapters.storage.database import open_or_memory
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

SCHEMA = """
CREATE TABLE IF NOT EXISTS blocks (
  symbol TEXT NOT NULL, interval TEXT NOT NULL, block INTEGER NOT NULL, rows BLOB NOT NULL,
  PRIMARY KEY (symbol, interval, block)
) WITHOUT ROWID;
"""
BLOCK = 64
"""Intervals that one block covers. So many rows fill about one page of the file: keeping one
more candle writes hardly more than a row of its own would, and a million are read quickly."""


class CandleStore:
    """Blocks of rows. A candle that is kept already is kept as it is: closed is final.

    Only a filler gives way, to the candle that the exchange turned out to have after all.
    """

    def __init__(self, path: Path | None, notices: list[str]) -> None:
        self._database = open_or_memory(path, SCHEMA, notices)
        try:
            self._adopt_older_table()
        except StorageError as error:
            notices.append(error.user_message)

    def save(self, series: SeriesKey, candles: Iterable[Candle], origin: Origin) -> None:
        """Keep closed ``candles``, all or none of them. Raises StorageError."""
        self.add(series, rows_of(candles, origin))

    def add(self, series: SeriesKey, rows: CandleRows) -> int:
        """Keep ``rows``, all or none of them; how many were new. Raises StorageError."""
        with self._database.transaction() as connection:
            connection.execute("BEGIN IMMEDIATE")
            return _add(connection, series, rows)

    def load(self, series: SeriesKey, limit: int) -> Candles:
        """The newest ``limit`` candles, oldest first. Raises StorageError."""
        found: list[bytes] = []
        with self._database.transaction() as connection:
            blocks = connection.execute(
                "SELECT rows FROM blocks WHERE symbol=? AND interval=? ORDER BY block DESC",
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
        with self._database.transaction() as connection:
            found = connection.execute(
                "SELECT rows FROM blocks WHERE symbol=? AND interval=? AND block BETWEEN ? AND ?"
                " ORDER BY block",
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

    def close(self) -> None:
        self._database.close()

    def _adopt_older_table(self) -> None:
        """Version 0.1.0 kept a table with a row per candle."""
        with self._database.transaction() as connection:
            if not _has_older_table(connection):
                return
            connection.execute("BEGIN IMMEDIATE")
            if not _has_older_table(connection):
                return
            _move_older_table(connection)


def _rows(blocks: list[bytes]) -> CandleRows:
    try:
        return np.frombuffer(b"".join(blocks), dtype=ROW)
    except ValueError as cause:
        raise StorageError(
            f"candle block: {cause}", user_message="The file of stored candles is damaged."
        ) from cause


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
            "SELECT rows FROM blocks WHERE symbol=? AND interval=? AND block=?", key
        ).fetchone()
        old = _rows([found[0]] if found else [])
        both = np.concatenate((old, new)) if found else new
        places = places_in_order(both)
        count = int(np.count_nonzero(places >= len(old)))
        if count:
            connection.execute(
                "INSERT OR REPLACE INTO blocks VALUES (?,?,?,?)", (*key, both[places].tobytes())
            )
        added += count
    return added


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
