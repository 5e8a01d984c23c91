"""What the exchange knows at a given moment: the market, cut off at now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

import numpy as np

from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from thebot_desktop.exchange_simulator.book import Book
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.market import Market
from thebot_desktop.exchange_simulator.order import Order, order_at
from thebot_desktop.exchange_simulator.rows import EMPTY, Row, Rows, flat, join, total
from thebot_desktop.exchange_simulator.tape import Tape

AVERAGE_MINUTES = 5
_LOOK_BACKS = (HOUR_MS, DAY_MS, 400 * DAY_MS)


class Ledger:
    """Answers every question about the market with what had happened by ``now``."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self._capacity = max(256, 3 * len(market.listings))
        self._tapes: OrderedDict[tuple[str, int], tuple[Tape, int]] = OrderedDict()
        self._closed: dict[tuple[str, Grid], tuple[int, int, Row | None]] = {}
        self._days: dict[str, tuple[int, Row | None]] = {}
        self._windows: dict[tuple[str, int], tuple[int, Row | None]] = {}
        self._last: dict[str, tuple[int, Order | None]] = {}
        self._books: dict[str, Book] = {}

    def candles(
        self,
        symbol: str,
        grid: Grid,
        now: int,
        *,
        first: int = 0,
        last: int | None = None,
        limit: int = 1000,
        newest: bool = True,
    ) -> list[Row]:
        """Candles that open in ``first..last``, the forming one included and cut at ``now``."""
        last = now if last is None else min(last, now)
        if grid.interval is Interval.S1:
            rows = self._seconds(symbol, first, last, limit, newest=newest)
        else:
            rows = self.market.candles(symbol, grid, first, last, limit, newest=newest)
        result = rows.to_list()
        if result and grid.next_open(result[-1].open_time) > now:
            forming = self.forming(symbol, grid, now)
            result[-1:] = [forming] if forming else []
        return result

    def closed(self, symbol: str, grid: Grid, first: int, now: int) -> Rows:
        """Candles from the one that opens at ``first`` on that have ended by ``now``."""
        last = grid.open_of(now) - 1
        if last < first:
            return EMPTY
        if grid.interval is Interval.S1:
            return self._seconds(symbol, first, last, 10**6, newest=False)
        return self.market.candles(symbol, grid, first, last, 10**6, newest=False)

    def forming(self, symbol: str, grid: Grid, now: int) -> Row | None:
        """The candle that ``now`` falls into, so far; None where the market has none."""
        if grid.interval is Interval.S1:
            return self._forming_second(symbol, now)
        base_open = Grid(self.market.base(symbol)).open_of(now)
        open_time = grid.open_of(now)
        ended = self._ended_part(symbol, grid, open_time, base_open)
        tape = self.tape(symbol, base_open)
        if tape is None:
            return ended
        part = tape[0].until(now, tape[1])
        return ended.then(part) if ended else part

    def tape(self, symbol: str, base_open: int) -> tuple[Tape, int] | None:
        """The trades of one base candle, and the price before it."""
        key = (symbol, base_open)
        if key not in self._tapes:
            rows = self.market.rows(symbol, base_open, base_open + 1)
            if not len(rows):
                return None
            self._tapes[key] = self._make_tape(symbol, rows.at(0))
            if len(self._tapes) > self._capacity:
                self._tapes.popitem(last=False)
        return self._tapes[key]

    def look_ahead(self, symbol: str, now: int) -> None:
        """Make what the next base candle will need, so that not all symbols do so at once."""
        base = Grid(self.market.base(symbol))
        coming = base.next_open(base.open_of(now))
        self.market.look_ahead(symbol, coming)
        self.tape(symbol, coming)

    def orders(self, symbol: str, after: int, until: int) -> Iterator[Order]:
        """Orders with ``after < time <= until``."""
        base = Grid(self.market.base(symbol))
        rows = self.market.rows(symbol, base.open_of(after), until + 1)
        for open_time in rows.open_time.tolist():
            tape = self.tape(symbol, open_time)
            if tape:
                start, stop = tape[0].count_until(after), tape[0].count_until(until)
                yield from (order_at(tape[0], index) for index in range(start, stop))

    def next_order_time(self, symbol: str, now: int) -> int:
        """When the next order comes, or when to ask again."""
        base = Grid(self.market.base(symbol))
        base_open = base.open_of(now)
        tape = self.tape(symbol, base_open)
        count = tape[0].count_until(now) if tape else 0
        if tape and count < len(tape[0]):
            return int(tape[0].time[count])
        return base.next_open(base_open)

    def last_order(self, symbol: str, now: int) -> Order | None:
        """The newest order, however long ago it was."""
        base_open = Grid(self.market.base(symbol)).open_of(now)
        tape = self.tape(symbol, base_open)
        count = tape[0].count_until(now) if tape else 0
        if tape and count:
            return order_at(tape[0], count - 1)
        held = self._last.get(symbol)
        if held is None or held[0] != base_open:
            held = (base_open, self._order_before(symbol, base_open))
            self._last[symbol] = held
        return held[1]

    def day(self, symbol: str, now: int) -> Row | None:
        """The last 24 hours as one candle; its first minute is the first whole one."""
        base_open = Grid(self.market.base(symbol)).open_of(now)
        held = self._days.get(symbol)
        if held is None or held[0] != base_open:
            held = (base_open, self.market.day_before(symbol, base_open))
            self._days[symbol] = held
        tape = self.tape(symbol, base_open)
        part = tape[0].until(now, tape[1]) if tape else None
        if held[1] and part:
            return held[1].then(part)
        return held[1] or part or self._still(symbol, base_open, now)

    def average_row(self, symbol: str, now: int) -> Row:
        """The last minutes as one candle, for the average price; the last order if none traded."""
        grid = Grid(max(Interval.M1, self.market.base(symbol), key=lambda i: i.milliseconds))
        rows = self.candles(symbol, grid, now, first=now - AVERAGE_MINUTES * MINUTE_MS)
        row = flat(0, 0, 0, 0)
        for one in rows:
            row = row.then(one)
        order = None if row.volume else self.last_order(symbol, now)
        return row if order is None else order.row()

    def window(self, symbol: str, length: int, now: int) -> Row | None:
        """The last ``length`` ms as one candle, from a whole base candle on."""
        base = Grid(self.market.base(symbol))
        base_open, start = base.open_of(now), base.open_of(now - length)
        key = (symbol, length)
        held = self._windows.get(key)
        if held is None or held[0] != base_open:
            rows = self._stretch(symbol, start, base_open)
            held = (base_open, total(rows).opened(start) if len(rows) else None)
            self._windows[key] = held
        tape = self.tape(symbol, base_open)
        part = tape[0].until(now, tape[1]) if tape else None
        return held[1].then(part) if held[1] and part else held[1] or part

    def book(self, symbol: str) -> Book:
        """The order book of a symbol: who asks it says after which order."""
        if symbol not in self._books:
            listing, seed = self.market.listings[symbol], self.market.seed(symbol, 0)
            self._books[symbol] = Book(listing, seed)
        return self._books[symbol]

    def _still(self, symbol: str, base_open: int, now: int) -> Row | None:
        """A market in which nobody traded for a day keeps its last price."""
        order = self.last_order(symbol, now)
        if order is None:
            return None
        return flat(base_open, order.price, order.first_trade + order.fills, order.order_id + 1)

    def _make_tape(self, symbol: str, row: Row) -> tuple[Tape, int]:
        base = Grid(self.market.base(symbol))
        length = base.next_open(row.open_time) - row.open_time
        before = self.market.close_before(symbol, row.open_time)
        tape = Tape(row, length, self.market.seed(symbol, row.open_time))
        return tape, row.open if before is None else before

    def _ended_part(self, symbol: str, grid: Grid, open_time: int, base_open: int) -> Row | None:
        """What a forming candle gathered from base candles that have ended."""
        key = (symbol, grid)
        start, until, part = self._closed.get(key, (open_time, open_time, None))
        if start != open_time or until > base_open:
            start, until, part = open_time, open_time, None
        if until < base_open:
            rows = self._stretch(symbol, until, base_open)
            if len(rows):
                added = total(rows)
                part = part.then(added) if part else added
            if part and part.open_time != open_time:
                part = part.opened(open_time)
            self._closed[key] = (start, base_open, part)
        return part

    def _stretch(self, symbol: str, start: int, end: int) -> Rows:
        """Rows that together cover a stretch, long ones where possible."""
        hour = Grid(Interval.H1)
        base = self.market.base(symbol).milliseconds
        inner, outer = -(-start // HOUR_MS) * HOUR_MS, end // HOUR_MS * HOUR_MS
        if base >= HOUR_MS or outer - inner < 6 * HOUR_MS:
            return self.market.rows(symbol, start, end)
        hours = self.market.candles(symbol, hour, inner, outer - 1, 10**5, newest=False)
        return join(
            [self.market.rows(symbol, start, inner), hours, self.market.rows(symbol, outer, end)]
        )

    def _order_before(self, symbol: str, base_open: int) -> Order | None:
        base = Grid(self.market.base(symbol))
        newest = self.market.candles(symbol, base, 0, base_open - 1, 1, newest=True)
        if not len(newest):
            return None
        end = base.next_open(int(newest.open_time[0]))
        for look_back in _LOOK_BACKS:
            rows = self.market.rows(symbol, end - look_back, end)
            traded = np.flatnonzero(rows.column("orders"))
            if len(traded):
                tape = self.tape(symbol, int(rows.open_time[traded[-1]]))
                return order_at(tape[0], len(tape[0]) - 1) if tape else None
        return None

    def _seconds(self, symbol: str, first: int, last: int, limit: int, *, newest: bool) -> Rows:
        base = self.market.base(symbol)
        if base.milliseconds > 60 * SECOND_MS:
            return EMPTY
        earliest = self.market.candles(symbol, Grid(base), 0, last, 1, newest=False)
        if not len(earliest):
            return EMPTY
        first = max(first, int(earliest.open_time[0]))
        span = Grid(Interval.S1).span(first, last, limit, newest=newest)
        if span is None:
            return EMPTY
        if base is Interval.S1:
            return self.market.rows(symbol, span[0], span[1] + 1)
        opens = self.market.rows(symbol, Grid(base).open_of(span[0]), span[1] + 1).open_time
        tapes = (self.tape(symbol, open_time) for open_time in opens.tolist())
        parts = [tape[0].seconds(tape[1]) for tape in tapes if tape]
        return join(parts).between(span[0], span[1] + 1)

    def _forming_second(self, symbol: str, now: int) -> Row | None:
        base = self.market.base(symbol)
        if base.milliseconds > 60 * SECOND_MS:
            return None
        tape = self.tape(symbol, Grid(base).open_of(now))
        if tape is None:
            return None
        if base is Interval.S1:
            return tape[0].until(now, tape[1])
        return tape[0].second_until(now, tape[1])
