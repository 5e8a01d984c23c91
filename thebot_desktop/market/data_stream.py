"""DataStream: every market event passes here once and lands in its buffer or on the board."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from thebot_desktop.domain.market import (
    BookGap,
    BookSnapshot,
    BookUpdate,
    CandleHistory,
    Candles,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    Interval,
    MarketEvent,
    Origin,
    PriceMove,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.candle_buffer import CandleBuffer
from thebot_desktop.market.closed_candles import ClosedCandles
from thebot_desktop.market.freshness import FreshnessBook
from thebot_desktop.market.order_book import OrderBook
from thebot_desktop.market.quote_board import BoardRow, QuoteBoard


class DataStreamConfig(Struct, frozen=True, forbid_unknown_fields=True):
    buffer_size: Annotated[
        int,
        Meta(
            ge=100,
            le=1_000_000,
            title="Candles kept per series",
            description="How many candles charts, indicators and rules can look back on.",
        ),
    ] = 500
    update_interval_ms: Annotated[
        int,
        Meta(
            ge=16,
            le=2000,
            title="Screen update interval (ms)",
            description="Charts and tables are redrawn at most this often.",
        ),
    ] = 100
    symbols: Annotated[
        tuple[str, ...],
        Meta(
            title="Symbols of the first charts",
            description="Charts that are opened when no layout has been saved yet.",
        ),
    ] = ("BTCUSDT", "ETHUSDT")


class MarketChange(Struct, frozen=True, gc=False):
    """What one event changed: a series, a price, or both.

    ``closed`` says that the newest candle is final, ``history`` that a whole stretch was loaded
    at once.
    """

    series: SeriesKey | None = None
    closed: bool = False
    history: bool = False
    origin: Origin = Origin.LIVE
    event_time: UnixMs = UnixMs(0)
    move: PriceMove | None = None


class DataStream:
    """Candle buffers, order books and the quote board, kept current by ``apply``."""

    def __init__(self, config: DataStreamConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._buffers: dict[SeriesKey, CandleBuffer] = {}
        self._closed = ClosedCandles(self._buffers)
        self._books: dict[Symbol, OrderBook] = {}
        self.board = QuoteBoard()
        self.freshness = FreshnessBook(clock)

    def apply(self, event: MarketEvent) -> MarketChange | None:
        """Remember ``event``; say what it changed, or None if nothing did."""
        self.freshness.hear(event)
        match event:
            case CandleUpdate():
                return self._put_candle(event)
            case Trade():
                return self._put_trade(event)
            case Ticker():
                return self._put_ticker(event)
            case Quote():
                self.board.quote(event, self._clock.now())
                return None
            case CandleHistory():
                return self._load(event)
            case ConnectionChange(state=ConnectionState.OFFLINE | ConnectionState.CONNECTING):
                self._lose()
                return None
            case BookSnapshot() | BookUpdate() | BookGap():
                self._put_book(event)
                return None
            case _:
                return None

    def candles(self, series: SeriesKey) -> Candles:
        """A view of the series' memory, newest last; empty when nothing is known."""
        return self._buffer(series).view()

    def make_room(self, series: SeriesKey, count: int) -> None:
        """Let the memory of ``series`` hold ``count`` candles, if it is smaller."""
        self._buffer(series).make_capacity(count)

    def closed_candles(self, symbol: Symbol, interval: Interval, at: UnixMs) -> Candles:
        """Candles of any interval as they were visible at ``at``: those that ended before it.

        From the memory of the series itself, else made of a shorter one; empty where there is
        none.
        """
        return self._closed.visible(SeriesKey(symbol, interval), at)

    def candles_of(self, series: SeriesKey, closed: bool) -> Candles:  # noqa: FBT001
        """As ``candles``, or only those that have closed."""
        candles = self.candles(series)
        if not closed or not len(candles):
            return candles
        end = series.interval.next_open(int(candles.open_time[-1]))
        return self._closed.visible(series, end)

    def forget(self, series: SeriesKey) -> None:
        """Nobody looks at ``series`` any more: let its memory go."""
        self._buffers.pop(series, None)
        self._closed.forget(series)
        self.freshness.forget(series)

    def book(self, symbol: Symbol) -> OrderBook:
        """The symbol's order book; empty when nothing is known."""
        book = self._books.get(symbol)
        if book is None:
            book = self._books[symbol] = OrderBook(symbol)
        return book

    def forget_book(self, symbol: Symbol) -> None:
        """Nobody looks at the order book any more: let its memory go."""
        self._books.pop(symbol, None)

    def _put_book(self, event: BookSnapshot | BookUpdate | BookGap) -> None:
        if isinstance(event, BookGap):
            self.book(event.symbol).lose(event.reason)
        else:
            self.book(event.symbol).apply(event, self._clock.now())

    def _lose(self) -> None:
        """The connection is gone: what follows does not join what was."""
        self.board.lose()
        for book in self._books.values():
            book.lose()

    def _put_candle(self, update: CandleUpdate) -> MarketChange | None:
        series = update.series
        if not self._closed.is_news(series, update):
            return None
        buffer = self._buffer(series)
        if not buffer.put(update.candle, update.origin):
            return None
        return MarketChange(
            series,
            closed=update.closed,
            origin=update.origin,
            event_time=update.event_time,
            move=self._candle_move(update, buffer.view()),
        )

    def _candle_move(self, update: CandleUpdate, candles: Candles) -> PriceMove | None:
        """A filler repeats the price before a hole: it moves nothing and makes nothing newer."""
        if update.origin is Origin.EXCHANGE_HOLE:
            return None
        move = self._price(update.symbol, update.candle.close, update.event_time)
        came_later = update.origin in (Origin.LATE, Origin.REPAIRED)
        return self._late_move(update, candles) if update.closed and came_later else move

    def _late_move(self, update: CandleUpdate, candles: Candles) -> PriceMove:
        """A candle that came afterwards moved the price over its whole range, in its own time."""
        candle = update.candle
        previous = float(candles.close[-2]) if len(candles) > 1 else candle.open
        low, high = min(previous, candle.low), max(previous, candle.high)
        return PriceMove(
            update.symbol,
            previous,
            low,
            high,
            candle.close,
            update.event_time,
            late=True,
            since=candle.open_time,
        )

    def _put_trade(self, trade: Trade) -> MarketChange | None:
        """Each trade is a touch of its price, also one that a newer price has overtaken.

        One whose id is not new makes nothing newer.
        """
        row = self.board.row(trade.symbol)
        if trade.trade_id <= row.traded_id:
            return self._touch(trade, row)
        before, row.traded, row.traded_id = row.traded, trade.price, trade.trade_id
        if trade.late and not math.isnan(before):
            return self._put_late_trade(trade, row, before)
        if trade.event_time >= row.priced_at or not row.live:
            move = self._price(trade.symbol, trade.price, trade.event_time)
            return MarketChange(move=move) if move else None
        return self._touch(trade, row)

    def _touch(self, trade: Trade, row: BoardRow) -> MarketChange | None:
        low, high = min(row.last, trade.price), max(row.last, trade.price)
        move = PriceMove(trade.symbol, row.last, low, high, row.last, trade.event_time)
        return MarketChange(move=move) if low < high else None

    def _put_late_trade(self, trade: Trade, row: BoardRow, before: float) -> MarketChange | None:
        """It moved the price from the trade before it, whatever has been heard since.

        That holds over a lost connection too: no trade is missing between the two.
        """
        self.board.price(trade.symbol, trade.price, trade.event_time, self._clock.now())
        low, high = min(before, trade.price), max(before, trade.price)
        if low == high:
            return None
        return MarketChange(
            move=PriceMove(row.symbol, before, low, high, trade.price, trade.event_time, late=True)
        )

    def _put_ticker(self, ticker: Ticker) -> MarketChange | None:
        self.board.ticker(ticker, self._clock.now())
        move = self._price(ticker.symbol, ticker.last, ticker.event_time)
        return MarketChange(move=move) if move else None

    def _load(self, history: CandleHistory) -> MarketChange | None:
        if not len(history.candles):
            return None
        buffer = self._buffer(history.series)
        buffer.load(history.candles)
        self._closed.load(history.series, history.candles)
        newest = buffer.view()
        row = self.board.row(history.series.symbol)
        if math.isnan(row.last):
            row.last = float(newest.close[-1])
            row.priced_at = UnixMs(history.series.interval.close_of(int(newest.open_time[-1])))
        # Older candles come while a newer one forms: that one is as little final as before.
        is_final = self._closed.is_final(history.series, int(newest.open_time[-1]))
        return MarketChange(
            history.series,
            closed=is_final,
            history=True,
            origin=Origin.HISTORY,
            event_time=history.event_time,
        )

    def _price(self, symbol: Symbol, price: float, at: UnixMs) -> PriceMove | None:
        before = self.board.row(symbol).priced_at
        previous = self.board.price(symbol, price, at, self._clock.now())
        if previous is None or math.isnan(previous) or previous == price:
            return None
        low, high = min(previous, price), max(previous, price)
        return PriceMove(symbol, previous, low, high, price, at, before=before)

    def _buffer(self, series: SeriesKey) -> CandleBuffer:
        buffer = self._buffers.get(series)
        if buffer is None:
            buffer = self._buffers[series] = CandleBuffer(self._config.buffer_size)
        return buffer
