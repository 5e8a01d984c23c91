"""The streams of the exchange: a name in, and with passing time the messages it carries. No I/O."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import HOUR_MS, SECOND_MS
from thebot_desktop.exchange_simulator import payloads
from thebot_desktop.exchange_simulator.book import CELLS, NEAR, update_id
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.rows import Row

KLINE_BEAT_MS = 2 * SECOND_MS
SECOND_BEAT_MS = SECOND_MS
CLOSE_DELAY_MS = 7
"""How long after a candle's end its last message is stamped."""

_LOOK_AHEAD_POLLS = 50
"""In how many polls of an array each member looks ahead once."""

_KNOWN_TURNS = 10
"""How many known symbols have their turn before a new one has."""

INTERVALS = {interval.value: interval for interval in Interval}
_KLINE = re.compile(r"kline_(\w+?)(@\+08:00)?")
_ZONE_EAST_8 = 8 * HOUR_MS
_DEPTH = re.compile(r"depth(5|10|20|)(@100ms)?")
_Maker: TypeAlias = Callable[[Ledger, Listing, Order, int, int], payloads.Payload | None]
_encode = msgspec.json.Encoder().encode


class Stream(ABC):
    """One stream. ``due`` is the market time at which to poll it next."""

    def __init__(self, ledger: Ledger, now: int, unit: int) -> None:
        self.due = now
        self._ledger = ledger
        self._unit = unit

    def prepare(self, now: int) -> Iterator[None]:
        """Do the work of ``poll`` ahead, in slices, where it is much."""
        del now
        return iter(())

    @abstractmethod
    def poll(self, now: int) -> list[bytes]:
        """What the stream says at ``now``; also sets ``due``."""


class _SymbolStream(Stream):
    def __init__(self, ledger: Ledger, listing: Listing, now: int, unit: int) -> None:
        super().__init__(ledger, now, unit)
        self._listing = listing
        self._symbol = str(listing.symbol)


class KlineStream(_SymbolStream):
    """The forming candle every two seconds if it changed; each closed one exactly once."""

    def __init__(
        self, ledger: Ledger, listing: Listing, now: int, unit: int, grid: Grid, *, empty: bool
    ) -> None:
        super().__init__(ledger, listing, now, unit)
        self._grid = grid
        self._empty = empty
        self._beat = SECOND_BEAT_MS if grid.interval is Interval.S1 else KLINE_BEAT_MS
        # Symbols do not speak in chorus: each has its own place on the beat.
        self._phase = sum(self._symbol.encode()) * 37 % self._beat
        self._open = grid.open_of(now)
        self._sent = (0, 0, 0)
        self._next_beat = 0

    def poll(self, now: int) -> list[bytes]:
        messages = [_encode(event) for event in self._closed(now)]
        if now >= self._next_beat:
            messages += [_encode(event) for event in self._forming(now)]
        self.due = min(self._next_beat, self._grid.next_open(self._open))
        return messages

    def _closed(self, now: int) -> Iterable[payloads.Payload]:
        if self._grid.next_open(self._open) > now:
            return
        for row in self._ledger.closed(self._symbol, self._grid, self._open, now).to_list():
            if row.trades or self._empty:
                ended = self._grid.next_open(row.open_time)
                yield self._event(row, min(now, ended + CLOSE_DELAY_MS), closed=True)
        self._open = self._grid.open_of(now)

    def _forming(self, now: int) -> Iterable[payloads.Payload]:
        self._next_beat = (now - self._phase) // self._beat * self._beat + self._beat + self._phase
        row = self._ledger.forming(self._symbol, self._grid, now)
        if row is None:
            return
        state = (row.open_time, row.trades, row.close)
        if state != self._sent and row.moved:
            self._sent = state
            yield self._event(row, now, closed=False)

    def _event(self, row: Row, event_time: int, *, closed: bool) -> payloads.Payload:
        return payloads.kline_event(
            row, self._listing, self._grid, event_time, closed=closed, unit=self._unit
        )


class OrderStream(_SymbolStream):
    """Every trade or aggregate trade, as it happens."""

    def __init__(
        self,
        ledger: Ledger,
        listing: Listing,
        now: int,
        unit: int,
        make: Callable[[Order, Listing, int], list[payloads.Payload]],
    ) -> None:
        super().__init__(ledger, listing, now, unit)
        self._make = make
        self._after = now

    def poll(self, now: int) -> list[bytes]:
        orders = self._ledger.orders(self._symbol, self._after, now)
        events = [event for one in orders for event in self._make(one, self._listing, self._unit)]
        self._after = now
        self.due = self._ledger.next_order_time(self._symbol, now)
        return [_encode(event) for event in events]


