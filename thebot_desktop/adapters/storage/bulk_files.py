"""Bulk candle files as exchanges publish them: zip, gzip or plain CSV, with or without header."""

from __future__ import annotations

import gzip
import lzma
import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TypeAlias, cast

import numpy as np

from thebot_desktop.app.candle_rows import ROW, CandleRows
from thebot_desktop.app.imports import BrokenLine
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval, Origin
from thebot_desktop.domain.time import DAY_MS, UnixMs

ZIP_MARK, GZIP_MARK, TEXT_MARK = b"PK\x03\x04", b"\x1f\x8b", b"\xef\xbb\xbf"
BATCH = 10_000
NAMED = 20
"""So many broken lines are named; the others are counted."""
MOST_BYTES = 1 << 30
"""A month of one-second candles is half of this."""
MOST_EXPANSION = 200
"""Real candles shrink to a fifth or tenth; what grows more is made to fill the memory."""
SMALL = 1 << 20
"""Below this size nothing is called a bomb."""
LONGEST_LINE = 4096
MICROSECONDS_FROM = 100_000_000_000_000
"""As milliseconds, a time this large is in the year 5138."""
EARLIEST = 1_230_768_000_000
"""2009: before it there was nothing to trade, so smaller numbers are no milliseconds."""

Values: TypeAlias = tuple[int, float, float, float, float, float, float, int, float, int]

REQUIRED = ("open_time", "open", "high", "low", "close", "volume")
SPELLINGS: Mapping[str, str] = {
    "quote_asset_volume": "quote_volume",
    "count": "trades",
    "number_of_trades": "trades",
    "taker_buy_base_asset_volume": "taker_buy_volume",
    "taker_buy_base_volume": "taker_buy_volume",
}
SHORT: Mapping[str, int] = {name: place for place, name in enumerate(REQUIRED)}
FULL: Mapping[str, int] = {**SHORT, "quote_volume": 7, "trades": 8, "taker_buy_volume": 9}
FULL_COLUMNS = 11


