"""``thebot history``: candles from the exchange into a CSV or Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.storage.candle_files import require_ending, write_candles
from thebot_desktop.app.candle_rows import rows_of
from thebot_desktop.app.history import PAGE
from thebot_desktop.bootstrap import Launch, open_program
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candle, Interval, Origin, SeriesKey
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import HistorySource

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
    require_ending(output)
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
    write_candles(rows_of(candles, Origin.HISTORY), output)
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
