"""Import: candles from somebody's file into the archive, all good rows of it or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct

from thebot_desktop.app.candle_rows import CandleRows, in_order
from thebot_desktop.domain.market import SeriesKey


class BrokenLine(Struct, frozen=True):
    """A line that is no candle, and why."""

    line: int
    reason: str


class CandleSource(Protocol):
    """A file of candles. ``broken`` and ``broken_count`` are complete when ``batches`` ended."""

    @property
    def broken(self) -> Sequence[BrokenLine]:
        """The first broken lines."""
        ...

    @property
    def broken_count(self) -> int: ...

    def batches(self) -> Iterator[CandleRows]:
        """The good rows. Raises InputError when the file as a whole makes no sense."""
        ...


class RowArchive(Protocol):
    def add(self, series: SeriesKey, rows: CandleRows) -> int:
        """Keep all of ``rows`` or none; how many were new. Raises StorageError."""
        ...


class ImportReport(Struct, frozen=True):
    """What became of the lines of a file."""

    kept: int
    known_already: int
    broken_count: int
    broken: tuple[BrokenLine, ...]
    repeated: int = 0
    """Candles that the file has twice; the first of them counts."""


def import_candles(archive: RowArchive, series: SeriesKey, source: CandleSource) -> ImportReport:
    """Read ``source`` to its end, then keep it in one transaction.

    Raises InputError or StorageError; nothing of the file is kept then.
    """
    rows = np.concatenate(list(source.batches()))
    once = in_order(rows)
    kept = archive.add(series, once)
    return ImportReport(
        kept,
        len(once) - kept,
        source.broken_count,
        tuple(source.broken),
        repeated=len(rows) - len(once),
    )
