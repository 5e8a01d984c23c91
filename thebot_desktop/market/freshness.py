"""Freshness: how old what one sees is, in three words that mean the same everywhere."""

from __future__ import annotations

from enum import Enum
from math import nan

from msgspec import Struct

from thebot_desktop.domain.market import (
    BookUpdate,
    CandleHistory,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    MarketEvent,
    Origin,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.exchange_clock import ExchangeClock

DELAYED_MS = 10_000
"""Older than this is not live."""
STALE_MS = 30_000
"""Older than this is not to be relied on."""


class FreshnessWord(Enum):
    """The only words for it, on screen and in reports."""

    LIVE = "live"
    DELAYED = "delayed"
    STALE = "stale"


class Freshness(Struct, frozen=True, gc=False):
    """``age_ms`` is by the exchange's clock; None when nothing has come yet."""

    word: FreshnessWord
    age_ms: int | None = None


def judge(age_ms: int | None, state: ConnectionState) -> Freshness:
    """The word for one symbol or series; without a connection it is never live.

    A feed that is delayed by another series, or by its REST side, does not make this one old.
    """
    connected = state not in (ConnectionState.OFFLINE, ConnectionState.CONNECTING)
    return Freshness(_word(age_ms, connected=connected), age_ms)


def judge_feed(age_ms: int | None, state: ConnectionState) -> Freshness:
    """The word for the feed as a whole, by the age of its newest message of any kind.

    The heartbeat is among them, so this is about the line and not about how lively a market is.
    What the feed itself says of its state can make the word worse, never better.
    """
    if state is ConnectionState.STALE:
        return Freshness(FreshnessWord.STALE, age_ms)
    return Freshness(_word(age_ms, connected=state is ConnectionState.LIVE), age_ms)


def _word(age_ms: int | None, *, connected: bool) -> FreshnessWord:
    if age_ms is None or age_ms > STALE_MS:
        return FreshnessWord.STALE
    if age_ms > DELAYED_MS or not connected:
        return FreshnessWord.DELAYED
    return FreshnessWord.LIVE


class _SymbolNote(Struct):
    """The newest word on a symbol from any stream: by the exchange's clock, and by ours."""

    told_at: int = 0
    received_at: int = 0
    price: float = nan
    priced_at: int = 0
    volume: float = nan
    traded_at: int = 0
    """The newest time, by the exchange's clock, at which somebody must have traded."""


class _SeriesNote(Struct):
    told_at: int = 0
    received_at: int = 0
    open_time: int = -1
    due_at: int = 0
    """When the candle that is forming ends."""


class FreshnessBook:
    """Notes when each symbol and each series was heard last; judges when asked.

    A market in which nobody trades sends few messages or none for one stream, so a symbol is as
    fresh as the newest message of any of its streams. A series is as fresh as its symbol, unless
    it has missed something: a trade that others have seen, or a candle that is overdue.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.exchange_clock = ExchangeClock(clock)
        self._symbols: dict[Symbol, _SymbolNote] = {}
        self._series: dict[SeriesKey, _SeriesNote] = {}
        self._state = ConnectionState.CONNECTING
        self._told_at = 0
        self._received_at = 0

    def hear(self, event: MarketEvent) -> None:
        """Take note of ``event``; for every one, so it does as little as possible."""
        match event:
            case CandleUpdate():
                self._hear_candle(event)
            case Ticker():
                self._hear_ticker(event)
            case Trade():
                self._hear_price(event.symbol, event.price, event.event_time)
                if not event.late:
                    self._told_at, self._received_at = event.event_time, self._clock.now()
            case Quote() | BookUpdate():
                self._hear_book(event)
            case CandleHistory():
                self._hear_history(event)
            case ConnectionChange():
                self._state = event.state
            case _:
                pass

    def of_symbol(self, symbol: Symbol, now: int) -> Freshness | None:
        """How fresh the price of ``symbol`` is when our clock shows ``now``.

        None while nothing is known of it.
        """
        note = self._symbols.get(symbol)
        if note is None:
            return None
        return judge(self._age(note.told_at, note.received_at, now), self._state)

    def of_series(self, series: SeriesKey, now: int) -> Freshness | None:
        """The same for candles; None while there are none."""
        note = self._series.get(series)
        if note is None:
            return None
        symbol = self._symbols[series.symbol]
        told_at, received_at = note.told_at, note.received_at
        if symbol.traded_at <= note.told_at + DELAYED_MS:
            told_at = max(told_at, symbol.told_at)
            received_at = max(received_at, symbol.received_at)
        age = self._age(told_at, received_at, now)
        return judge(max(age, self._overdue(note, now)), self._state)

    def latency_ms(self, now: int) -> int | None:
        """How long the newest message was under way; None while that cannot be said.

        Candles and trades say when they were sent; a ticker says when it changed.
        """
        lag = self.lag_ms(now)
        return None if lag is None else max(0, lag)

    def lag_ms(self, now: int) -> int | None:
        """The same as it is measured: below 0 if the clock we go by is wrong."""
        recent = now - self._received_at < DELAYED_MS
        if not recent or self.exchange_clock.offset_ms is None:
            return None
        return self.exchange_clock.at(self._received_at) - self._told_at

    def forget(self, series: SeriesKey) -> None:
        self._series.pop(series, None)

    def _hear_candle(self, update: CandleUpdate) -> None:
        candle, series = update.candle, update.series
        note = self._series.get(series)
        if note is None:
            note = self._series[series] = _SeriesNote()
        is_news = candle.open_time > note.open_time
        if is_news or (update.closed and candle.open_time == note.open_time):
            _expect(note, series, candle.open_time, closed=update.closed)
        if update.origin is not Origin.LIVE:
            self._hear_late_candle(note, update)
            return
        self._hear_price(update.symbol, candle.close, update.event_time)
        self._told_at = update.event_time
        self._received_at = note.received_at = self._clock.now()
        if update.event_time > note.told_at:
            note.told_at = update.event_time

    def _hear_late_candle(self, note: _SeriesNote, update: CandleUpdate) -> None:
        """Fetched afterwards: true of its own time, and no sign of life of any stream."""
        end = update.interval.close_of(update.candle.open_time)
        note.told_at = max(note.told_at, min(update.event_time, end))
        symbol = self._symbol(update.symbol)
        symbol.told_at = max(symbol.told_at, note.told_at)

    def _hear_price(self, symbol: Symbol, price: float, at: int) -> None:
        note = self._symbol(symbol)
        note.received_at = self._clock.now()
        note.told_at = max(note.told_at, at)
        # Quotes are told at this very moment: a price is compared with prices alone.
        if at < note.priced_at:
            return
        note.priced_at = at
        if price != note.price:
            if note.price == note.price:  # Not NaN: a first price is no change.
                note.traded_at = at
            note.price = price

    def _hear_ticker(self, ticker: Ticker) -> None:
        """The volume of a day only shrinks by itself: where it has grown, somebody has traded."""
        self._hear_price(ticker.symbol, ticker.last, ticker.event_time)
        note = self._symbols[ticker.symbol]
        if ticker.volume > note.volume and ticker.event_time >= note.priced_at:
            note.traded_at = ticker.event_time
        note.volume = ticker.volume

    def _hear_book(self, event: Quote | BookUpdate) -> None:
        """Quotes of spot markets carry no time: they count as told when they came."""
        note = self._symbol(event.symbol)
        now = note.received_at = self._clock.now()
        if event.event_time or self.exchange_clock.offset_ms is not None:
            note.told_at = max(note.told_at, event.event_time or self.exchange_clock.at(now))

    def _hear_history(self, history: CandleHistory) -> None:
        """Candles up to the present one were told now; older ones are as old as they are."""
        if not len(history.candles):
            return
        series, newest = history.series, int(history.candles.open_time[-1])
        end = series.interval.close_of(newest)
        symbol = self._symbol(series.symbol)
        symbol.told_at = max(symbol.told_at, end)
        note = self._series.setdefault(series, _SeriesNote())
        if newest <= note.open_time:
            return  # What was before the candles that are known, for someone who scrolls there.
        _expect(note, series, newest, closed=True)
        now = self._clock.now()
        if self._state is ConnectionState.LIVE and note.due_at > self.exchange_clock.at(now):
            note.told_at, note.received_at = self.exchange_clock.at(now), now
        else:
            note.told_at = max(note.told_at, end)

    def _symbol(self, symbol: Symbol) -> _SymbolNote:
        note = self._symbols.get(symbol)
        if note is None:
            note = self._symbols[symbol] = _SymbolNote()
        return note

    def _age(self, told_at: int, received_at: int, now: int) -> int:
        """By the exchange's time; by ours where its clock or the message's time is not known."""
        by_ours = received_at and (self.exchange_clock.offset_ms is None or not told_at)
        age = now - received_at if by_ours else self.exchange_clock.at(now) - told_at
        return max(0, age)

    def _overdue(self, note: _SeriesNote, now: int) -> int:
        """For how long a candle should have ended; 0 while that is nothing unusual.

        Candles without trades come some seconds late, so little is said of a short time; and
        nothing without a measured clock, since a wrong one would make every candle overdue.
        """
        if self.exchange_clock.offset_ms is None:
            return 0
        overdue = self.exchange_clock.at(now) - note.due_at
        return overdue if overdue > STALE_MS else 0


def _expect(note: _SeriesNote, series: SeriesKey, open_time: int, *, closed: bool) -> None:
    """The candle at ``open_time`` is the newest: note when the one that is forming ends."""
    interval = series.interval
    note.open_time = open_time
    note.due_at = interval.close_of(interval.next_open(open_time) if closed else open_time)
