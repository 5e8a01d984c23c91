"""StreamDecoder: messages of Binance's streams as market events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from thebot_desktop.adapters.binance.wire import EXCERPT, Amount, Count, Time, WireError
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.market import (
    BookUpdate,
    Candle,
    CandleUpdate,
    Interval,
    MarketEvent,
    Quote,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import StreamReply, StreamsEnding

LONGEST_NAME = 64


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


class WireDepth(Struct, gc=False, tag="depthUpdate", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: str = field(name="s")
    first_id: Count = field(name="U")
    last_id: Count = field(name="u")
    bids: tuple[tuple[Amount, Amount], ...] = field(name="b")
    asks: tuple[tuple[Amount, Amount], ...] = field(name="a")
    previous_id: Count | None = field(name="pu", default=None)


WireEvent: TypeAlias = (
    WireKlineEvent | WireTrade | WireAggregateTrade | WireMiniTicker | WireTicker | WireDepth
)


class WireEnvelope(Struct, gc=False):
    """A message of a combined connection."""

    data: WireEvent


class WireBookEnvelope(Struct, gc=False):
    data: WireBookTicker


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


class StreamDecoder:
    """One typed pass for what comes all the time, a slower one for the rest."""

    def __init__(self) -> None:
        self._event = msgspec.json.Decoder(WireEnvelope, strict=False)
        self._book = msgspec.json.Decoder(WireBookEnvelope, strict=False)
        self._raw_event = msgspec.json.Decoder(WireEvent, strict=False)
        self._raw_book = msgspec.json.Decoder(WireBookTicker, strict=False)
        self._tickers = msgspec.json.Decoder(list[WireEvent], strict=False)
        self._other = msgspec.json.Decoder(WireOther)

    def decode(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        """What ``message`` says; raises DecodeError when it makes no sense."""
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


_DECODED = ("kline", "trade", "aggTrade", "24hrTicker", "24hrMiniTicker", "depthUpdate")
_UNUSED = (
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
        case WireDepth():
            return _book_update(wire)


def _book_update(wire: WireDepth) -> BookUpdate:
    return BookUpdate(
        Symbol(wire.symbol),
        wire.first_id,
        wire.last_id,
        wire.bids,
        wire.asks,
        UnixMs(wire.event_time),
        wire.previous_id,
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


def _candle(wire: WireKline) -> Candle:
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
