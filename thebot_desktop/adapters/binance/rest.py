"""What is asked of Binance by REST, and what its answers say."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import msgspec
from msgspec import Struct, field

from thebot_desktop.adapters.binance.wire import (
    Amount,
    Count,
    Levels,
    Name,
    Time,
    WireError,
    decode_body,
)
from thebot_desktop.domain.errors import (
    DecodeError,
    FatalFeedError,
    FeedError,
    TransientFeedError,
    UnknownSymbolError,
)
from thebot_desktop.domain.market import (
    BookSnapshot,
    Candle,
    Instrument,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import HttpRequest

UNKNOWN_SYMBOL = (-1121, -1100)
PASSING_TROUBLE = (-1000, -1001, -1003, -1006, -1007, -1008, -1016)
DECIMALS_UNKNOWN = 8
BOOK_WEIGHTS = ((100, 5), (500, 25), (1000, 50), (5000, 250))
"""What a book of so many levels costs at most."""


class WireFilter(Struct):
    kind: str = field(name="filterType")
    tick_size: str = field(name="tickSize", default="0")
    step_size: str = field(name="stepSize", default="0")


class WireSymbol(Struct):
    symbol: Name
    status: str = ""
    base: str = field(name="baseAsset", default="")
    quote: str = field(name="quoteAsset", default="")
    filters: list[WireFilter] = []


class WireExchangeInfo(Struct):
    symbols: list[WireSymbol]


class WireRateLimit(Struct):
    kind: str = field(name="rateLimitType")
    interval: str
    count: int = field(name="intervalNum")
    limit: int


class WireRateLimits(Struct):
    limits: list[WireRateLimit] = field(name="rateLimits", default_factory=list)


class WireRestTicker(Struct):
    symbol: Name
    last: Amount = field(name="lastPrice")
    open: Amount = field(name="openPrice")
    high: Amount = field(name="highPrice")
    low: Amount = field(name="lowPrice")
    volume: Amount
    quote_volume: Amount = field(name="quoteVolume")
    close_time: Time = field(name="closeTime")


class WirePrice(Struct, gc=False):
    symbol: Name
    price: Amount


class WireRestQuote(Struct, gc=False):
    symbol: Name
    bid: Amount = field(name="bidPrice")
    bid_quantity: Amount = field(name="bidQty")
    ask: Amount = field(name="askPrice")
    ask_quantity: Amount = field(name="askQty")


class WireAggregate(Struct, gc=False):
    trade_id: Count = field(name="a")
    price: Amount = field(name="p")
    quantity: Amount = field(name="q")
    trade_time: Time = field(name="T")
    buyer_is_maker: bool = field(name="m")
    first_id: int = field(name="f", default=0)
    last_id: int = field(name="l", default=0)


class WireBook(Struct):
    last_id: Count = field(name="lastUpdateId")
    bids: Levels
    asks: Levels
    event_time: Time = field(name="E", default=UnixMs(0))


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


def history_request(
    series: SeriesKey,
    start: UnixMs | None,
    end: UnixMs | None,
    limit: int,
    *,
    for_display: bool = False,
) -> HttpRequest:
    """Candles as the stream tells them; ``for_display`` as the exchange's own pages show them."""
    query: dict[str, str | int] = {
        "symbol": series.symbol,
        "interval": series.interval.value,
        "limit": limit,
    }
    if start is not None:
        query["startTime"] = start
    if end is not None:
        query["endTime"] = end
    path = "/api/v3/uiKlines" if for_display else "/api/v3/klines"
    return HttpRequest(path, query, weight=2)


def decode_history(body: bytes) -> list[tuple[Candle, UnixMs]]:
    rows = decode_body(body, list[WireRow])
    return [(_candle(row), row.close_time) for row in rows]


def instruments_request(symbol: Symbol | None = None) -> HttpRequest:
    query = {"symbol": symbol} if symbol else {"showPermissionSets": "false"}
    return HttpRequest("/api/v3/exchangeInfo", query, weight=20)


def decode_instruments(body: bytes) -> list[Instrument]:
    return [_instrument(wire) for wire in decode_body(body, WireExchangeInfo).symbols]


def decode_weight_limit(body: bytes) -> int | None:
    """The weight allowed in a minute, as it stands beside the instruments."""
    for rule in decode_body(body, WireRateLimits).limits:
        if (rule.kind, rule.interval, rule.count) == ("REQUEST_WEIGHT", "MINUTE", 1):
            return rule.limit if rule.limit > 0 else None
    return None


