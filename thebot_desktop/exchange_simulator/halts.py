"""Halts: stretches in which nobody trades, cut out of the market for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from msgspec import Struct

from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, SECOND_MS
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.market import Market
from thebot_desktop.exchange_simulator.noise import SeedArray
from thebot_desktop.exchange_simulator.rows import Row, Rows, flat, join, packed, total
from thebot_desktop.exchange_simulator.tampering import matches
from thebot_desktop.exchange_simulator.tape import BoolArray, Tape


class Halt(Struct, frozen=True):
    """No trades in ``start <= time < end``, whole seconds; of the symbols that fit."""

    start: int
    end: int
    symbols: str = "*"

    def holds(self, open_time: int, end: int) -> bool:
        """Whether all of a candle lies within."""
        return self.start <= open_time and end <= self.end

    def touches(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


class HaltedTape(Tape):
    """The trades of a candle without those that were never made."""

    def __init__(self, row: Row, length: int, seed: SeedArray, halts: list[Halt]) -> None:
        super().__init__(row, length, seed)
        self._halts = halts
        kept = np.ones(len(self), dtype=bool)
        for halt in halts:
            kept &= (self.time < halt.start) | (self.time >= halt.end)
        self._keep(kept)

    def seconds(self, before: int) -> Rows:
        rows = super().seconds(before)
        kept = np.ones(len(rows), dtype=bool)
        for halt in self._halts:
            kept &= (rows.open_time < halt.start) | (rows.open_time >= halt.end)
        return Rows(rows.data[:, kept])

    def _keep(self, kept: BoolArray) -> None:
        for name in ("price", "lots", "buys", "time", "fills", "order_id", "first_trade"):
            setattr(self, name, getattr(self, name)[kept])
        value = self.price * self.lots
        self._high = np.maximum.accumulate(self.price)
        self._low = np.minimum.accumulate(self.price)
        columns = [
            self.lots,
            value,
            self.fills,
            np.where(self.buys, self.lots, 0),
            np.where(self.buys, value, 0),
        ]
        self._sums = np.stack([np.cumsum(column) for column in columns])
        whole = self.row
        if len(self):
            self.row = total(self._each(0, len(self))).opened(whole.open_time)
        else:
            self.row = flat(whole.open_time, whole.open, whole.first_trade, whole.first_order)


class HaltedMarket:
    """Another market without what falls into its halts."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._halts: list[Halt] = []

    @property
    def listings(self) -> Mapping[str, Listing]:
        return self._market.listings

    def add(self, halt: Halt) -> None:
        self._halts.append(halt)

    def base(self, symbol: str) -> Interval:
        return self._market.base(symbol)

    def seed(self, symbol: str, open_time: int) -> SeedArray:
        return self._market.seed(symbol, open_time)

    def halts(self, symbol: str, start: int, end: int) -> list[Halt]:
        """Those that concern a stretch of a symbol's time."""
        return [
            halt
            for halt in self._halts
            if halt.touches(start, end) and matches(halt.symbols, symbol)
        ]

    def tape(self, symbol: str, base_open: int) -> HaltedTape:
        """The trades of a base candle that a halt touches."""
        row = self._market.rows(symbol, base_open, base_open + 1).at(0)
        end = Grid(self.base(symbol)).next_open(base_open)
        halts = self.halts(symbol, base_open, end)
        return HaltedTape(row, end - base_open, self.seed(symbol, base_open), halts)

    def rows(self, symbol: str, start: int, end: int) -> Rows:
        rows = self._market.rows(symbol, start, end)
        if not self._halts or not len(rows):
            return rows
        grid = Grid(self.base(symbol))
        halts = self.halts(symbol, int(rows.open_time[0]), grid.next_open(int(rows.open_time[-1])))
        return self._without(rows, symbol, grid, halts) if halts else rows

    def candles(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Rows:
        """More are asked for than wanted, by as many as may not exist."""
        halts = self.halts(symbol, 0, 2**62)
        spare = sum(missing_at_most(halt, grid) for halt in halts)
        rows = self._market.candles(symbol, grid, first, last, limit + spare, newest=newest)
        if halts:
            rows = self._without(rows, symbol, grid, halts)
        return some(rows, limit, newest=newest)

    def prepare(
        self, symbol: str, grid: Grid, first: int, last: int, limit: int, *, newest: bool
    ) -> Iterator[None]:
        return self._market.prepare(symbol, grid, first, last, limit, newest=newest)

    def close_before(self, symbol: str, open_time: int) -> int | None:
        halts = self.halts(symbol, open_time - DAY_MS, open_time)
        for start in sorted((halt.start for halt in halts), reverse=True):
            base_open = Grid(self.base(symbol)).open_of(start)
            rows = self.rows(symbol, base_open, open_time)
            if len(rows):
                return int(rows.column("close")[-1])
            open_time = base_open
        return self._market.close_before(symbol, open_time)

    def day_before(self, symbol: str, open_time: int) -> Row | None:
        start = open_time - DAY_MS + self.base(symbol).milliseconds
        if not self.halts(symbol, start, open_time):
            return self._market.day_before(symbol, open_time)
        rows = self.rows(symbol, start, open_time)
        return total(rows) if len(rows) else None

    def look_ahead(self, symbol: str, open_time: int) -> None:
        self._market.look_ahead(symbol, open_time)

    def order_time(self, symbol: str, order_id: int) -> int | None:
        return self._market.order_time(symbol, order_id)

    def _without(self, rows: Rows, symbol: str, grid: Grid, halts: list[Halt]) -> Rows:
        """Candles within a halt are left out, those that one touches are made anew."""
        parts, done = [], 0
        for index in self._touched(rows, grid, halts):
            parts.append(rows.part(done, index))
            made = self._remade(symbol, grid, int(rows.open_time[index]), halts)
            parts += [] if made is None else [packed([made])]
            done = index + 1
        return join([*parts, rows.part(done, len(rows))])

    def _touched(self, rows: Rows, grid: Grid, halts: list[Halt]) -> list[int]:
        opens = rows.open_time
        touched: set[int] = set()
        for halt in halts:
            first = int(np.searchsorted(opens, grid.open_of(halt.start)))
            last = int(np.searchsorted(opens, halt.end))
            touched.update(range(first, last))
        return sorted(touched)

    def _remade(self, symbol: str, grid: Grid, open_time: int, halts: list[Halt]) -> Row | None:
        end = grid.next_open(open_time)
        if any(halt.holds(open_time, end) for halt in halts):
            return None
        if grid == Grid(self.base(symbol)):
            return self.tape(symbol, open_time).row
        rows = self.rows(symbol, open_time, end)
        return total(rows).opened(open_time) if len(rows) else None


class HaltedLedger(Ledger):
    """A ledger of a market with halts."""

    def __init__(self, market: Market) -> None:
        self._halted = HaltedMarket(market)
        super().__init__(self._halted)

    def halt(self, halt: Halt) -> None:
        """To begin now or later: what has happened stays."""
        self._halted.add(halt)
        for held in (self._tapes, self._closed, self._days, self._windows, self._last):
            held.clear()

    def _make_tape(self, symbol: str, row: Row) -> tuple[Tape, int]:
        end = Grid(self.market.base(symbol)).next_open(row.open_time)
        if not self._halted.halts(symbol, row.open_time, end):
            return super()._make_tape(symbol, row)
        tape = self._halted.tape(symbol, row.open_time)
        before = self.market.close_before(symbol, row.open_time)
        return tape, row.open if before is None else before

    def _forming_second(self, symbol: str, now: int) -> Row | None:
        if self._halted.halts(symbol, now, now + 1):
            return None
        return super()._forming_second(symbol, now)

    def _seconds(self, symbol: str, first: int, last: int, limit: int, *, newest: bool) -> Rows:
        halts = self._halted.halts(symbol, 0, 2**62)
        spare = sum(missing_at_most(halt, Grid(Interval.S1)) for halt in halts)
        rows = super()._seconds(symbol, first, last, limit + spare, newest=newest)
        return some(rows, limit, newest=newest)


def missing_at_most(halt: Halt, grid: Grid) -> int:
    """How many candles a halt can take away."""
    return (halt.end - halt.start) // grid.interval.milliseconds + 1


def some(rows: Rows, limit: int, *, newest: bool) -> Rows:
    """At most ``limit`` of ``rows``, from the wanted end."""
    if len(rows) <= limit:
        return rows
    return rows.part(len(rows) - limit, len(rows)) if newest else rows.part(0, limit)


def halt_of(now: int, milliseconds: float, symbols: str) -> Halt:
    """A halt that begins with the next second and lasts at least one."""
    start = (now // SECOND_MS + 1) * SECOND_MS
    length = max(SECOND_MS, round(milliseconds / SECOND_MS) * SECOND_MS)
    return Halt(start, start + length, symbols)
