"""Closed candles on disk, so that a chart opens at once and only the rest is fetched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from thebot_desktop.adapters.storage.database import open_or_memory
from thebot_desktop.domain.market import Candle, Candles, Origin, SeriesKey
from thebot_desktop.domain.time import UnixMs

SCHEMA = """
CREATE TABLE IF NOT EXISTS candles (
  symbol TEXT NOT NULL, interval TEXT NOT NULL, open_time INTEGER NOT NULL,
  open REAL NOT NULL, high REAL NOT NULL, low REAL NOT NULL, close REAL NOT NULL,
  volume REAL NOT NULL, quote_volume REAL NOT NULL, trades INTEGER NOT NULL,
  taker_buy_volume REAL NOT NULL, origin INTEGER NOT NULL,
  PRIMARY KEY (symbol, interval, open_time)
) WITHOUT ROWID;
"""


class CandleStore:
    """A row per candle. A candle that is kept already is kept as it is: closed is final."""

    def __init__(self, path: Path | None, notices: list[str]) -> None:
        self._database = open_or_memory(path, SCHEMA, notices)

    def save(self, series: SeriesKey, candles: Iterable[Candle], origin: Origin) -> None:
        """Keep closed ``candles``, all or none of them. Raises StorageError."""
        rows = [_row(series, candle, origin) for candle in candles]
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO candles VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", rows
            )

    def load(self, series: SeriesKey, limit: int) -> Candles:
        """The newest ``limit`` candles, oldest first. Raises StorageError."""
        with self._database.transaction() as connection:
            rows = connection.execute(
                "SELECT open_time, open, high, low, close, volume, trades, origin FROM candles"
                " WHERE symbol=? AND interval=? ORDER BY open_time DESC LIMIT ?",
                (series.symbol, series.interval.value, limit),
            ).fetchall()
        table = np.array(rows[::-1], dtype=np.float64).reshape(-1, 8).T
        o, h, low, close, volume, trades = np.ascontiguousarray(table[1:7])
        return Candles(
            table[0].astype(np.int64), o, h, low, close, volume, trades, table[7].astype(np.uint8)
        )

    def last_open_time(self, series: SeriesKey) -> UnixMs | None:
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT MAX(open_time) FROM candles WHERE symbol=? AND interval=?",
                (series.symbol, series.interval.value),
            ).fetchone()
        return None if row[0] is None else UnixMs(row[0])

    def close(self) -> None:
        self._database.close()


def _row(series: SeriesKey, c: Candle, origin: Origin) -> tuple[object, ...]:
    return (
        series.symbol,
        series.interval.value,
        c.open_time,
        c.open,
        c.high,
        c.low,
        c.close,
        c.volume,
        c.quote_volume,
        c.trades,
        c.taker_buy_volume,
        int(origin),
    )
