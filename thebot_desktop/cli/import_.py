"""``thebot import``: bulk candle files into the profile's store."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.storage.bulk_files import BulkFile
from thebot_desktop.app.imports import ImportReport, import_candles
from thebot_desktop.cli.stored import opened_store, series_of
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol

BAD_INPUT = 2
PUBLISHED = re.compile(
    rf"(?P<symbol>[A-Z0-9]+)-(?P<interval>{'|'.join(i.value for i in Interval)}|1mo)-\d{{4}}-"
)


def run(
    symbol: str,
    interval: Interval,
    files: Sequence[Path],
    profile: Path | None,
    out: TextIO,
    err: TextIO,
) -> int:
    """A line per file; 2 when one could not be read at all. Raises TheBotError kinds."""
    series = series_of(symbol, interval)
    now = SystemClock().now()
    status = 0
    with opened_store(profile) as store:
        for path in files:
            try:
                _require_its_name(path, series)
                report = import_candles(store, series, BulkFile(path, interval, now))
            except InputError as error:
                err.write(f"thebot: {error.user_message}\n")
                status = BAD_INPUT
            else:
                out.write(f"{path}: {_sentence(report)}\n")
                _name_broken(report, path, err)
    return status


def _require_its_name(path: Path, series: SeriesKey) -> None:
    """Published files begin with what is in them: a slip of the fingers would mix two markets.

    Raises InputError.
    """
    named = PUBLISHED.match(path.name)
    if named is None:
        return
    interval = Interval.MO1 if named["interval"] == "1mo" else Interval(named["interval"])
    found = SeriesKey(Symbol(named["symbol"]), interval)
    if found != series:
        raise InputError(
            user_message=f"{path} is named for {found}, not for {series}. "
            f"Did you mean {found}? Otherwise give the file another name."
        )


def _sentence(report: ImportReport) -> str:
    sentence = (
        f"{report.kept} candles kept, {report.known_already} known already, "
        f"{report.broken_count} broken lines"
    )
    return f"{sentence}, {report.repeated} repeated" if report.repeated else sentence


def _name_broken(report: ImportReport, path: Path, err: TextIO) -> None:
    for broken in report.broken:
        err.write(f"{path}, line {broken.line}: {broken.reason}\n")
    unnamed = report.broken_count - len(report.broken)
    if unnamed:
        err.write(f"{path}: and {unnamed} more\n")