class QuoteStream(_SymbolStream):
    """Best bid and ask, whenever a trade has moved them."""

    _sent = -1

    def poll(self, now: int) -> list[bytes]:
        self.due = self._ledger.next_order_time(self._symbol, now)
        order = self._ledger.last_order(self._symbol, now)
        if order is None or order.order_id == self._sent:
            return []
        self._sent = order.order_id
        sizes = self._ledger.book(self._symbol).best_lots(order)
        return [_encode(payloads.quote_event(order, self._listing, sizes))]


class DepthStream(_SymbolStream):
    """On each beat, what became of the levels that orders touched since the last one."""

    def __init__(self, ledger: Ledger, listing: Listing, now: int, unit: int, beat: int) -> None:
        super().__init__(ledger, listing, now, unit)
        self._beat = beat
        self._after = now
        self._known = ledger.last_order(self._symbol, now)
        self._next_order = ledger.next_order_time(self._symbol, now)

    def poll(self, now: int) -> list[bytes]:
        self.due = (now // self._beat + 1) * self._beat
        if now < self._next_order:
            return []
        orders = list(self._ledger.orders(self._symbol, self._after, now))
        self._after = now
        self._next_order = self._ledger.next_order_time(self._symbol, now)
        return [_encode(self._event(orders, now))] if orders else []

    def _event(self, orders: list[Order], now: int) -> payloads.Payload:
        book, known = self._ledger.book(self._symbol), self._known
        self._known = orders[-1]
        if known is None:
            whole = book.snapshot(orders[-1], NEAR + CELLS)
            return payloads.depth_event(1, whole, self._listing, now, self._unit)
        first_id, change = update_id(known) + 1, book.changes(known, orders)
        return payloads.depth_event(first_id, change, self._listing, now, self._unit)


class BeatStream(_SymbolStream):
    """A message on each beat, made from the newest order, if there is a new one."""

    def __init__(
        self,
        ledger: Ledger,
        listing: Listing,
        now: int,
        unit: int,
        make: _Maker,
        beat: int = SECOND_MS,
    ) -> None:
        super().__init__(ledger, listing, now, unit)
        self._make = make
        self._beat = beat
        self._sent = -1
        self._next_order = 0

    def poll(self, now: int) -> list[bytes]:
        self.due = (now // self._beat + 1) * self._beat
        event = self.event(now)
        return [] if event is None else [_encode(event)]

    def look_ahead(self, now: int) -> None:
        self._ledger.look_ahead(self._symbol, now)

    def event(self, now: int) -> payloads.Payload | None:
        if now < self._next_order:
            return None
        order = self._ledger.last_order(self._symbol, now)
        self._next_order = self._ledger.next_order_time(self._symbol, now)
        if order is None or order.order_id == self._sent:
            return None
        self._sent = order.order_id
        return self._make(self._ledger, self._listing, order, now, self._unit)


class ArrayStream(Stream):
    """One message a second with the events of all symbols that changed."""

    def __init__(self, ledger: Ledger, now: int, unit: int, members: list[BeatStream]) -> None:
        super().__init__(ledger, now, unit)
        self._new = deque(members)
        self._known: deque[BeatStream] = deque()
        self._ahead: deque[BeatStream] = deque()
        self._events: list[payloads.Payload] = []
        self._turns = 0

    def prepare(self, now: int) -> Iterator[None]:
        """Whoever stops early finds the others first in line the next time.

        A symbol's first event is a hundred times the work of a later one: new symbols get what
        time is left, or one turn in a few.
        """
        for _ in range(len(self._known)):
            self._take(self._known, now)
            yield
            self._turns += 1
            if self._new and self._turns % _KNOWN_TURNS == 0:
                self._meet(now)
                yield
        yield from self._look_ahead(now)
        while self._new:
            self._meet(now)
            yield

    def poll(self, now: int) -> list[bytes]:
        self.due = (now // SECOND_MS + 1) * SECOND_MS
        events, self._events = self._events, []
        return [_encode(events)] if events else []

    def _take(self, line: deque[BeatStream], now: int) -> None:
        member = line[0]
        line.rotate(-1)
        event = member.event(now)
        if event is not None:
            self._events.append(event)

    def _meet(self, now: int) -> None:
        self._take(self._new, now)
        member = self._new.pop()
        self._known.append(member)
        self._ahead.append(member)

    def _look_ahead(self, now: int) -> Iterator[None]:
        """A few each time, so that the next minute does not find all of them unprepared."""
        for _ in range(-(-len(self._ahead) // _LOOK_AHEAD_POLLS)):
            self._ahead[0].look_ahead(now)
            self._ahead.rotate(-1)
            yield


def mini_ticker(
    ledger: Ledger, listing: Listing, order: Order, now: int, unit: int
) -> payloads.Payload | None:
    day = ledger.day(str(listing.symbol), now)
    # The members of an array have different event times: each its own moment of change.
    event_time = max(order.time, now - SECOND_MS)
    return payloads.mini_ticker_event(day, listing, event_time, unit) if day else None


def ticker(
    ledger: Ledger, listing: Listing, order: Order, now: int, unit: int
) -> payloads.Payload | None:
    symbol = str(listing.symbol)
    day = ledger.day(symbol, now)
    sizes = ledger.book(symbol).best_lots(order)
    return payloads.ticker_event(day, order, listing, sizes, now, unit) if day else None


def rolling_ticker(name: str) -> _Maker:
    """The ticker of a window of ``name``: 1h, 4h or 1d."""
    length = INTERVALS[name].milliseconds

    def make(
        ledger: Ledger, listing: Listing, order: Order, now: int, unit: int
    ) -> payloads.Payload | None:
        del order
        window = ledger.window(str(listing.symbol), length, now)
        return payloads.rolling_event(name, window, listing, now, unit) if window else None

    return make


def average(
    ledger: Ledger, listing: Listing, order: Order, now: int, unit: int
) -> payloads.Payload | None:
    row = ledger.average_row(str(listing.symbol), now)
    price = payloads.Texts(listing).average(row)
    return payloads.average_event(price, order, listing, now, unit)


def partial_depth(levels: int) -> _Maker:
    """The best ``levels`` of both sides."""

    def make(
        ledger: Ledger, listing: Listing, order: Order, now: int, unit: int
    ) -> payloads.Payload | None:
        del now, unit
        return payloads.depth(ledger.book(str(listing.symbol)).snapshot(order, levels), listing)

    return make


def trades(order: Order, listing: Listing, unit: int) -> list[payloads.Payload]:
    return payloads.trade_events(order, listing, unit)


def agg_trades(order: Order, listing: Listing, unit: int) -> list[payloads.Payload]:
    return [payloads.agg_trade_event(order, listing, unit)]


_ROLLING = {f"ticker_{name}": rolling_ticker(name) for name in ("1h", "4h", "1d")}
_BEATS: dict[str, _Maker] = {
    "miniTicker": mini_ticker,
    "ticker": ticker,
    "avgPrice": average,
    **_ROLLING,
}
_ARRAYS: dict[str, _Maker] = {
    "!miniTicker@arr": mini_ticker,
    **{f"!{kind}@arr": make for kind, make in _ROLLING.items()},
}


class StreamMaker:
    """Knows every stream's name."""

    def __init__(self, ledger: Ledger, *, empty_candles: bool) -> None:
        self._ledger = ledger
        self._empty = empty_candles
        self._by_name = {
            listing.symbol.lower(): listing for listing in ledger.market.listings.values()
        }

    def make(self, name: str, now: int, unit: int = 1) -> Stream | None:
        """The stream of that name; None for a name nobody knows, which is no error."""
        if name in _ARRAYS:
            every = self._by_name.values()
            members = [BeatStream(self._ledger, one, now, unit, _ARRAYS[name]) for one in every]
            return ArrayStream(self._ledger, now, unit, members)
        symbol, _, kind = name.partition("@")
        listing = self._by_name.get(symbol)
        return None if listing is None else self._make(listing, kind, now, unit)

    def _make(self, listing: Listing, kind: str, now: int, unit: int) -> Stream | None:
        ledger = self._ledger
        makers: dict[str, Callable[[], Stream]] = {
            "trade": lambda: OrderStream(ledger, listing, now, unit, trades),
            "aggTrade": lambda: OrderStream(ledger, listing, now, unit, agg_trades),
            "bookTicker": lambda: QuoteStream(ledger, listing, now, unit),
        }
        if kind in makers:
            return makers[kind]()
        if kind in _BEATS:
            return BeatStream(ledger, listing, now, unit, _BEATS[kind])
        if depth := _DEPTH.fullmatch(kind):
            beat = 100 if depth[2] else SECOND_MS
            if not depth[1]:
                return DepthStream(ledger, listing, now, unit, beat)
            return BeatStream(ledger, listing, now, unit, partial_depth(int(depth[1])), beat)
        match = _KLINE.fullmatch(kind)
        interval = INTERVALS.get(match[1]) if match else None
        if match is None or interval is None:
            return None
        grid = Grid(interval, _ZONE_EAST_8 if match[2] else 0)
        return KlineStream(ledger, listing, now, unit, grid, empty=self._empty)
