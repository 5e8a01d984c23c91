"""Binance spot: the exchange's language, without a socket in it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Annotated, ClassVar, TypeAlias, TypeVar

import msgspec
from msgspec import Struct, field

from thebot_desktop.domain.errors import (
    DecodeError,
    FatalFeedError,
    FeedError,
    TransientFeedError,
    UnknownSymbolError,
)
from thebot_desktop.domain.market import (
    Candle,
    CandleUpdate,
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

T = TypeVar("T")

UNKNOWN_SYMBOL = (-1121, -1100)
PASSING_TROUBLE = (-1000, -1001, -1003, -1006, -1007, -1008, -1016)
DECIMALS_UNKNOWN = 8
EXCERPT = 200
"""So much of a message that makes no sense goes to the log."""
LONGEST_NAME = 64

# Binance sends prices as strings: with strict=False they become floats while they are parsed.
Amount: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1e30)]
"""A price or a quantity; the bounds keep out what is no number, such as "nan"."""
Time: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**62)]


class WireKline(Struct, gc=False):
    open_time: Time = field(name="t")
    interval: Interval = field(name="i")
    open: Amount = field(name="o")
    high: Amount = field(name="h")
    low: Amount = field(name="l")
    close: Amount = field(name="c")
    volume: Amount = field(name="v")
    trades: Count = field(name="n")
    closed: bool = field(name="x")
    quote_volume: Amount = field(name="q", default=0.0)
    taker_buy_volume: Amount = field(name="V", default=0.0)


class WireKlineEvent(Struct, gc=False, tag="kline", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: str = field(name="s")
    kline: WireKline = field(name="k")


class WireTrade(Struct, gc=False, tag="trade", tag_field="e"):
    symbol: str = field(name="s")
    trade_id: Count = field(name="t")
    price: Amount = field(name="p")
    quantity: Amount = field(name="q")
    trade_time: Time = field(name="T")
    buyer_is_maker: bool = field(name="m")


class WireAggregateTrade(Struct, gc=False, tag="aggTrade", tag_field="e"):
    symbol: str = field(name="s")
    trade_id: Count = field(name="a")
    price: Amount = field(name="p")
    quantity: Amount = field(name="q")
    trade_time: Time = field(name="T")
    buyer_is_maker: bool = field(name="m")


class WireMiniTicker(Struct, gc=False, tag="24hrMiniTicker", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: str = field(name="s")
    close: Amount = field(name="c")
    open: Amount = field(name="o")
    high: Amount = field(name="h")
    low: Amount = field(name="l")
    volume: Amount = field(name="v")
    quote_volume: Amount = field(name="q")


class WireTicker(WireMiniTicker, gc=False, tag="24hrTicker", tag_field="e"):
    """The full statistics; what we use of them is what the small ones have."""


class WireBookTicker(Struct, gc=False):
    update_id: Count = field(name="u")
    symbol: str = field(name="s")
    bid: Amount = field(name="b")
    bid_quantity: Amount = field(name="B")
    ask: Amount = field(name="a")
    ask_quantity: Amount = field(name="A")
    event_time: Time = field(name="E", default=0)


WireEvent: TypeAlias = WireKlineEvent | WireTrade | WireAggregateTrade | WireMiniTicker | WireTicker


class WireEnvelope(Struct, gc=False):
    """A message of a combined connection."""

    data: WireEvent


class WireBookEnvelope(Struct, gc=False):
    data: WireBookTicker


class WireError(Struct):
    msg: str = ""
    code: int = 0


class WireOther(Struct):
    """Anything else: replies, errors in both shapes, wrapped payloads, kinds we do not use."""

    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: WireError | None = None
    code: int | None = None
    msg: str = ""
    data: msgspec.Raw = msgspec.Raw()
    kind: str = field(name="e", default="")
    asks: msgspec.Raw = msgspec.Raw()


class WireFilter(Struct):
    kind: str = field(name="filterType")
    tick_size: str = field(name="tickSize", default="0")
    step_size: str = field(name="stepSize", default="0")


class WireSymbol(Struct):
    symbol: str
    status: str = ""
    base: str = field(name="baseAsset", default="")
    quote: str = field(name="quoteAsset", default="")
    filters: list[WireFilter] = []


class WireExchangeInfo(Struct):
    symbols: list[WireSymbol]


class WireRestTicker(Struct):
    symbol: str
    last: Amount = field(name="lastPrice")
    open: Amount = field(name="openPrice")
    high: Amount = field(name="highPrice")
    low: Amount = field(name="lowPrice")
    volume: Amount
    quote_volume: Amount = field(name="quoteVolume")
    close_time: Time = field(name="closeTime")


class WireTime(Struct):
    server_time: Time = field(name="serverTime")


class WireRow(Struct, gc=False, array_like=True):
    """A candle by REST: a list of twelve, of which the last is not used; more may follow."""

    open_time: Time
    open: Amount
    high: Amount
    low: Amount
    close: Amount
    volume: Amount
    close_time: Time
    quote_volume: Amount
    trades: Count
    taker_buy_volume: Amount


class Binance(ExchangeProtocol):
    name: ClassVar[str] = "binance"
    rest_url: ClassVar[str] = "https://data-api.binance.vision"
    stream_url: ClassVar[str] = "wss://data-stream.binance.vision"
    heartbeat_stream: ClassVar[str] = "btcusdt@miniTicker"

    def __init__(self) -> None:
        self._event = msgspec.json.Decoder(WireEnvelope, strict=False)
        self._book = msgspec.json.Decoder(WireBookEnvelope, strict=False)
        self._raw_event = msgspec.json.Decoder(WireEvent, strict=False)
        self._raw_book = msgspec.json.Decoder(WireBookTicker, strict=False)
        self._tickers = msgspec.json.Decoder(list[WireEvent], strict=False)
        self._other = msgspec.json.Decoder(WireOther)

    # Streams.

    def stream_path(self) -> str:
        return "/stream"

    def stream_names(self, wanted: Subscriptions) -> list[str]:
        names = [f"{s.symbol.lower()}@kline_{s.interval.value}" for s in wanted.series]
        names += [f"{symbol.lower()}@miniTicker" for symbol in wanted.tickers]
        names += [f"{symbol.lower()}@aggTrade" for symbol in wanted.trades]
        names += [f"{symbol.lower()}@bookTicker" for symbol in wanted.quotes]
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

    def decode(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        """One typed pass for what comes all the time, a slower one for the rest."""
        # The stream's name comes first and says which pass: …@bookTicker has no tag to go by.
        at = message.find(b"@", 0, LONGEST_NAME)
        try:
            if at > 0 and message.startswith(b"bookTicker", at + 1):
                return (_quote(self._book.decode(message).data),)
            return (_event(self._event.decode(message).data),)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return self._decode_slowly(message)

    def _decode_slowly(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        try:
            return self._decode_other(message)
        except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
            excerpt = message[:EXCERPT].decode(errors="replace")
            raise DecodeError(f"{cause}: {excerpt}") from cause

    def _decode_other(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        if message.lstrip()[:1] == b"[":
            return [_event(one) for one in self._tickers.decode(message)]
        other = self._other.decode(message)
        if bytes(other.data):
            return self._decode_payload(bytes(other.data))
        return self._decode_bare(other, message)

    def _decode_payload(
        self, payload: bytes
    ) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        """What a combined connection wraps: a list of tickers, or a kind of its own."""
        if payload.lstrip()[:1] == b"[":
            return [_event(one) for one in self._tickers.decode(payload)]
        return self._decode_bare(self._other.decode(payload), payload)

    def _decode_bare(
        self, other: WireOther, message: bytes
    ) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        if other.error is not None:
            return (StreamReply(other.id, f"{other.error.msg} (code {other.error.code})"),)
        if other.code is not None:
            return (StreamReply(other.id, f"{other.msg} (code {other.code})"),)
        if bytes(other.result):
            return (StreamReply(other.id),)
        if other.kind == "serverShutdown":
            return (StreamsEnding(),)
        if other.kind in _DECODED:
            return (_event(self._raw_event.decode(message)),)
        if other.kind == "bookTicker" or (not other.kind and b'"u":' in message):
            return (_quote(self._raw_book.decode(message)),)
        if other.kind in _UNUSED or bytes(other.asks):
            return ()
        raise ValueError("neither an event nor a reply")

    # REST.

    def history_request(
        self, series: SeriesKey, start: UnixMs | None, end: UnixMs | None, limit: int
    ) -> HttpRequest:
        query: dict[str, str | int] = {
            "symbol": series.symbol,
            "interval": series.interval.value,
            "limit": limit,
        }
        if start is not None:
            query["startTime"] = start
        if end is not None:
            query["endTime"] = end
        return HttpRequest("/api/v3/klines", query, weight=2)

    def decode_history(self, body: bytes) -> list[tuple[Candle, UnixMs]]:
        rows = _decode(body, list[WireRow])
        return [(_candle(row), UnixMs(row.close_time)) for row in rows]

    def instruments_request(self, symbol: Symbol | None = None) -> HttpRequest:
        query = {"symbol": symbol} if symbol else {"showPermissionSets": "false"}
        return HttpRequest("/api/v3/exchangeInfo", query, weight=20)

    def decode_instruments(self, body: bytes) -> list[Instrument]:
        return [_instrument(wire) for wire in _decode(body, WireExchangeInfo).symbols]

    def tickers_request(self, symbols: Iterable[Symbol]) -> HttpRequest:
        wanted = sorted(symbols)
        weight = 2 if len(wanted) <= 20 else 40 if len(wanted) <= 100 else 80
        names = msgspec.json.encode(wanted).decode()
        return HttpRequest("/api/v3/ticker/24hr", {"symbols": names, "type": "MINI"}, weight)

    def decode_tickers(self, body: bytes) -> list[Ticker]:
        return [
            Ticker(
                Symbol(wire.symbol),
                wire.last,
                wire.open,
                wire.high,
                wire.low,
                wire.volume,
                wire.quote_volume,
                UnixMs(wire.close_time),
            )
            for wire in _decode(body, list[WireRestTicker])
        ]

    def time_request(self) -> HttpRequest:
        return HttpRequest("/api/v3/time")

    def decode_time(self, body: bytes) -> UnixMs:
        return UnixMs(_decode(body, WireTime).server_time)

    def decode_refusal(self, body: bytes) -> FeedError | None:
        try:
            said = _decode(body, WireError)
        except DecodeError:
            return None
        detail = f"{said.code}: {said.msg}"
        if said.code in UNKNOWN_SYMBOL:
            return UnknownSymbolError(detail)
        if said.code in PASSING_TROUBLE:
            return TransientFeedError(detail, user_message=f"The exchange says: {said.msg}")
        return FatalFeedError(detail, user_message=f"The exchange says: {said.msg}")


_DECODED = ("kline", "trade", "aggTrade", "24hrTicker", "24hrMiniTicker")
_UNUSED = (
    "depthUpdate",
    "avgPrice",
    "1hTicker",
    "4hTicker",
    "1dTicker",
    "blockTrade",
    "referencePrice",
    "markPriceUpdate",
    "forceOrder",
    "continuous_kline",
    "contractInfo",
    "compositeIndex",
    "assetIndexUpdate",
)
"""Kinds that exist and that nobody here asks for."""


def _control(method: str, names: Iterable[str], message_id: int) -> str:
    document = {"method": method, "params": list(names), "id": message_id}
    return msgspec.json.encode(document).decode()


def _decode(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as cause:
        excerpt = body[:EXCERPT].decode(errors="replace")
        raise DecodeError(f"{cause}: {excerpt}") from cause


def _event(wire: WireEvent) -> MarketEvent:
    match wire:
        case WireKlineEvent():
            return _candle_update(wire)
        case WireTrade() | WireAggregateTrade():
            return Trade(
                Symbol(wire.symbol),
                wire.trade_id,
                wire.price,
                wire.quantity,
                wire.buyer_is_maker,
                UnixMs(wire.trade_time),
            )
        case WireMiniTicker():
            return Ticker(
                Symbol(wire.symbol),
                wire.close,
                wire.open,
                wire.high,
                wire.low,
                wire.volume,
                wire.quote_volume,
                UnixMs(wire.event_time),
            )


def _candle_update(wire: WireKlineEvent) -> CandleUpdate:
    kline = wire.kline
    return CandleUpdate(
        Symbol(wire.symbol),
        kline.interval,
        _candle(kline),
        kline.closed,
        UnixMs(wire.event_time),
    )


def _candle(wire: WireKline | WireRow) -> Candle:
    return Candle(
        UnixMs(wire.open_time),
        wire.open,
        wire.high,
        wire.low,
        wire.close,
        wire.volume,
        wire.quote_volume,
        wire.trades,
        wire.taker_buy_volume,
    )


def _quote(wire: WireBookTicker) -> Quote:
    return Quote(
        Symbol(wire.symbol),
        wire.update_id,
        wire.bid,
        wire.bid_quantity,
        wire.ask,
        wire.ask_quantity,
        UnixMs(wire.event_time),
    )


def _instrument(wire: WireSymbol) -> Instrument:
    filters = {f.kind: f for f in wire.filters}
    tick = filters["PRICE_FILTER"].tick_size if "PRICE_FILTER" in filters else "0"
    step = filters["LOT_SIZE"].step_size if "LOT_SIZE" in filters else "0"
    tick_size, price_decimals = _step(tick)
    step_size, quantity_decimals = _step(step)
    return Instrument(
        Symbol(wire.symbol),
        wire.base,
        wire.quote,
        tick_size=tick_size,
        step_size=step_size,
        price_decimals=price_decimals,
        quantity_decimals=quantity_decimals,
        trading=wire.status == "TRADING",
    )


def _step(text: str) -> tuple[float, int]:
    """A smallest step and its digits after the point; "0.01000000" has two.

    Zero, or what is no number, switches the rule off.
    """
    try:
        step = Decimal(text)
    except InvalidOperation:
        return 0.0, DECIMALS_UNKNOWN
    if not step.is_finite() or step <= 0:
        return 0.0, DECIMALS_UNKNOWN
    return float(step), max(0, -int(step.normalize().as_tuple().exponent))
