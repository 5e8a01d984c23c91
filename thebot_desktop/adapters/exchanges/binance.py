"""Binance spot: the exchange's language, without a socket in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec

from thebot_desktop.adapters.binance import rest
from thebot_desktop.adapters.binance.streams import StreamDecoder
from thebot_desktop.domain.errors import FeedError
from thebot_desktop.domain.market import (
    BookSnapshot,
    Candle,
    Instrument,
    Interval,
    MarketEvent,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import (
    ExchangeProtocol,
    HttpRequest,
    StreamReply,
    StreamsEnding,
    Subscriptions,
)

TICKERS_ONE_BY_ONE = 200
"""More are cheaper all together: one list a second instead of a message for each."""


class Binance(ExchangeProtocol):
    name: ClassVar[str] = "binance"
    rest_url: ClassVar[str] = "https://data-api.binance.vision"
    stream_url: ClassVar[str] = "wss://data-stream.binance.vision"
    heartbeat_stream: ClassVar[str] = "btcusdt@miniTicker"

    def __init__(self) -> None:
        self._decoder = StreamDecoder()

    # Streams.

    def stream_path(self) -> str:
        return "/stream"

    def stream_names(self, wanted: Subscriptions) -> list[str]:
        names = [f"{s.symbol.lower()}@kline_{s.interval.value}" for s in wanted.series]
        if len(wanted.tickers) > TICKERS_ONE_BY_ONE:
            names.append("!miniTicker@arr")
        else:
            names += [f"{symbol.lower()}@miniTicker" for symbol in wanted.tickers]
        names += [f"{symbol.lower()}@aggTrade" for symbol in wanted.trades]
        names += [f"{symbol.lower()}@bookTicker" for symbol in wanted.quotes]
        names += [f"{symbol.lower()}@depth@100ms" for symbol in wanted.books]
        return sorted(names)

    def subscribe_message(self, names: Iterable[str], message_id: int) -> str:
        return _control("SUBSCRIBE", names, message_id)

    def unsubscribe_message(self, names: Iterable[str], message_id: int) -> str:
        return _control("UNSUBSCRIBE", names, message_id)

    def series_of(self, names: Iterable[str]) -> list[SeriesKey]:
        found: dict[SeriesKey, None] = {}
        for name in names:
            symbol, separator, interval = name.partition("@kline_")
            if separator:
                try:
                    found[SeriesKey(Symbol(symbol.upper()), Interval(interval))] = None
                except ValueError:  # such as the variant that counts days in another zone
                    continue
        return list(found)

    def symbols_of(self, names: Iterable[str]) -> list[Symbol]:
        """A name that begins with an exclamation mark is about all symbols at once."""
        parts = (name.partition("@") for name in names)
        symbols = (Symbol(symbol.upper()) for symbol, at, _ in parts if at and symbol)
        return list(dict.fromkeys(s for s in symbols if not s.startswith("!")))

    def decode(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        return self._decoder.decode(message)

    # REST.

    def history_request(
        self,
        series: SeriesKey,
        start: UnixMs | None,
        end: UnixMs | None,
        limit: int,
        *,
        for_display: bool = False,
    ) -> HttpRequest:
        return rest.history_request(series, start, end, limit, for_display=for_display)

    def decode_history(self, body: bytes) -> list[tuple[Candle, UnixMs]]:
        return rest.decode_history(body)

    def instruments_request(self, symbol: Symbol | None = None) -> HttpRequest:
        return rest.instruments_request(symbol)

    def decode_instruments(self, body: bytes) -> list[Instrument]:
        return rest.decode_instruments(body)

    def decode_weight_limit(self, body: bytes) -> int | None:
        return rest.decode_weight_limit(body)

    def tickers_request(self, symbols: Iterable[Symbol]) -> HttpRequest:
        return rest.tickers_request(symbols)

    def decode_tickers(self, body: bytes) -> list[Ticker]:
        return rest.decode_tickers(body)

    def prices_request(self, symbols: Iterable[Symbol]) -> HttpRequest:
        return rest.prices_request(symbols)

    def decode_prices(self, body: bytes) -> dict[Symbol, float]:
        return rest.decode_prices(body)

    def quotes_request(self, symbols: Iterable[Symbol]) -> HttpRequest:
        return rest.quotes_request(symbols)

    def decode_quotes(self, body: bytes) -> list[Quote]:
        return rest.decode_quotes(body)

    def trades_request(self, symbol: Symbol, from_id: int, limit: int) -> HttpRequest:
        return rest.trades_request(symbol, from_id, limit)

    def decode_trades(self, symbol: Symbol, body: bytes) -> list[Trade]:
        return rest.decode_trades(symbol, body)

    def book_request(self, symbol: Symbol, limit: int) -> HttpRequest:
        return rest.book_request(symbol, limit)

    def decode_book(self, symbol: Symbol, body: bytes) -> BookSnapshot:
        return rest.decode_book(symbol, body)

    def ping_request(self) -> HttpRequest:
        return rest.ping_request()

    def time_request(self) -> HttpRequest:
        return rest.time_request()

    def decode_time(self, body: bytes) -> UnixMs:
        return rest.decode_time(body)

    def decode_refusal(self, body: bytes) -> FeedError | None:
        return rest.decode_refusal(body)


def _control(method: str, names: Iterable[str], message_id: int) -> str:
    document = {"method": method, "params": list(names), "id": message_id}
    return msgspec.json.encode(document).decode()
