"""Candles in whole ticks and lots: columns for many, a plain value for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec import Struct
from msgspec.structs import astuple
from numpy.typing import NDArray

from thebot_desktop.domain.market import MONDAY_MS, Candle, IntArray, Interval
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.exchange_simulator.listings import Listing

FIELDS = (
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "quote",
    "trades",
    "taker",
    "taker_quote",
    "first_trade",
    "orders",
    "first_order",
)
"""Columns of Rows. ``taker`` is what takers bought; an order may fill as several trades."""


class Row(Struct, frozen=True, gc=False):
    """One candle. ``first_trade`` is the id its first trade has, or would have had."""

    open_time: int
    open: int
    high: int
    low: int
    close: int
    volume: int
    quote: int
    trades: int
    taker: int
    taker_quote: int
    first_trade: int
    orders: int
    first_order: int

    @property
    def moved(self) -> bool:
        """Whether anything happened; files may hold moves without a count of trades."""
        return self.trades > 0 or self.high > self.low

    def opened(self, open_time: int) -> Row:
        """The same candle under another open time."""
        return Row(open_time, *(getattr(self, name) for name in FIELDS[1:]))

    def then(self, later: Row) -> Row:
        """This candle and a later one as one; one without trades only lends its price."""
        if not later.moved:
            return self
        if not self.moved:
            return later.opened(self.open_time)
        return Row(
            self.open_time,
            self.open,
            max(self.high, later.high),
            min(self.low, later.low),
            later.close,
            self.volume + later.volume,
            self.quote + later.quote,
            self.trades + later.trades,
            self.taker + later.taker,
            self.taker_quote + later.taker_quote,
            self.first_trade,
            self.orders + later.orders,
            self.first_order,
        )


def flat(open_time: int, price: int, next_trade: int, next_order: int) -> Row:
    """A candle in which nobody traded."""
    return Row(open_time, price, price, price, price, 0, 0, 0, 0, 0, next_trade, 0, next_order)


@dataclass(frozen=True, slots=True)
class Rows:
    """Many candles of one symbol, oldest first, one line of ``data`` per field."""

    data: IntArray

    def __len__(self) -> int:
        return int(self.data.shape[1])

    @property
    def open_time(self) -> IntArray:
        return self.column("open_time")

    def column(self, name: str) -> IntArray:
        column: IntArray = self.data[FIELDS.index(name)]
        return column

    def at(self, index: int) -> Row:
        return Row(*self.data[:, index].tolist())

    def part(self, start: int, stop: int) -> Rows:
        """By position."""
        return Rows(self.data[:, start:stop])

    def between(self, start: int, end: int) -> Rows:
        """Candles that open in ``start <= open_time < end``."""
        first, last = np.searchsorted(self.open_time, (start, end))
        return self.part(int(first), int(last))

    def to_list(self) -> list[Row]:
        return [Row(*values) for values in self.data.T.tolist()]


EMPTY = Rows(np.empty((len(FIELDS), 0), dtype=np.int64))


def packed(rows: list[Row]) -> Rows:
    """Values as columns."""
    return Rows(np.array([astuple(row) for row in rows], dtype=np.int64).T)


def join(parts: list[Rows]) -> Rows:
    """Several stretches, in order, as one."""
    if len(parts) == 1:
        return parts[0]
    return Rows(np.concatenate([p.data for p in parts], axis=1)) if parts else EMPTY


def opens_of(times: IntArray, interval: Interval, offset: int = 0) -> IntArray:
    """For each time, when the candle that it falls into opens; days begin ``offset`` ms early."""
    shifted = times + offset
    if interval is Interval.MO1:
        months = shifted.astype("datetime64[ms]").astype("datetime64[M]")
        opened: IntArray = months.astype("datetime64[ms]").astype(np.int64)
        return opened - offset
    origin = MONDAY_MS if interval is Interval.W1 else 0
    length = interval.milliseconds
    result: IntArray = (shifted - origin) // length * length + origin - offset
    return result


def aggregate(rows: Rows, interval: Interval, offset: int = 0) -> Rows:
    """Longer candles made of shorter ones; candles without trades count only as prices."""
    if not len(rows):
        return rows
    opens = opens_of(rows.open_time, interval, offset)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(opens)) + 1))
    return aggregate_at(rows, starts, opens[starts])


def aggregate_at(rows: Rows, starts: NDArray[np.intp], opens: IntArray) -> Rows:
    """One candle for each stretch of ``rows`` that begins at a position in ``starts``."""
    c = rows.column
    traded = (c("trades") > 0) | (c("high") > c("low"))
    low_most = np.iinfo(np.int64).max
    high = np.maximum.reduceat(np.where(traded, c("high"), 0), starts)
    low = np.minimum.reduceat(np.where(traded, c("low"), low_most), starts)
    none = high == 0
    close = c("close")[np.append(starts[1:], len(rows)) - 1]
    first = _first_traded(traded, starts, len(rows))
    sums = {
        name: np.add.reduceat(c(name), starts)
        for name in ("volume", "quote", "trades", "taker", "taker_quote", "orders")
    }
    columns = {
        "open_time": opens,
        "open": np.where(none, close, c("open")[first]),
        "high": np.where(none, close, high),
        "low": np.where(none, close, low),
        "close": close,
        "first_trade": c("first_trade")[starts],
        "first_order": c("first_order")[starts],
        **sums,
    }
    return Rows(np.stack([columns[name] for name in FIELDS]))


def _first_traded(
    traded: NDArray[np.bool_], starts: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    """Position of the first candle with trades in each stretch, or of its first candle."""
    positions = np.where(traded, np.arange(count), count)
    first = np.minimum.reduceat(positions, starts)
    result: NDArray[np.intp] = np.where(first == count, starts, first)
    return result


def total(rows: Rows) -> Row:
    """All of ``rows`` as one candle."""
    whole = aggregate_at(rows, np.zeros(1, dtype=np.intp), rows.open_time[:1])
    return whole.at(0)


def candle_of(row: Row, listing: Listing) -> Candle:
    """The candle as the rest of the program knows it."""
    tick, lot = 10**listing.price_decimals, 10**listing.quantity_decimals
    return Candle(
        UnixMs(row.open_time),
        row.open / tick,
        row.high / tick,
        row.low / tick,
        row.close / tick,
        row.volume / lot,
        row.quote / (tick * lot),
        row.trades,
        row.taker / lot,
    )


def next_traded(traded: NDArray[np.bool_]) -> IntArray:
    """For each position, where the next candle with trades is, itself included; or the last."""
    count = len(traded)
    positions = np.where(traded, np.arange(count), count - 1)
    result: IntArray = np.minimum.accumulate(positions[::-1])[::-1]
    return result
