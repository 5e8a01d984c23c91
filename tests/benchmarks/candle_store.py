"""A year of one-minute candles of twenty symbols in the store, and how fast they come back.

python -m tests.benchmarks.candle_store [--json] [--quick]
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app.candle_rows import ROW
from thebot_desktop.domain.market import Interval, Origin, SeriesKey, Symbol
from thebot_desktop.domain.time import MINUTE_MS

YEAR = 365 * 24 * 60
SYMBOLS = 20
MILLION = 1_000_000
LIVE = 1000
START = 1_735_689_600_000


def market(seed, count):
    """A random walk with prices and quantities of as many digits as an exchange gives."""
    dice = np.random.default_rng(seed)
    rows = np.zeros(count, dtype=ROW)
    walk = 50_000 * np.exp(np.cumsum(dice.normal(0, 0.0005, count + 1)))
    rows["open_time"] = START + np.arange(count) * MINUTE_MS
    rows["open"], rows["close"] = walk[:-1].round(2), walk[1:].round(2)
    rows["high"] = (np.maximum(walk[:-1], walk[1:]) * (1 + dice.random(count) / 2000)).round(2)
    rows["low"] = (np.minimum(walk[:-1], walk[1:]) * (1 - dice.random(count) / 2000)).round(2)
    rows["volume"] = dice.exponential(20, count).round(5)
    rows["taker_buy_volume"] = (rows["volume"] * dice.random(count)).round(5)
    rows["quote_volume"] = (rows["volume"] * rows["close"]).round(8)
    rows["trades"] = dice.integers(1, 5000, count)
    rows["origin"] = Origin.HISTORY
    return rows


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fill(path, symbols, count):
    """Write the symbols' candles; seconds that took, without making them up."""
    store, taken = CandleStore(path, []), 0.0
    for number in range(symbols):
        rows = market(number, count)
        series = SeriesKey(Symbol(f"S{number:02}USDT"), Interval.M1)
        taken += seconds(lambda s=series, r=rows: store.add(s, r))
    return taken + seconds(store.close)


def opened(path, series, limit):
    """From a closed file to arrays."""
    store = CandleStore(path, [])
    candles = store.load(series, limit)
    store.close()
    assert len(candles) == limit
    assert candles.close.flags["C_CONTIGUOUS"]


def parquet(path, count):
    """The columns of a chart from a Parquet file."""
    names = ["open_time", "open", "high", "low", "close", "volume", "trades", "origin"]
    arrow = pq.read_table(path, columns=names)
    arrays = [arrow[name].to_numpy() for name in names]
    assert len(arrays[0]) == count


def fill_table(path, rows):
    """The other way to keep them: a table with a row per candle."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(
        f"CREATE TABLE candles (symbol, interval, {', '.join(ROW.names)},"
        " PRIMARY KEY (symbol, interval, open_time)) WITHOUT ROWID"
    )
    marks = ",".join("?" * len(ROW.names))
    with connection:
        connection.executemany(f"INSERT INTO candles VALUES ('LONG', '1m', {marks})", rows.tolist())
    connection.close()


def table(path, count):
    """Its rows as the columns of a chart."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT open_time, open, high, low, close, volume, trades, origin FROM candles"
        " WHERE symbol='LONG' AND interval='1m' ORDER BY open_time DESC LIMIT ?",
        (count,),
    ).fetchall()
    connection.close()
    columns = np.ascontiguousarray(np.array(rows[::-1], dtype=np.float64).T)
    assert columns.shape == (8, count)


def one_by_one(path, count):
    """Candles as they close live: a transaction each."""
    store = CandleStore(path, [])
    series, rows = SeriesKey(Symbol("LIVE"), Interval.M1), market(99, count)
    taken = seconds(lambda: [store.add(series, rows[i : i + 1]) for i in range(count)])
    store.close()
    return taken


def measure(folder, symbols, year, million, rounds):
    path = folder / "candles.sqlite"
    taken = fill(path, symbols, year)
    size = path.stat().st_size
    long = SeriesKey(Symbol("LONG"), Interval.M1)
    rows = market(1000, million)
    store = CandleStore(path, [])
    store.add(long, rows)
    store.close()
    other = folder / "table.sqlite"
    filled = seconds(lambda: fill_table(other, rows))
    arrow = pa.table({name: np.ascontiguousarray(rows[name]) for name in ROW.names})
    pq.write_table(arrow, folder / "million.parquet")
    ours, newest, theirs, tables = [], [], [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: opened(path, long, million)))
        newest.append(seconds(lambda: opened(path, long, 1000)))
        theirs.append(seconds(lambda: parquet(folder / "million.parquet", million)))
        tables.append(seconds(lambda: table(other, million)))
    return {
        "rows": symbols * year,
        "insert_rows_per_s": round(symbols * year / taken),
        "insert_s": round(taken, 2),
        "file_mb": round(size / 1e6, 1),
        "bytes_per_row": round(size / (symbols * year), 1),
        "live_save_us": round(one_by_one(path, LIVE) / LIVE * 1e6, 1),
        "opened_rows": million,
        "open_s": round(statistics.median(ours), 3),
        "open_worst_s": round(max(ours), 3),
        "open_newest_1000_ms": round(statistics.median(newest) * 1000, 2),
        "table_insert_rows_per_s": round(million / filled),
        "table_open_s": round(statistics.median(tables), 3),
        "table_bytes_per_row": round(other.stat().st_size / million, 1),
        "parquet_open_s": round(statistics.median(theirs), 3),
        "parquet_bytes_per_row": round((folder / "million.parquet").stat().st_size / million, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = (2, 20_000, 50_000, 3) if options.quick else (SYMBOLS, YEAR, MILLION, 9)
    with tempfile.TemporaryDirectory() as folder:
        results = measure(Path(folder), *sizes)
    if options.json:
        sys.stdout.write(json.dumps(results) + "\n")
        return 0
    for name, value in results.items():
        sys.stdout.write(f"{name:<25}{value:>14,}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
