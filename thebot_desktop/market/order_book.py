"""OrderBook: what waits to be bought and sold, level by level, kept current by updates."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from dataclasses import dataclass
from enum import Enum

import numpy as np

from thebot_desktop.domain.market import (
    BookLevels,
    BookSnapshot,
    BookUpdate,
    FloatArray,
    Symbol,
)
from thebot_desktop.domain.time import UnixMs

ROUNDING = 1e-7
"""A price that is a multiple of a step but for so small a part of it counts as one."""
TOP_LEVELS = 20
"""So many levels a side count for the imbalance."""


class BookState(Enum):
    EMPTY = "empty"
    """No snapshot yet."""
    LIVE = "live"
    LOST = "lost"
    """Updates were missed: it is shown as it was, until the next snapshot."""


@dataclass(frozen=True, slots=True)
class BookSide:
    """Columns of one side, best price first.

    ``total`` is the quantity from the best price up to each row, ``cost`` its value in quote.
    """

    price: FloatArray
    quantity: FloatArray
    total: FloatArray
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.price)

    def head(self, count: int) -> BookSide:
        return BookSide(
            self.price[:count], self.quantity[:count], self.total[:count], self.cost[:count]
        )


@dataclass(frozen=True, slots=True)
class Depth:
    """Both sides of a book, as far as it is known for certain."""

    bids: BookSide
    asks: BookSide


class OrderBook:
    """One symbol's book. A snapshot knows only so many levels: beyond them lies the unknown.

    Levels out there are remembered when they change, but neither shown nor summed up, because
    nobody knows what waits between them.
    """

    def __init__(self, symbol: Symbol) -> None:
        self.symbol = symbol
        self.state = BookState.EMPTY
        self.reason = ""
        """Why there is no certain book, where there is a sentence for it."""
        self.last_id = 0
        self.event_time = UnixMs(0)
        self.received_at = UnixMs(0)
        self.revision = 0
        """Counts what has changed it."""
        self._bids = _Levels(sign=-1.0)
        self._asks = _Levels(sign=1.0)
        self._reach = (math.nan, math.nan)

    def apply(self, event: BookSnapshot | BookUpdate, now: UnixMs | None = None) -> None:
        """Take over ``event``. An update without a snapshot before it says nothing."""
        if isinstance(event, BookSnapshot):
            self._load(event)
        elif self.state is BookState.EMPTY:
            return
        else:
            self._bids.put(event.bids)
            self._asks.put(event.asks)
        self.state, self.reason = BookState.LIVE, ""
        self.last_id, self.event_time = event.last_id, event.event_time
        self.received_at = event.event_time if now is None else now
        self.revision += 1

    def lose(self, reason: str = "") -> None:
        """What it shows may be wrong from now on, until an update or a snapshot joins it."""
        if self.state is BookState.LIVE:
            self.state = BookState.LOST
        self.reason = reason
        self.revision += 1

    @property
    def best_bid(self) -> float:
        """NaN where nobody bids."""
        return self._bids.best

    @property
    def best_ask(self) -> float:
        """NaN where nobody asks."""
        return self._asks.best

    @property
    def mid(self) -> float:
        return (self.best_bid + self.best_ask) / 2

    @property
    def spread(self) -> float:
        return self.best_ask - self.best_bid

    @property
    def spread_percent(self) -> float:
        return self.spread / self.mid * 100

    @property
    def is_crossed(self) -> bool:
        """A bid at or above an ask would have been traded: such a book is wrong."""
        return self.best_bid >= self.best_ask

    @property
    def covered(self) -> tuple[float, float]:
        """The lowest and the highest price between which every level is known."""
        return self._bids.edge, self._asks.edge

    @property
    def room(self) -> float:
        """How much of the snapshot's reach is left on the side where the price has come nearer
        to its end: 1 as it came, 0 or less when the price has left what is known."""
        if self.state is BookState.EMPTY:
            return 0.0
        below, above = self._reach
        left = (
            (self.best_bid - self._bids.edge) / below if below else 1.0,
            (self._asks.edge - self.best_ask) / above if above else 1.0,
        )
        return min((part for part in left if not math.isnan(part)), default=1.0)

    def quantity_at(self, price: float) -> float:
        """What waits at exactly this price; 0 where nothing does."""
        return self._bids.quantity_at(price) or self._asks.quantity_at(price)

    def imbalance(self, levels: int = TOP_LEVELS) -> float:
        """From -1, all of the nearest quantity is for sale, to 1, all of it is bid for."""
        bids = float(self._bids.columns()[1][:levels].sum())
        asks = float(self._asks.columns()[1][:levels].sum())
        return (bids - asks) / (bids + asks) if bids + asks else math.nan

    def ladder(self, rows: int, step: float = 0.0) -> Depth:
        """The best ``rows`` of each side, joined to steps of a price: bids down, asks up."""
        bids, asks = self._bids.side(step).head(rows), self._asks.side(step).head(rows)
        return Depth(bids, asks)

    def depth_curve(self) -> Depth:
        """Everything that is known for certain, level by level."""
        return Depth(self._bids.side(), self._asks.side())

    def snapshot(self) -> BookSnapshot:
        """What is known for certain as it stands, for whoever comes later."""
        return BookSnapshot(
            self.symbol, self.last_id, self._bids.levels(), self._asks.levels(), self.event_time
        )

    def _load(self, snapshot: BookSnapshot) -> None:
        self._bids.load(snapshot.bids, snapshot.limit)
        self._asks.load(snapshot.asks, snapshot.limit)
        self._reach = (self.best_bid - self._bids.edge, self._asks.edge - self.best_ask)


class _Levels:
    """One side. Prices are kept times ``sign``, so that the best comes first on both sides."""

    def __init__(self, sign: float) -> None:
        self._sign = sign
        self._keys: list[float] = []
        self._quantities: dict[float, float] = {}
        self._columns: tuple[FloatArray, FloatArray] | None = None
        self._edge = -math.inf

    @property
    def best(self) -> float:
        return self._keys[0] * self._sign if self._keys else math.nan

    @property
    def edge(self) -> float:
        """The farthest price up to which all levels are known."""
        return self._edge * self._sign

    def quantity_at(self, price: float) -> float:
        return self._quantities.get(price * self._sign, 0.0)

    def load(self, levels: BookLevels, limit: int) -> None:
        sign = self._sign
        self._quantities = {price * sign: quantity for price, quantity in levels if quantity}
        self._keys = sorted(self._quantities)
        self._columns = None
        if len(levels) < limit:
            self._edge = math.inf if sign > 0 else 0.0
        else:
            self._edge = self._keys[-1] if self._keys else -math.inf

    def put(self, levels: BookLevels) -> None:
        sign, keys, quantities = self._sign, self._keys, self._quantities
        for price, quantity in levels:
            key = price * sign
            if quantity:
                if key not in quantities:
                    insort(keys, key)
                quantities[key] = quantity
            elif quantities.pop(key, None) is not None:
                del keys[bisect_left(keys, key)]
        if levels:
            self._columns = None

    def levels(self) -> BookLevels:
        """All that is known for certain."""
        price, quantity = self.columns()
        return tuple(zip(price.tolist(), quantity.tolist(), strict=True))

    def columns(self) -> tuple[FloatArray, FloatArray]:
        """Prices and quantities up to the edge; made once for each change."""
        if self._columns is None:
            keys = np.array(self._keys, dtype=np.float64)
            known = int(np.searchsorted(keys, self._edge, side="right"))
            values = map(self._quantities.__getitem__, self._keys[:known])
            quantities = np.fromiter(values, np.float64, known)
            self._columns = keys[:known] * self._sign, quantities
        return self._columns

    def side(self, step: float = 0.0) -> BookSide:
        price, quantity = self.columns()
        total, cost = np.cumsum(quantity), np.cumsum(price * quantity)
        if step <= 0 or not len(price):
            return BookSide(price, quantity, total, cost)
        # Away from the middle: a bid of 100.7 stands in the row of 100, an ask of it in 101.
        rows = np.ceil(price * self._sign / step - ROUNDING)
        ends = np.append(np.flatnonzero(np.diff(rows)), len(rows) - 1)
        ends = ends[rows[ends] * step <= self._edge + ROUNDING * step]
        return BookSide(
            rows[ends] * step * self._sign,
            np.diff(total[ends], prepend=0.0),
            total[ends],
            cost[ends],
        )
