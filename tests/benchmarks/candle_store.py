"""A year of one-minute candles of twenty symbols, kept in several ways, and how fast they are.

    python -m tests.benchmarks.candle_store [--json] [--quick]

The program's store is a SQLite file of packed blocks. Beside it: a SQLite table with a row per
candle, a Parquet file per symbol, and DuckDB where it is installed. All of them keep the same
rows; opening means from closed files to the contiguous columns that a chart needs.
"""

from __future__ import annotations

import argparse
import importlib.util
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
FEW = 500
APPENDED = 300
START = 1_735_689_600_000
CHART = ("open_time", "open", "high", "low", "close", "volume", "trades", "origin")
LONG, LIVE = "LONGUSDT", "LIVEUSDT"


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


def arrow_of(rows):
    return pa.table({name: np.ascontiguousarray(rows[name]) for name in ROW.names})


class Blocks:
    """The program's own store."""

    name = "blocks"

    def __init__(self, folder):
        self.path = folder / "blocks.sqlite"

    def write(self, symbol, rows):
        store = CandleStore(self.path, [])
        store.add(SeriesKey(Symbol(symbol), Interval.M1), rows)
        store.close()

    def open(self, symbol, limit):
        store = CandleStore(self.path, [])
        candles = store.load(SeriesKey(Symbol(symbol), Interval.M1), limit)
        store.close()
        return [getattr(candles, name) for name in CHART]

    def append(self, symbol, rows):
        store = CandleStore(self.path, [])
        series = SeriesKey(Symbol(symbol), Interval.M1)
        began = time.perf_counter()
        for i in range(len(rows)):
            store.add(series, rows[i : i + 1])
        taken = time.perf_counter() - began
        store.close()
        return taken

    def size(self):
        return self.path.stat().st_size


class Table:
    """SQLite with a row per candle."""

    name = "table"
    INSERT = f"INSERT OR IGNORE INTO candles VALUES (?, {','.join('?' * len(ROW.names))})"

    def __init__(self, folder):
        self.path = folder / "table.sqlite"
        connection = self._connected()
        connection.execute(
            f"CREATE TABLE candles (symbol TEXT, {', '.join(ROW.names)},"
            " PRIMARY KEY (symbol, open_time)) WITHOUT ROWID"
        )
        connection.close()

    def write(self, symbol, rows):
        connection = self._connected()
        with connection:
            connection.executemany(self.INSERT, ((symbol, *row) for row in rows.tolist()))
        connection.close()

    def open(self, symbol, limit):
        connection = self._connected()
        rows = connection.execute(
            f"SELECT {', '.join(CHART)} FROM candles WHERE symbol=?"
            " ORDER BY open_time DESC LIMIT ?",
            (symbol, limit),
        ).fetchall()
        connection.close()
        return np.ascontiguousarray(np.array(rows[::-1], dtype=np.float64).T)

    def append(self, symbol, rows):
        connection = self._connected()
        began = time.perf_counter()
        for row in rows.tolist():
            with connection:
                connection.execute(self.INSERT, (symbol, *row))
        taken = time.perf_counter() - began
        connection.close()
        return taken

    def size(self):
        return self.path.stat().st_size

    def _connected(self):
        connection = sqlite3.connect(self.path)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection


class Parquet:
    """A file per symbol. One more candle writes its file anew: there is no appending."""

    name = "parquet"

    def __init__(self, folder):
        self.folder = folder / "parquet"
        self.folder.mkdir()

    def write(self, symbol, rows):
        pq.write_table(arrow_of(rows), self.folder / f"{symbol}.parquet")

    def open(self, symbol, limit):
        """The newest row groups that hold ``limit`` rows."""
        with pq.ParquetFile(self.folder / f"{symbol}.parquet") as file:
            groups, found = [], 0
            for number in reversed(range(file.num_row_groups)):
                groups.insert(0, number)
                found += file.metadata.row_group(number).num_rows
                if found >= limit:
                    break
            table = file.read_row_groups(groups, columns=list(CHART))
        return [np.ascontiguousarray(table[n].to_numpy()[-limit:]) for n in CHART]

    def append(self, symbol, rows):
        """Ten are enough to know, for a series as long as a year of the others."""
        path = self.folder / f"{symbol}.parquet"
        began = time.perf_counter()
        for i in range(10):
            whole = pa.concat_tables([pq.read_table(path), arrow_of(rows[i : i + 1])])
            pq.write_table(whole, path)
        return (time.perf_counter() - began) / 10 * len(rows)

    def size(self):
        return sum(path.stat().st_size for path in self.folder.iterdir())