class BulkFile:
    """One file, read once by ``batches``; lines that are no candles are gathered in ``broken``.

    ``interval`` is what the file should hold; None means whatever its times say, which is in
    ``interval`` after reading. A candle that is not over at ``now`` is broken: what is kept of
    it would never change again.
    """

    def __init__(
        self, path: Path, interval: Interval | None = None, now: UnixMs | None = None
    ) -> None:
        self.path = path
        self.interval = interval
        self._now = now
        self.broken: list[BrokenLine] = []
        self.broken_count = 0
        self._spacings: Counter[Interval] = Counter()
        self._previous = 0
        self._good = 0

    def batches(self) -> Iterator[CandleRows]:
        """The good rows, as they come. Raises InputError with a sentence; also at the end,
        when it turns out that the file holds no candles or those of another interval."""
        batch: list[Values] = []
        for values in self._values():
            self._good += 1
            batch.append(values)
            if len(batch) == BATCH:
                yield np.array(batch, dtype=ROW)
                batch = []
        if batch:
            yield np.array(batch, dtype=ROW)
        self._judge()

    def _values(self) -> Iterator[Values]:
        places: Mapping[str, int] | None = None
        for number, line in self._lines():
            cells = [cell.strip() for cell in line.split(b",")]
            if places is None:
                named = _header(cells)
                places = named or (FULL if len(cells) >= FULL_COLUMNS else SHORT)
                if named:
                    self._require(named)
                    continue
            try:
                yield self._candle(cells, places)
            except ValueError as error:
                self.broken_count += 1
                if len(self.broken) < NAMED:
                    self.broken.append(BrokenLine(number, str(error)))

    def _candle(self, cells: list[bytes], places: Mapping[str, int]) -> Values:
        """Raises ValueError with the reason."""
        if len(cells) <= max(places.values()):
            raise ValueError(f"{len(cells)} columns are too few")
        time = _time(cells[places["open_time"]])
        self._measure(time)
        if not self._fits(time):
            raise ValueError("the time is not the beginning of a candle")
        if self._is_unfinished(time):
            raise ValueError("the candle is not over yet")
        o, high, low, close, volume = (_number(cells, places, n) for n in REQUIRED[1:])
        if min(o, high, low, close) <= 0:
            raise ValueError("a price is not above zero")
        if high < max(o, close) or low > min(o, close):
            raise ValueError("high and low do not enclose open and close")
        quote = _number(cells, places, "quote_volume")
        trades = _number(cells, places, "trades")
        taker = _number(cells, places, "taker_buy_volume")
        if min(volume, quote, trades, taker) < 0:
            raise ValueError("a volume or count is below zero")
        if trades != int(trades) or trades >= 2**53:
            raise ValueError("the count of trades is not a whole number")
        flat = high == low and volume == 0 and trades == 0
        origin = _flat_origin(cells, places) if flat else Origin.IMPORTED
        return time, o, high, low, close, volume, quote, int(trades), taker, int(origin)

    def _is_unfinished(self, time: int) -> bool:
        if self._now is None:
            return False
        return (time if self.interval is None else self.interval.close_of(time)) >= self._now

    def _fits(self, time: int) -> bool:
        """Whether a candle can open then. Where three days begin, the exchange alone knows."""
        return (
            self.interval is None
            or self.interval is Interval.D3
            or self.interval.open_of(time) == time
        )

    def _require(self, places: Mapping[str, int]) -> None:
        missing = [name for name in REQUIRED if name not in places]
        if missing:
            raise InputError(
                user_message=f"{self.path}: the header has no column {' and no '.join(missing)}."
            )

    def _measure(self, time: int) -> None:
        """Broken rows count too: the times of a file of another interval fit now and then."""
        apart = _interval_of(time - self._previous)
        if apart is not None:
            self._spacings[apart] += 1
        self._previous = time

    def _judge(self) -> None:
        """Whether the file as a whole is what it should be."""
        usual = self._spacings.most_common(1)
        found = usual[0][0] if usual else self.interval
        wanted = found if self.interval is None else self.interval
        if found is not None and wanted is not None and wanted is not found:
            raise InputError(
                user_message=f"{self.path} holds candles of {found.value}, not of {wanted.value}."
            )
        if not self._good:
            first = f" Line {self.broken[0].line}: {self.broken[0].reason}." if self.broken else ""
            raise InputError(user_message=f"{self.path} holds no candles.{first}")
        if found is None:
            raise InputError(
                user_message=f"{self.path}: the times of its candles do not tell their interval."
            )
        self.interval = found

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        """Lines that are not blank, with their numbers."""
        try:
            with ExitStack() as stack:
                file = stack.enter_context(self.path.open("rb"))
                packed = self.path.stat().st_size
                content = self._unpacked(stack, file)
                yield from self._limited(content, max(SMALL, packed * MOST_EXPANSION))
        except OSError as cause:
            why = cause.strerror or str(cause)
            raise InputError(user_message=f"{self.path} cannot be read: {why}.") from cause
        except _DAMAGE as cause:
            raise InputError(
                f"{self.path}: {cause}",
                user_message=f"{self.path} is damaged or packed in a way that is not understood.",
            ) from cause

    def _unpacked(self, stack: ExitStack, file: IO[bytes]) -> IO[bytes]:
        mark = file.read(4)
        file.seek(0)
        if mark.startswith(GZIP_MARK):
            return cast("IO[bytes]", stack.enter_context(gzip.open(file)))
        if mark != ZIP_MARK:
            return file
        archive = stack.enter_context(zipfile.ZipFile(file))
        members = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
        if len(members) != 1:
            raise InputError(user_message=f"{self.path} holds {len(members)} CSV files, not one.")
        return stack.enter_context(archive.open(members[0]))

    def _limited(self, content: IO[bytes], most: int) -> Iterator[tuple[int, bytes]]:
        taken = number = 0
        while line := content.readline(LONGEST_LINE):
            number += 1
            taken += len(line)
            if taken > min(most, MOST_BYTES):
                raise InputError(user_message=f"{self.path} unpacks to too much; it is not read.")
            if len(line) == LONGEST_LINE:
                raise InputError(user_message=f"{self.path} is not a candle file: line {number}.")
            if number == 1:
                line = line.removeprefix(TEXT_MARK)
            if line.strip():
                yield number, line


_DAMAGE = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)
"""RuntimeError: a password, or a packing that the library does not know."""


def _header(cells: list[bytes]) -> dict[str, int]:
    """Where the columns stand by name; empty when this is no header."""
    names = [c.decode("ascii", "replace").lower().replace(" ", "_") for c in cells]
    if "open_time" not in names:
        return {}
    known = (*REQUIRED, "quote_volume", "trades", "taker_buy_volume", "origin")
    spelled = [SPELLINGS.get(name, name) for name in names]
    return {name: spelled.index(name) for name in known if name in spelled}


def _time(cell: bytes) -> int:
    time = int(cell) if cell.isdigit() and len(cell) < 18 else 0
    if time >= MICROSECONDS_FROM:
        time //= 1000
    if time < EARLIEST:
        raise ValueError("the time is not in milliseconds or microseconds since 1970")
    return time


def _number(cells: list[bytes], places: Mapping[str, int], name: str) -> float:
    """The value of a column, 0 where the file does not have it."""
    if name not in places:
        return 0.0
    text = cells[places[name]]
    try:
        value = math.nan if b"_" in text else float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} is not a number")
    return value


def _flat_origin(cells: list[bytes], places: Mapping[str, int]) -> Origin:
    """Nobody traded; our own exports also say where nobody could."""
    told = cells[places["origin"]] if "origin" in places else b""
    is_hole = told == Origin.EXCHANGE_HOLE.label.encode()
    return Origin.EXCHANGE_HOLE if is_hole else Origin.NO_TRADES


def _interval_of(spacing: int) -> Interval | None:
    if 28 * DAY_MS <= spacing <= 31 * DAY_MS:
        return Interval.MO1
    return next((i for i in Interval if i.is_regular and i.milliseconds == spacing), None)
