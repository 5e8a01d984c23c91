"""``thebot history``: candles from the exchange into a CSV or Parquet file."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.storage.settings_file import write_atomically
from thebot_desktop.app.history import PAGE
from thebot_desktop.bootstrap import Launch, open_program
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Candle, Interval, SeriesKey
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import HistorySource

COLUMNS = (
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "quote_volume",
    "trades",
    "taker_buy_volume",
)
NEWEST = 1000
"""Without a beginning, so many of the newest candles are fetched."""


async def run(
    symbol: str,
    interval: Interval,
    start: UnixMs | None,
    end: UnixMs | None,
    output: Path,
    launch: Launch,
    err: TextIO,
) -> int:
    """Fetch and write; the file appears whole or not at all. Raises TheBotError kinds."""
    if output.suffix not in (".csv", ".parquet"):
        raise InputError(user_message=f"“{output.name}” must end with .csv or .parquet.")
    if start is not None and end is not None and start > end:
        raise InputError(user_message="--from lies after --to.")
    program = await open_program(launch)
    try:
        if program.feed.history is None:
            raise InputError(user_message="A recording has no history.")
        known = await program.context.session.instruments.resolve(symbol)
        series = SeriesKey(known, interval)
        candles = await fetch(program.feed.history, series, start, end)
    finally:
        await program.aclose()
    write(candles, output)
    err.write(f"{len(candles)} candles of {series} written to {output}\n")
    return 0


async def fetch(
    source: HistorySource, series: SeriesKey, start: UnixMs | None, end: UnixMs | None
) -> list[Candle]:
    """All closed candles between two open times; without ``start`` the newest thousand."""
    if start is None:
        return await source.candles(series, end=end, limit=NEWEST)
    found: list[Candle] = []
    while True:
        page = await source.candles(series, start=start, end=end, limit=PAGE)
        found += page
        if len(page) < PAGE:
            return found
        start = series.interval.next_open(page[-1].open_time)
        if end is not None and start > end:
            return found


def write(candles: list[Candle], output: Path) -> None:
    """Raises StorageError; the file is then as it was."""
    rows = [tuple(getattr(candle, name) for name in COLUMNS) for candle in candles]
    content = _parquet(rows) if output.suffix == ".parquet" else _csv(rows)
    try:
        write_atomically(output.absolute(), content)
    except OSError as cause:
        raise StorageError(
            f"{output}: {cause}",
            user_message=f"{output} cannot be written: {os.strerror(cause.errno or 0)}.",
        ) from cause


def _csv(rows: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet(rows: list[tuple[object, ...]]) -> bytes:
    import pandas as pd

    content: bytes = pd.DataFrame(rows, columns=list(COLUMNS)).to_parquet(index=False)
    return content
