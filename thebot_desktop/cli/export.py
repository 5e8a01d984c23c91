"""``thebot export``: stored candles, with where each came from, into a CSV or Parquet file."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.storage.candle_files import require_ending, write_candles
from thebot_desktop.cli.stored import opened_store, series_of, stored_rows
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import UnixMs


def run(
    symbol: str,
    interval: Interval,
    start: UnixMs | None,
    end: UnixMs | None,
    output: Path,
    profile: Path | None,
    err: TextIO,
) -> int:
    """The file appears whole or not at all. Raises TheBotError kinds."""
    require_ending(output)
    if start is not None and end is not None and start > end:
        raise InputError(user_message="--from lies after --to.")
    series = series_of(symbol, interval)
    with opened_store(profile) as store:
        rows = stored_rows(store, series, start, end, err)
    if not len(rows):
        raise InputError(user_message=f"No candles of {series} are stored in this stretch.")
    write_candles(rows, output, with_origin=True)
    err.write(f"{len(rows)} candles of {series} written to {output}\n")
    return 0
