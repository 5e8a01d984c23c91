"""Market facts: what an exchange tells us, in our own words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import NewType, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, UnixMs

Symbol = NewType("Symbol", str)
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
ByteArray: TypeAlias = NDArray[np.uint8]

MONDAY_MS = 4 * DAY_MS
"""The first Monday after the epoch, 1970-01-05 00:00 UTC: weeks are counted from it."""


class Interval(Enum):
    """How much time one candle covers; every interval that Binance spot offers."""

    S1 = "1s"
    M1 = "1m"
    M3 = "3m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H2 = "2h"
    H4 = "4h"
    H6 = "6h"
    H8 = "8h"
    H12 = "12h"
    D1 = "1d"
    D3 = "3d"
    W1 = "1w"
    MO1 = "1M"

    __hash__ = object.__hash__
    """Keys of series are looked up for each message; by its name would take longer."""

    @property
    def milliseconds(self) -> int:
        """The nominal length; a month counts as 30 days."""
        return _LENGTHS[self]

    @property
    def is_regular(self) -> bool:
        """Whether all candles are equally long: true for all but the month."""
        return self is not Interval.MO1

    def open_of(self, when: int) -> UnixMs:
        """Open time of the candle that ``when`` falls into.

        The three-day grid is counted from the epoch; the exchange's own may differ,
        so prefer open times that the exchange has given.
        """
        if self is Interval.MO1:
            date = dt.datetime.fromtimestamp(when / 1000, dt.UTC)
            return _month_start(date.year, date.month)
        origin = MONDAY_MS if self is Interval.W1 else 0
        return UnixMs((when - origin) // self.milliseconds * self.milliseconds + origin)

    def next_open(self, open_time: int) -> UnixMs:
        """Open time of the candle after the one that opens at ``open_time``."""
        if self is Interval.MO1:
            date = dt.datetime.fromtimestamp(open_time / 1000, dt.UTC)
            return _month_start(date.year + date.month // 12, date.month % 12 + 1)
        return UnixMs(open_time + self.milliseconds)

    def close_of(self, open_time: int) -> UnixMs:
        """Last millisecond that belongs to the candle."""
        return UnixMs(self.next_open(open_time) - 1)


_UNITS = {
    "s": SECOND_MS,
    "m": MINUTE_MS,
    "h": HOUR_MS,
    "d": DAY_MS,
    "w": 7 * DAY_MS,
    "M": 30 * DAY_MS,
}
_LENGTHS = {i: int(i.value[:-1]) * _UNITS[i.value[-1]] for i in Interval}


def _month_start(year: int, month: int) -> UnixMs:
    return UnixMs(int(dt.datetime(year, month, 1, tzinfo=dt.UTC).timestamp() * 1000))


class Origin(IntEnum):
    """How a candle reached us. Kept per candle, in one byte."""

    LIVE = 0
    LATE = 1
    """By stream, but later than its successor's time allows."""
    REPAIRED = 2
    """Missed on the stream, fetched by REST afterwards."""
    HISTORY = 3
    """Fetched or stored before the series went live."""
    IMPORTED = 4
    """From a file."""
    NO_TRADES = 5
    """Nobody traded in this stretch."""
    EXCHANGE_HOLE = 6
    """The exchange itself has no candle here."""

    @property
    def label(self) -> str:
        return self.name.lower().replace("_", " ")


class Candle(Struct, frozen=True, gc=False):
    """Open, high, low, close and volumes over one interval. Volume is in the base asset."""

    open_time: UnixMs
    open: float
    high: float
    low: float
    close: float
    volume: float
    quote_volume: float = 0.0
    trades: int = 0
    taker_buy_volume: float = 0.0


class SeriesKey(Struct, frozen=True, gc=False):
    """Names one candle series."""

    symbol: Symbol
    interval: Interval

    def __str__(self) -> str:
        return f"{self.symbol} {self.interval.value}"


class Instrument(Struct, frozen=True):
    """A symbol and what one must know to show it. ``tick_size`` 0 means unknown."""

    symbol: Symbol
    base: str
    quote: str
    tick_size: float = 0.0
    step_size: float = 0.0
    price_decimals: int = 8
    quantity_decimals: int = 8
    trading: bool = True


class Trade(Struct, frozen=True, gc=False):
    """One execution (or one aggregate of them) on the exchange.

    ``late``: missed on the stream and fetched afterwards, or kept waiting for such a one.
    ``count``: how many executions an aggregate stands for.
    """

    symbol: Symbol
    trade_id: int
    price: float
    quantity: float
    buyer_is_maker: bool
    event_time: UnixMs
    late: bool = False
    count: int = 1


class Quote(Struct, frozen=True, gc=False):
    """Best bid and ask. The spot stream gives no time: ``event_time`` may be 0."""

    symbol: Symbol
    update_id: int
    bid: float
    bid_quantity: float
    ask: float
    ask_quantity: float
    event_time: UnixMs = UnixMs(0)


BookLevels: TypeAlias = tuple[tuple[float, float], ...]
"""Prices with the quantity that waits there; quantity 0 removes the level."""


class BookSnapshot(Struct, frozen=True, gc=False):
    """An order book as it stood at one moment, best prices first.

    ``limit`` is how many levels a side were asked for: a side with fewer has no more.
    0 means unknown.
    """

    symbol: Symbol
    last_id: int
    bids: BookLevels
    asks: BookLevels
    event_time: UnixMs = UnixMs(0)
    limit: int = 0