def tickers_request(symbols: Iterable[Symbol]) -> HttpRequest:
    """Without a symbol those of the whole exchange are asked for."""
    names = _names(symbols)
    count = len(names)
    weight = 2 if 0 < count <= 20 else 40 if 0 < count <= 100 else 80
    query = _named(names) | {"type": "MINI"}
    return HttpRequest("/api/v3/ticker/24hr", query, weight)


def prices_request(symbols: Iterable[Symbol]) -> HttpRequest:
    """Without a symbol those of the whole exchange are asked for."""
    return HttpRequest("/api/v3/ticker/price", _named(_names(symbols)), weight=4)


def decode_prices(body: bytes) -> dict[Symbol, float]:
    return {wire.symbol: wire.price for wire in decode_body(body, list[WirePrice])}


def quotes_request(symbols: Iterable[Symbol]) -> HttpRequest:
    """Without a symbol those of the whole exchange are asked for."""
    return HttpRequest("/api/v3/ticker/bookTicker", _named(_names(symbols)), weight=4)


def decode_quotes(body: bytes) -> list[Quote]:
    """They say neither their number nor their time."""
    return [
        Quote(wire.symbol, 0, wire.bid, wire.bid_quantity, wire.ask, wire.ask_quantity)
        for wire in decode_body(body, list[WireRestQuote])
    ]


def decode_tickers(body: bytes) -> list[Ticker]:
    return [
        Ticker(
            wire.symbol,
            wire.last,
            wire.open,
            wire.high,
            wire.low,
            wire.volume,
            wire.quote_volume,
            wire.close_time,
        )
        for wire in decode_body(body, list[WireRestTicker])
    ]


def trades_request(symbol: Symbol, from_id: int, limit: int) -> HttpRequest:
    """Aggregate trades, which is what the stream of trades brings too."""
    query: dict[str, str | int] = {"symbol": symbol, "fromId": from_id, "limit": limit}
    return HttpRequest("/api/v3/aggTrades", query, weight=4)


def decode_trades(symbol: Symbol, body: bytes) -> list[Trade]:
    return [
        Trade(
            symbol,
            wire.trade_id,
            wire.price,
            wire.quantity,
            wire.buyer_is_maker,
            wire.trade_time,
            count=max(1, wire.last_id - wire.first_id + 1),
        )
        for wire in decode_body(body, list[WireAggregate])
    ]


def book_request(symbol: Symbol, limit: int) -> HttpRequest:
    weight = next((cost for most, cost in BOOK_WEIGHTS if limit <= most), BOOK_WEIGHTS[-1][1])
    return HttpRequest("/api/v3/depth", {"symbol": symbol, "limit": limit}, weight)


def decode_book(symbol: Symbol, body: bytes) -> BookSnapshot:
    wire = decode_body(body, WireBook)
    return BookSnapshot(symbol, wire.last_id, wire.bids, wire.asks, wire.event_time)


def ping_request() -> HttpRequest:
    return HttpRequest("/api/v3/ping")


def time_request() -> HttpRequest:
    return HttpRequest("/api/v3/time")


def decode_time(body: bytes) -> UnixMs:
    return decode_body(body, WireTime).server_time


def decode_refusal(body: bytes) -> FeedError | None:
    try:
        said = decode_body(body, WireError)
    except DecodeError:
        return None
    detail = f"{said.code}: {said.msg}"
    if said.code in UNKNOWN_SYMBOL:
        return UnknownSymbolError(detail)
    if said.code in PASSING_TROUBLE:
        return TransientFeedError(detail, user_message=f"The exchange says: {said.msg}")
    return FatalFeedError(detail, user_message=f"The exchange says: {said.msg}")


def _names(symbols: Iterable[Symbol]) -> list[Symbol]:
    return sorted(set(symbols))


def _named(symbols: list[Symbol]) -> dict[str, str | int]:
    return {"symbols": msgspec.json.encode(symbols).decode()} if symbols else {}


def _candle(wire: WireRow) -> Candle:
    return Candle(
        wire.open_time,
        wire.open,
        wire.high,
        wire.low,
        wire.close,
        wire.volume,
        wire.quote_volume,
        wire.trades,
        wire.taker_buy_volume,
    )


def _instrument(wire: WireSymbol) -> Instrument:
    filters = {f.kind: f for f in wire.filters}
    tick = filters["PRICE_FILTER"].tick_size if "PRICE_FILTER" in filters else "0"
    step = filters["LOT_SIZE"].step_size if "LOT_SIZE" in filters else "0"
    tick_size, price_decimals = _step(tick)
    step_size, quantity_decimals = _step(step)
    return Instrument(
        wire.symbol,
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
