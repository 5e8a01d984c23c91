"""Real candles from files as a market: CSV or JSON Lines, gzip or not, 6 or 12 columns."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from statistics import median

import msgspec
import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import IntArray, Interval, Symbol
from thebot_desktop.domain.time import DAY_MS
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.listings import Listing, assets_of
from thebot_desktop.exchange_simulator.noise import SeedArray, mix, seed_of, uniform
from thebot_desktop.exchange_simulator.rows import (
    EMPTY,
    FIELDS,
    Row,
    Rows,
    aggregate,
    total,
)
from thebot_desktop.exchange_simulator.tape import MAX_ORDERS, shape_of

MICROSECONDS_FROM = 10**15
"""Stamps this large are microseconds: 10**15 ms would be the year 33658."""

MOST_DECIMALS = 8
_GZIP_MAGIC = b"\x1f\x8b"
_JSON_ROW = msgspec.json.Decoder(list[int | float | str])


class KlineFile(Struct, frozen=True):
    """A symbol and the file its candles are played from."""

    symbol: str
    path: Path


class _Record(Struct, frozen=True):
    open_time: int
    prices: tuple[Decimal, ...]
    volume: Decimal
    quote: Decimal | None = None
    trades: int | None = None
    taker: Decimal | None = None
    taker_quote: Decimal | None = None


class FileMarket:
    """The candles of one or more files, on one clock.

    When a file ends its market stands still: streams go quiet, the last price stays.
    """

    def __init__(self, series: Mapping[str, FileSeries]) -> None:
        self._series = dict(series)
        self.listings = {symbol: one.listing for symbol, one in self._series.items()}

    def start_time(self, history_rows: int) -> int:
        """When the live part begins: the latest of the points where each file's history ends."""
        return max(one.live_from(history_rows) for one in self._series.values())

    def base(self, symbol: str) -> Interval:
        return self._series[symbol].base

    def seed(self, symbol: str, open_time: int) -> SeedArray:
        return mix(self._series[symbol].seed, open_time)

    def rows(self, symbol: str, start: int, end: int) -> Rows:
        return self._series[symbol].rows.between(start, end)

    def candles(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Rows:
        rows = self._series[symbol].candles(grid).between(first, last + 1)
        return rows.part(max(0, len(rows) - limit), len(rows)) if newest else rows.part(0, limit)

    def prepare(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Iterator[None]:
        """Nothing to do: the candles are there."""
        del symbol, grid, first, last, limit, newest
        return iter(())

    def close_before(self, symbol: str, open_time: int) -> int | None:
        rows = self._series[symbol].rows
        position = int(np.searchsorted(rows.open_time, open_time))
        return int(rows.column("close")[position - 1]) if position else None

    def day_before(self, symbol: str, open_time: int) -> Row | None:
        start = open_time - DAY_MS + self.base(symbol).milliseconds
        rows = self.rows(symbol, start, open_time)
        return total(rows) if len(rows) else None

    def look_ahead(self, symbol: str, open_time: int) -> None:
        """Nothing to do either."""

    def order_time(self, symbol: str, order_id: int) -> int | None:
        rows = self._series[symbol].rows
        ends = rows.column("first_order") + rows.column("orders")
        position = int(np.searchsorted(ends, order_id, side="right"))
        return int(rows.open_time[position]) if position < len(rows) else None


class FileSeries:
    """One file's candles."""

    def __init__(self, listing: Listing, base: Interval, rows: Rows, seed: SeedArray) -> None:
        self.listing = listing
        self.base = base
        self.rows = rows
        self.seed = seed
        self._longer: dict[Grid, Rows] = {}

    def live_from(self, history_rows: int) -> int:
        """Open time of the first candle that is not history."""
        count = len(self.rows)
        history = history_rows if count > history_rows else count // 4
        return int(self.rows.open_time[history])

    def candles(self, grid: Grid) -> Rows:
        if grid.interval is self.base:
            return self.rows
        if not is_multiple(grid.interval, self.base):
            return EMPTY
        if grid not in self._longer:
            self._longer[grid] = aggregate(self.rows, grid.interval, grid.offset)
        return self._longer[grid]


def is_multiple(interval: Interval, base: Interval) -> bool:
    """Whether candles of ``interval`` can be made of whole ones of ``base``."""
    if interval is Interval.MO1:
        return base is not Interval.D3 and base is not Interval.W1
    return interval.milliseconds % base.milliseconds == 0 and base.is_regular


def load(file: KlineFile, seed: int) -> FileSeries:
    """Read and check a file; raises InputError with a sentence that names what is wrong."""
    records = _checked(_records(file), file)
    price_decimals = max(_decimals(p) for r in records for p in r.prices)
    # Quote volumes are kept in ticks times lots: fine enough for those the file gives.
    quotes = (q for r in records for q in (r.quote, r.taker_quote) if q is not None)
    quantity_decimals = max(
        max((_decimals(q) for q in quotes), default=0) - price_decimals,
        *(_decimals(v) for r in records for v in (r.volume, r.taker) if v is not None),
    )
    own = seed_of(seed, file.symbol)
    base = _interval(np.array([r.open_time for r in records]), file)
    trades = _trade_counts(records, own, quantity_decimals)
    while quantity_decimals < MOST_DECIMALS and _crowded(records, trades, quantity_decimals):
        quantity_decimals += 1
    base_asset, quote_asset = assets_of(file.symbol)
    listing = Listing(
        Symbol(file.symbol), base_asset, quote_asset, price_decimals, quantity_decimals
    )
    rows = _rows(records, trades, listing, own)
    return FileSeries(_with_sizes(listing, records, rows), base, rows, own)


def _records(file: KlineFile) -> list[_Record]:
    text = _text(file)
    lines = (line for line in io.StringIO(text) if line.strip())
    rows = (
        (_json_fields(line, file, n) for n, line in enumerate(lines, 1))
        if text.lstrip()[:1] == "["
        else iter(csv.reader(lines))
    )
    records = []
    for number, fields in enumerate(rows, 1):
        if number == 1 and not fields[0].strip().lstrip("-").isdigit():
            continue
        try:
            records.append(_record(fields))
        except (InvalidOperation, ValueError, IndexError) as error:
            raise _broken(file, f"line {number} is not a candle") from error
    return records


def _text(file: KlineFile) -> str:
    try:
        data = file.path.read_bytes()
        if data[:2] == _GZIP_MAGIC:
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise _broken(file, "it cannot be read") from error


def _json_fields(line: str, file: KlineFile, number: int) -> list[str]:
    try:
        return [str(value) for value in _JSON_ROW.decode(line)]
    except msgspec.MsgspecError as error:
        raise _broken(file, f"line {number} is not a candle") from error


def _record(fields: list[str]) -> _Record:
    time = int(fields[0])
    if time >= MICROSECONDS_FROM:
        time //= 1000
    prices = tuple(_number(value) for value in fields[1:5])
    volume = _number(fields[5])
    if min(prices) <= 0 or volume < 0:
        raise ValueError("a price or volume that cannot be")
    if prices[1] < max(prices) or prices[2] > min(prices):
        raise ValueError("high and low do not enclose open and close")
    if len(fields) < 11:
        return _Record(time, prices, volume)
    quote, taker, taker_quote = (_number(fields[column]) for column in (7, 9, 10))
    return _Record(time, prices, volume, quote, int(fields[8]), taker, taker_quote)


def _number(text: str) -> Decimal:
    """At most as many decimals as the exchange writes; more are an artefact of floats."""
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError("not a number")
    return round(value, MOST_DECIMALS) if _decimals(value) > MOST_DECIMALS else value


def _checked(records: list[_Record], file: KlineFile) -> list[_Record]:
    if len(records) < 2:
        raise _broken(file, "it holds fewer than two candles")
    if any(a.open_time >= b.open_time for a, b in pairwise(records)):
        raise _broken(file, "its candles are not in order of time")
    return records


def _interval(times: IntArray, file: KlineFile) -> Interval:
    """The interval whose candles lie this close together."""
    closest = int(np.diff(times).min())
    for interval in Interval:
        if interval.is_regular and interval.milliseconds == closest:
            return interval
    if 28 * DAY_MS <= closest <= 31 * DAY_MS:
        return Interval.MO1
    raise _broken(file, f"its candles are {closest / 1000:g} s apart, which is no known interval")


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _scaled(value: Decimal, decimals: int) -> int:
    return int(value.scaleb(decimals))


def _trade_counts(records: list[_Record], own: SeedArray, decimals: int) -> list[int]:
    """As the file says, or else a number that goes with the volume."""
    lots = np.array([_scaled(r.volume, decimals) for r in records], dtype=np.float64)
    typical = np.median(lots[lots > 0]) if (lots > 0).any() else 1.0
    dice = uniform(own, np.array([r.open_time for r in records]))
    guess = np.ceil(200.0 * (lots / typical) ** 0.8 * (0.6 + 0.8 * dice)).astype(np.int64)
    guess = np.minimum(guess, lots.astype(np.int64))
    return [int(g) if r.trades is None else r.trades for r, g in zip(records, guess, strict=True)]


def _crowded(records: list[_Record], trades: list[int], decimals: int) -> bool:
    """Whether some candle has more trades than lots to trade."""
    return any(0 < _scaled(r.volume, decimals) < n for r, n in zip(records, trades, strict=True))


def _rows(records: list[_Record], trades: list[int], listing: Listing, own: SeedArray) -> Rows:
    price, quantity = listing.price_decimals, listing.quantity_decimals
    times = np.array([r.open_time for r in records], dtype=np.int64)
    prices = np.array(
        [[_scaled(r.prices[i], price) for r in records] for i in range(4)], dtype=np.int64
    )
    volume = np.array([_scaled(r.volume, quantity) for r in records], dtype=np.int64)
    counts = np.array(trades, dtype=np.int64)
    orders = np.minimum(np.minimum(counts, volume), np.maximum(counts * 2 // 3, 1))
    orders = np.minimum(orders, MAX_ORDERS)
    shape = shape_of(prices, volume, orders, mix(own, times))

    def given(name: str, decimals: int, otherwise: IntArray) -> IntArray:
        values = (getattr(r, name) for r in records)
        pairs = zip(values, np.where(orders > 0, otherwise, 0), strict=True)
        known = [
            int(other) if value is None else _scaled(value, decimals) for value, other in pairs
        ]
        return np.array(known, dtype=np.int64)

    columns = {
        "open_time": times,
        "open": prices[0],
        "high": prices[1],
        "low": prices[2],
        "close": prices[3],
        "volume": volume,
        "quote": given("quote", price + quantity, shape.quote),
        "trades": counts,
        "taker": given("taker", quantity, shape.taker),
        "taker_quote": given("taker_quote", price + quantity, shape.taker_quote),
        "first_trade": 1 + np.cumsum(counts) - counts,
        "orders": orders,
        "first_order": 1 + np.cumsum(orders) - orders,
    }
    return Rows(np.stack([columns[name] for name in FIELDS]))


def _with_sizes(listing: Listing, records: list[_Record], rows: Rows) -> Listing:
    """Where the price lives and how much an order is worth: its book is made of that."""
    price = float(median(record.prices[3] for record in records))
    orders = max(1, int(rows.column("orders").sum()))
    lots = int(rows.column("volume").sum()) / orders / 10**listing.quantity_decimals
    return replace(listing, price=price, order_value=lots * price)


def _broken(file: KlineFile, what: str) -> InputError:
    return InputError(
        f"{file.path}: {what}",
        user_message=f"The candle file {file.path} for {file.symbol} cannot be played: {what}.",
    )