class BookUpdate(Struct, frozen=True, gc=False):
    """Levels that changed between two update ids, both included.

    ``previous_id`` is the last id of the update before it, where the exchange tells it (USD-M);
    elsewhere ids are contiguous.
    """

    symbol: Symbol
    first_id: int
    last_id: int
    bids: BookLevels
    asks: BookLevels
    event_time: UnixMs
    previous_id: int | None = None


class BookGap(Struct, frozen=True, gc=False):
    """Updates of an order book are missing: it cannot be trusted until the next snapshot.

    ``reason`` is a sentence for people where no snapshot can be had.
    """

    symbol: Symbol
    event_time: UnixMs
    reason: str = ""


class Ticker(Struct, frozen=True, gc=False):
    """Rolling 24 h statistics."""

    symbol: Symbol
    last: float
    open: float
    high: float
    low: float
    volume: float
    quote_volume: float
    event_time: UnixMs

    @property
    def change_percent(self) -> float:
        """Against the price 24 hours ago; 0 where that is not known."""
        return (self.last / self.open - 1) * 100 if self.open else 0.0


class CandleUpdate(Struct, frozen=True, gc=False):
    """The newest state of one candle; ``closed`` once it can no longer change."""

    symbol: Symbol
    interval: Interval
    candle: Candle
    closed: bool
    event_time: UnixMs
    origin: Origin = Origin.LIVE

    @property
    def series(self) -> SeriesKey:
        return SeriesKey(self.symbol, self.interval)


class CandleHistory(Struct, frozen=True):
    """A stretch of closed candles of one series, oldest first, that came before it went live."""

    series: SeriesKey
    candles: Candles
    event_time: UnixMs


class FeedGap(Struct, frozen=True, gc=False):
    """Candles of ``series`` from ``first`` to ``last`` (open times) are missing and being fetched.

    ``filled`` says that the stretch is complete again, or that the exchange has no more.
    """

    series: SeriesKey
    first: UnixMs
    last: UnixMs
    event_time: UnixMs
    filled: bool = False
    recovered: int = 0


class PriceMove(Struct, frozen=True, gc=False):
    """The price of a symbol went from ``previous`` to ``last``, touching ``low`` and ``high``.

    It ended at ``event_time``; ``since`` says when it began where it is the whole of a candle.
    ``before`` is when the price was heard to be ``previous``, where that is known.
    """

    symbol: Symbol
    previous: float
    low: float
    high: float
    last: float
    event_time: UnixMs
    late: bool = False
    since: UnixMs | None = None
    before: UnixMs | None = None


class ConnectionState(Enum):
    CONNECTING = "connecting"
    LIVE = "live"
    DELAYED = "delayed"
    STALE = "stale"
    OFFLINE = "offline"


class ConnectionChange(Struct, frozen=True):
    """The feed as a whole changed its state; ``reason`` is a sentence for people."""

    state: ConnectionState
    reason: str
    event_time: UnixMs


class TimeTick(Struct, frozen=True, gc=False):
    """Nothing happened, but time passed."""

    event_time: UnixMs


MarketEvent: TypeAlias = (
    CandleUpdate
    | CandleHistory
    | Trade
    | Quote
    | Ticker
    | BookSnapshot
    | BookUpdate
    | BookGap
    | FeedGap
    | ConnectionChange
    | TimeTick
)


@dataclass(frozen=True, slots=True)
class Candles:
    """A read-only window on consecutive candles, one array per column, oldest first."""

    open_time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    trades: FloatArray
    origin: ByteArray

    def __len__(self) -> int:
        return len(self.close)

    def upto(self, count: int) -> Candles:
        """The first ``count`` candles: the past as it looked back then."""
        return self._between(slice(None, count))

    def last(self, count: int) -> Candles:
        """The newest ``count`` candles."""
        return self._between(slice(max(0, len(self) - count), None))

    def since(self, open_time: int) -> Candles:
        """Candles that open at ``open_time`` or later."""
        return self._between(slice(int(np.searchsorted(self.open_time, open_time)), None))

    def before(self, open_time: int) -> Candles:
        """Candles that open earlier than ``open_time``."""
        return self._between(slice(None, int(np.searchsorted(self.open_time, open_time))))

    def at(self, index: int) -> Candle:
        """One candle as a value, for the rim; columns are for everything else."""
        return Candle(
            UnixMs(int(self.open_time[index])),
            float(self.open[index]),
            float(self.high[index]),
            float(self.low[index]),
            float(self.close[index]),
            float(self.volume[index]),
            trades=int(self.trades[index]),
        )

    def copied(self) -> Candles:
        """The same in memory of its own."""
        return Candles(
            self.open_time.copy(),
            self.open.copy(),
            self.high.copy(),
            self.low.copy(),
            self.close.copy(),
            self.volume.copy(),
            self.trades.copy(),
            self.origin.copy(),
        )

    def _between(self, part: slice) -> Candles:
        return Candles(
            self.open_time[part],
            self.open[part],
            self.high[part],
            self.low[part],
            self.close[part],
            self.volume[part],
            self.trades[part],
            self.origin[part],
        )


def candles_of(rows: list[Candle], origin: Origin) -> Candles:
    """Columns made of ``rows``, which must be in order."""
    columns = np.array(
        [(c.open, c.high, c.low, c.close, c.volume, c.trades) for c in rows], dtype=np.float64
    ).reshape(-1, 6)
    o, h, low, close, volume, trades = np.ascontiguousarray(columns.T)
    times = np.array([c.open_time for c in rows], dtype=np.int64)
    return Candles(times, o, h, low, close, volume, trades, np.full(len(rows), origin, np.uint8))
