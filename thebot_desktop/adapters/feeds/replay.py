"""ReplayFeed: a recorded session as market events, in recorded order and time."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from thebot_desktop.adapters.feeds.recorded_series import CandleEvent, RecordedSeries
from thebot_desktop.adapters.feeds.recording import Record, Recording
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.market import (
    BookGap,
    BookSnapshot,
    BookUpdate,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    MarketEvent,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    TimeTick,
    Trade,
)
from thebot_desktop.domain.time import SECOND_MS, UnixMs
from thebot_desktop.market.book_guard import BookGuard
from thebot_desktop.market.order_book import BookState, OrderBook
from thebot_desktop.market.ports import ExchangeProtocol, StreamReply, StreamsEnding, Subscriptions
from thebot_desktop.market.stream_config import FeedStatistics

log = logging.getLogger(__name__)

BookEvent: TypeAlias = BookSnapshot | BookUpdate | BookGap

TURN_SECONDS = 0.004
"""Playing as fast as possible gives the loop back after so long."""
SHORTEST_PAUSE = 0.005
MOST_TICKS = 600
"""A longer silence in the recording is passed over with so many TimeTicks."""


class ReplayFeed:
    """A MarketFeed over a file: the same decoding, the same guards, another clock.

    ``speed`` 2 plays twice as fast as it was recorded; 0 or infinity as fast as possible.
    Until ``subscribe`` is called everything is delivered. What the recording misses cannot be
    fetched: it is reported as a gap that stays. A series that it lacks is made of the longest
    shorter one that it has, or of trades. With ``stays`` the feed does not end with the
    recording: who subscribes afterwards still gets what was played.
    """

    def __init__(
        self, exchange: ExchangeProtocol, path: Path, *, speed: float = 1.0, stays: bool = False
    ) -> None:
        """Raises InputError for a file that cannot be read or holds no recording."""
        self._exchange = exchange
        self._recording = Recording(path)
        self._speed = speed if 0 < speed < math.inf else math.inf
        self._stays = stays
        self._wanted: Subscriptions | None = None
        self._trade_ids: dict[Symbol, int] = {}
        self._books: dict[Symbol, _BookPart] = {}
        self._ready: deque[MarketEvent] = deque()
        self._closing = asyncio.Event()
        self._asked = asyncio.Event()
        self._messages = 0
        self._decode_errors = 0
        self.starts_at = self._start()
        self._now = self.starts_at
        self._series = RecordedSeries(self.series(), self.starts_at)

    @property
    def statistics(self) -> FeedStatistics:
        return FeedStatistics(
            messages=self._messages,
            gaps_found=self._series.gaps,
            decode_errors=self._decode_errors,
            last_message_at=self._now if self._messages else UnixMs(0),
        )

    def series(self) -> list[SeriesKey]:
        """The candle series that are recorded, in the order they appear."""
        named = self._exchange.series_of(self._recording.stream_names)
        first = self._decode(self._recording.first)
        bare = [said.series for said in first if isinstance(said, CandleUpdate)]
        return list(dict.fromkeys([*named, *bare]))

    def symbols(self) -> list[Symbol]:
        """The symbols that are recorded, those with candles first."""
        named = self._exchange.symbols_of(self._recording.stream_names)
        said = [getattr(s, "symbol", None) for s in self._decode(self._recording.first)]
        bare = [symbol for symbol in said if symbol is not None]
        return list(dict.fromkeys([*(s.symbol for s in self.series()), *named, *bare]))

    def subscribe(self, wanted: Subscriptions) -> None:
        """From now on deliver exactly ``wanted``; a series begins with what was played so far."""
        before = self._wanted.series if self._wanted is not None else frozenset[SeriesKey]()
        books_before = self._wanted.books if self._wanted is not None else frozenset[Symbol]()
        self._wanted = wanted
        for series in before - wanted.series:
            self._series.close(series)
        for series in sorted(wanted.series - before, key=str):
            self._ready += self._series.open(series, self._now)
        for symbol in sorted(wanted.books - books_before):
            self._ready.append(self._book_part(symbol).opening(self._now))
        self._asked.set()

    async def events(self) -> AsyncIterator[MarketEvent]:
        """The recording, once; ends with the state OFFLINE."""
        name = self._recording.path.name
        pace = _Pace(self._speed, self._closing)
        yield ConnectionChange(ConnectionState.LIVE, f"Playing {name}.", self._now)
        for record in self._recording.records():
            async for event in self._pass_time(record, pace):
                yield event
            if self._closing.is_set():
                return
            self._play(record)
            while self._ready:
                yield self._ready.popleft()
        yield ConnectionChange(ConnectionState.OFFLINE, "The recording has ended.", self._now)
        while self._stays and not self._closing.is_set():
            self._asked.clear()
            while self._ready:
                yield self._ready.popleft()
            await self._asked.wait()

    async def aclose(self) -> None:
        """Stop playing; ``events`` ends."""
        self._closing.set()
        self._asked.set()

    async def _pass_time(self, record: Record | None, pace: _Pace) -> AsyncIterator[MarketEvent]:
        """Wait until the record is due, telling each full second on the way, and what it ends."""
        if record is None or record.ts is None:
            await pace.breathe()
            return
        when = UnixMs(int(record.ts * 1000))
        second = self._now // SECOND_MS * SECOND_MS + SECOND_MS
        second = max(second, when // SECOND_MS * SECOND_MS - MOST_TICKS * SECOND_MS)
        for tick in range(second, when + 1, SECOND_MS):
            await pace.wait_until(tick)
            self._now = UnixMs(max(self._now, tick))
            self._deliver(self._series.pass_time(self._now))
            while self._ready:
                yield self._ready.popleft()
            yield TimeTick(self._now)
        await pace.wait_until(when)
        self._now = UnixMs(max(self._now, when))

    def _play(self, record: Record | None) -> None:
        if record is None:
            self._decode_errors += 1
            log.warning("a line of the recording makes no sense; skipped")
            return
        if record.is_message:
            self._messages += 1
            for said in self._decode(record, count=True):
                self._hear(said)
        elif record.book_symbol is not None:
            self._play_book(record.book_symbol, record.raw)

    def _decode(
        self, record: Record, *, count: bool = False
    ) -> list[MarketEvent | StreamReply | StreamsEnding]:
        try:
            return list(self._exchange.decode(record.raw.encode()))
        except DecodeError as error:
            if count:
                self._decode_errors += 1
                log.warning("message skipped: %s", error)
            return []

    def _hear(self, said: MarketEvent | StreamReply | StreamsEnding) -> None:
        wanted = self._wanted
        match said:
            case CandleUpdate():
                self._deliver(self._series.hear(said, self._now))
            case BookUpdate():
                self._hear_book(said.symbol, self._book_part(said.symbol).accept(said, self._now))
            case Ticker() if wanted is None or said.symbol in wanted.tickers:
                self._ready.append(said)
            case Trade():
                self._hear_trade(said)
            case Quote() if wanted is None or said.symbol in wanted.quotes:
                self._ready.append(said)
            case _:
                pass

    def _hear_trade(self, trade: Trade) -> None:
        """Once each: what comes twice, or as a single trade and in an aggregate, has lower ids."""
        if trade.trade_id <= self._trade_ids.get(trade.symbol, -1):
            return
        self._trade_ids[trade.symbol] = trade.trade_id
        self._deliver(self._series.hear_trade(trade))
        if self._wanted is None or trade.symbol in self._wanted.trades:
            self._ready.append(trade)

    def _deliver(self, events: list[CandleEvent]) -> None:
        """Those that are wanted; before anybody said what is, all that is recorded."""
        wanted = self._wanted.series if self._wanted is not None else self._series.recorded
        self._ready += [event for event in events if event.series in wanted]

    def _play_book(self, symbol: Symbol, body: str) -> None:
        try:
            snapshot = self._exchange.decode_book(symbol, body.encode())
        except DecodeError as error:
            self._decode_errors += 1
            log.warning("order book skipped: %s", error)
            return
        self._hear_book(symbol, self._book_part(symbol).start(snapshot))

    def _hear_book(self, symbol: Symbol, events: list[BookEvent]) -> None:
        if self._wanted is None or symbol in self._wanted.books:
            self._ready += events

    def _book_part(self, symbol: Symbol) -> _BookPart:
        part = self._books.get(symbol)
        if part is None:
            part = self._books[symbol] = _BookPart(symbol)
        return part

    def _start(self) -> UnixMs:
        """When the recording begins, by the receiver's clock, or else by the first event's."""
        first = self._recording.first
        if first.ts is not None:
            return UnixMs(int(first.ts * 1000))
        said = (s for s in self._decode(first) if not isinstance(s, StreamReply | StreamsEnding))
        return next((event.event_time for event in said), UnixMs(0))


class _BookPart:
    """One order book of the recording, as far as it was played."""

    def __init__(self, symbol: Symbol) -> None:
        self._guard = BookGuard(symbol)
        self._book = OrderBook(symbol)

    def opening(self, now: UnixMs) -> BookEvent:
        """The book for someone who comes in the middle."""
        if self._book.state is BookState.LIVE:
            return self._book.snapshot()
        symbol = self._book.symbol
        reason = f"The recording holds no complete order book of {symbol} up to here."
        return BookGap(symbol, now, reason)

    def start(self, snapshot: BookSnapshot) -> list[BookEvent]:
        return self._note([*self._guard.start(snapshot)])

    def accept(self, update: BookUpdate, now: UnixMs) -> list[BookEvent]:
        """Updates that join; where one is missing nothing follows until another snapshot."""
        was_linked = self._guard.is_linked
        events: list[BookEvent] = [*self._guard.accept(update)]
        if was_linked and not self._guard.is_linked:
            self._book.lose()
            events.append(self.opening(now))
        return self._note(events)

    def _note(self, events: list[BookEvent]) -> list[BookEvent]:
        for event in events:
            if not isinstance(event, BookGap):
                self._book.apply(event)
        return events


class _Pace:
    """Recorded time against real time."""

    def __init__(self, speed: float, closing: asyncio.Event) -> None:
        self._speed = speed
        self._closing = closing
        self._origin: tuple[int, float] | None = None
        self._turn_ends = monotonic() + TURN_SECONDS

    async def wait_until(self, when: int) -> None:
        """Until the recorded moment ``when`` is due, or the feed is closed."""
        now = monotonic()
        if self._origin is None:
            self._origin = (when, now)
        recorded, real = self._origin
        pause = real + (when - recorded) / 1000 / self._speed - now
        if pause < SHORTEST_PAUSE:
            await self.breathe()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._closing.wait()
        self._turn_ends = monotonic() + TURN_SECONDS

    async def breathe(self) -> None:
        """Give the loop back now and then."""
        if monotonic() > self._turn_ends:
            await asyncio.sleep(0)
            self._turn_ends = monotonic() + TURN_SECONDS