class Duck:
    """DuckDB's own file, with one table in order of symbol and time."""

    name = "duckdb"

    def __init__(self, folder):
        self.path = folder / "candles.duckdb"
        kinds = ", ".join(f"{n} {self._kind(n)}" for n in ROW.names)
        connection = self._connected()
        connection.execute(f"CREATE TABLE candles (symbol VARCHAR, {kinds})")
        connection.close()

    def write(self, symbol, rows):
        connection = self._connected()
        connection.register("new", arrow_of(rows))
        connection.execute("INSERT INTO candles SELECT ?, * FROM new", [symbol])
        connection.close()

    def open(self, symbol, limit):
        connection = self._connected()
        found = connection.execute(
            f"SELECT {', '.join(CHART)} FROM candles WHERE symbol=?"
            " ORDER BY open_time DESC LIMIT ?",
            [symbol, limit],
        ).fetchnumpy()
        connection.close()
        return [np.ascontiguousarray(found[name][::-1]) for name in CHART]

    def append(self, symbol, rows):
        connection = self._connected()
        insert = f"INSERT INTO candles VALUES (?, {','.join('?' * len(ROW.names))})"
        began = time.perf_counter()
        for row in rows.tolist():
            connection.execute(insert, [symbol, *row])
        taken = time.perf_counter() - began
        connection.close()
        return taken

    def size(self):
        return self.path.stat().st_size

    def _connected(self):
        import duckdb

        return duckdb.connect(str(self.path))

    @staticmethod
    def _kind(name):
        return {"open_time": "BIGINT", "trades": "BIGINT", "origin": "UTINYINT"}.get(name, "DOUBLE")


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def opened(way, symbol, limit, rounds):
    """Median and worst of several openings, each checked for what it brought."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        columns = way.open(symbol, limit)
        taken.append(time.perf_counter() - began)
        assert len(columns) == len(CHART)
        assert len(columns[0]) == limit
        assert columns[4].flags["C_CONTIGUOUS"]
        assert columns[0][0] < columns[0][-1]
    return statistics.median(taken), max(taken)


def measure(way, symbols, year, long, rounds):
    """All figures of one way of keeping candles."""
    filling = 0.0
    for number in range(symbols):
        rows = market(number, year)
        filling += seconds(lambda n=number, r=rows: way.write(f"S{n:02}USDT", r))
    size = way.size()
    way.write(LONG, market(1000, long))
    live = market(99, year + APPENDED)
    way.write(LIVE, live[:year])
    appending = way.append(LIVE, live[year:])
    open_long, worst = opened(way, LONG, long, rounds)
    open_few, _ = opened(way, "S00USDT", FEW, rounds)
    return {
        "write_rows_per_s": round(symbols * year / filling),
        "bytes_per_row": round(size / (symbols * year), 1),
        "file_mb": round(size / 1e6, 1),
        "append_one_us": round(appending / APPENDED * 1e6, 1),
        "open_long_s": round(open_long, 3),
        "open_long_worst_s": round(worst, 3),
        "open_few_ms": round(open_few * 1000, 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = (2, 20_000, 50_000, 3) if options.quick else (SYMBOLS, YEAR, MILLION, 7)
    symbols, year, long, _rounds = sizes
    results = {"rows": symbols * year, "long": long, "few": FEW, "ways": {}}
    ways = [Blocks, Table, Parquet]
    if importlib.util.find_spec("duckdb"):
        ways.append(Duck)
    for way in ways:
        with tempfile.TemporaryDirectory() as folder:
            results["ways"][way.name] = measure(way(Path(folder)), *sizes)
    if options.json:
        sys.stdout.write(json.dumps(results) + "\n")
        return 0
    sys.stdout.write(f"{results['rows']:,} rows of {symbols} symbols; long: {long:,} rows\n")
    for name in next(iter(results["ways"].values())):
        values = "".join(f"{w[name]:>16,}" for w in results["ways"].values())
        sys.stdout.write(f"{name:<20}{values}\n")
    sys.stdout.write(f"{'':<20}{''.join(f'{w:>16}' for w in results['ways'])}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
