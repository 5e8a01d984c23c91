"""Candles from a CSV file as people have them: with or without header, gzip or not."""

from __future__ import annotations

import csv
import gzip
import io
import math
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from msgspec import Struct

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candles, Origin

COLUMNS = ("open_time", "open", "high", "low", "close", "volume")
GZIP_MARK = b"\x1f\x8b"
MICROSECONDS_FROM = 100_000_000_000_000
"""As milliseconds, a time this large is in the year 5138."""


class CandleFile(Struct, frozen=True):
    """The candles of a file, and their times as they are written there."""

    open_times: tuple[str, ...]
    candles: Candles


def read_candles(path: Path) -> CandleFile:
    """Raises InputError with a sentence that names the line which makes no sense."""
    rows = _rows(path)
    first = next(rows, None)
    if first is None:
        raise InputError(user_message=f"{path} holds no candles.")
    number, cells = first
    if _is_number(cells[0]):
        places = list(range(len(COLUMNS)))
        records = [_record(path, number, cells, places)]
    else:
        places = _places(path, cells)
        records = []
    records += [_record(path, number, cells, places) for number, cells in rows]
    return _candle_file(path, records)


class _Record(Struct, frozen=True):
    line: int
    open_time: str
    time: int
    values: tuple[float, ...]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, with the number of their line."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as cause:
        raise InputError(user_message=f"{path}, line {reader.line_num}: {cause}.") from cause


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if content.startswith(GZIP_MARK):
            content = gzip.decompress(content)
    except (gzip.BadGzipFile, EOFError, zlib.error) as cause:
        raise InputError(user_message=f"{path} is a damaged gzip file: {cause}.") from cause
    except OSError as cause:
        raise InputError(user_message=f"{path} cannot be read: {cause.strerror}.") from cause
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        raise InputError(user_message=f"{path} is not a text file.") from cause


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _places(path: Path, header: list[str]) -> list[int]:
    """Where the columns we need stand among those of the file."""
    names = [name.strip().lower().replace(" ", "_") for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise InputError(
            user_message=f"{path}: the header has no column {' and no '.join(missing)}."
        )
    return [names.index(name) for name in COLUMNS]


def _record(path: Path, line: int, cells: list[str], places: list[int]) -> _Record:
    if len(cells) <= max(places):
        raise InputError(
            user_message=f"{path}, line {line}: {len(cells)} columns are too few; "
            f"there must be {', '.join(COLUMNS)}."
        )
    time, *prices = (cells[place].strip() for place in places)
    values = tuple(
        _number(path, line, name, text) for name, text in zip(COLUMNS[1:], prices, strict=True)
    )
    return _Record(line, time, _time(path, line, time), values)


def _number(path: Path, line: int, name: str, text: str) -> float:
    value = float(text) if _is_number(text) else math.nan
    if not math.isfinite(value):
        raise InputError(user_message=f"{path}, line {line}: {name} is “{text}”, not a number.")
    return value


def _time(path: Path, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise InputError(
            user_message=f"{path}, line {line}: open_time is “{text}”, "
            "not milliseconds (or microseconds) since 1970."
        )
    time = int(text)
    return time // 1000 if time >= MICROSECONDS_FROM else time


def _candle_file(path: Path, records: list[_Record]) -> CandleFile:
    if not records:
        raise InputError(user_message=f"{path} holds no candles.")
    times = np.array([r.time for r in records], dtype=np.int64)
    stuck = np.flatnonzero(np.diff(times) <= 0)
    if len(stuck):
        line = records[stuck[0] + 1].line
        raise InputError(
            user_message=f"{path}, line {line}: the candle does not open after the one before it."
        )
    o, h, low, close, volume = np.array([r.values for r in records], dtype=np.float64).T.copy()
    count = len(records)
    candles = Candles(
        times,
        o,
        h,
        low,
        close,
        volume,
        np.zeros(count),
        np.full(count, Origin.IMPORTED, dtype=np.uint8),
    )
    return CandleFile(tuple(r.open_time for r in records), candles)
