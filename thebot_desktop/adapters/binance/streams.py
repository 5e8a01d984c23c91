"""StreamDecoder: messages of Binance's streams as market events.

Fields are declared in the order in which they are sent: the parser looks for the next one first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from thebot_desktop.adapters.binance.wire import (
    EXCERPT,
    Amount,
    Count,
    Levels,
    Name,
    Time,
    WireError,
)
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.market import (
    BookUpdate,
    Candle,
    CandleUpdate,
    Interval,
    MarketEvent,
    Quote,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.ports import StreamReply, StreamsEnding

Said: TypeAlias = MarketEvent | StreamReply | StreamsEnding

QUOTATION_MARK = ord('"')
DEEPEST = 2
"""An envelope around a list is as far as anything is wrapped."""


class WireKline(Struct, gc=False):
    open_time: Time = field(name="t")
    interval: Interval = field(name="i")
    open: Amount = field(name="o")
    close: Amount = field(name="c")
    high: Amount = field(name="h")
    low: Amount = field(name="l")
    volume: Amount = field(name="v")
    trades: Count = field(name="n")
    closed: bool = field(name="x")
    quote_volume: Amount = field(name="q", default=0.0)
    taker_buy_volume: Amount = field(name="V", default=0.0)


class WireKlineEvent(Struct, gc=False, tag="kline", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: Name = field(name="s")
    kline: WireKline = field(name="k")

    def event(self) -> CandleUpdate:
        kline = self.kline
        candle = Candle(
            kline.open_time,
            kline.open,
            kline.high,
            kline.low,
            kline.close,
            kline.volume,
            kline.quote_volume,
            kline.trades,
            kline.taker_buy_volume,
        )
        return CandleUpdate(self.symbol, kline.interval, candle, kline.closed, self.event_time)


class WireTrade(Struct, gc=False, tag="trade", tag_field="e"):
    symbol: Name = field(name="s")
    trade_id: Count = field(name="t")
    price: Amount = field(name="p")
    quantity: Amount = field(name="q")
    trade_time: Time = field(name="T")
    buyer_is_maker: bool = field(name="m")

    def event(self) -> Trade:
        return Trade(
            self.symbol,
            self.trade_id,
            self.price,
            self.quantity,
            self.buyer_is_maker,
            self.trade_time,
        )


class WireAggregateTrade(WireTrade, gc=False, tag="aggTrade", tag_field="e"):
    """All that one order took at one price; counted by itself."""

    trade_id: Count = field(name="a")
    first_id: int = field(name="f", default=0)
    last_id: int = field(name="l", default=0)

    def event(self) -> Trade:
        return Trade(
            self.symbol,
            self.trade_id,
            self.price,
            self.quantity,
            self.buyer_is_maker,
            self.trade_time,
            count=max(1, self.last_id - self.first_id + 1),
        )


class WireMiniTicker(Struct, gc=False, tag="24hrMiniTicker", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: Name = field(name="s")
    close: Amount = field(name="c")
    open: Amount = field(name="o")
    high: Amount = field(name="h")
    low: Amount = field(name="l")
    volume: Amount = field(name="v")
    quote_volume: Amount = field(name="q")

    def event(self) -> Ticker:
        return Ticker(
            self.symbol,
            self.close,
            self.open,
            self.high,
            self.low,
            self.volume,
            self.quote_volume,
            self.event_time,
        )


class WireTicker(WireMiniTicker, gc=False, tag="24hrTicker", tag_field="e"):
    """The full statistics; what we use of them is what the small ones have."""


class WireDepth(Struct, gc=False, tag="depthUpdate", tag_field="e"):
    event_time: Time = field(name="E")
    symbol: Name = field(name="s")
    first_id: Count = field(name="U")
    last_id: Count = field(name="u")
    bids: Levels = field(name="b")
    asks: Levels = field(name="a")
    previous_id: Count | None = field(name="pu", default=None)

    def event(self) -> BookUpdate:
        return BookUpdate(
            self.symbol,
            self.first_id,
            self.last_id,
            self.bids,
            self.asks,
            self.event_time,
            self.previous_id,
        )


class WireQuote(Struct, gc=False):
    update_id: Count = field(name="u")
    symbol: Name = field(name="s")
    bid: Amount = field(name="b")
    bid_quantity: Amount = field(name="B")
    ask: Amount = field(name="a")
    ask_quantity: Amount = field(name="A")
    event_time: Time = field(name="E", default=UnixMs(0))

    def event(self) -> Quote:
        return Quote(
            self.symbol,
            self.update_id,
            self.bid,
            self.bid_quantity,
            self.ask,
            self.ask_quantity,
            self.event_time,
        )


class WireFuturesQuote(WireQuote, gc=False, tag="bookTicker", tag_field="e"):
    """Those of futures say their kind, those of spot do not."""


WireEvent: TypeAlias = (
    WireKlineEvent
    | WireTrade
    | WireAggregateTrade
    | WireMiniTicker
    | WireTicker
    | WireDepth
    | WireFuturesQuote
)


class WireEnvelope(Struct, gc=False):
    """A message of a combined connection."""

    data: WireEvent


class WireQuoteEnvelope(Struct, gc=False):
    data: WireQuote


class WireOther(Struct):
    """Anything else: replies, errors in both shapes, wrapped payloads, kinds we do not use."""

    id: int | str | None = None
    result: msgspec.Raw = msgspec.Raw()
    error: WireError | None = None
    code: int | None = None
    msg: str = ""
    data: msgspec.Raw = msgspec.Raw()
    kind: str = field(name="e", default="")
    update_id: msgspec.Raw = field(name="u", default=msgspec.Raw())
    asks: msgspec.Raw = msgspec.Raw()


class StreamDecoder:
    """One typed pass for what comes all the time, a slower one for the rest."""

    def __init__(self) -> None:
        self._envelope = msgspec.json.Decoder(WireEnvelope, strict=False)
        self._quote_envelope = msgspec.json.Decoder(WireQuoteEnvelope, strict=False)
        self._event = msgspec.json.Decoder(WireEvent, strict=False)
        self._quote = msgspec.json.Decoder(WireQuote, strict=False)
        self._tickers = msgspec.json.Decoder(list[WireMiniTicker], strict=False)
        self._list = msgspec.json.Decoder(list[msgspec.Raw])
        self._other = msgspec.json.Decoder(WireOther)

    def decode(self, message: bytes) -> Iterable[Said]:
        """What ``message`` says; raises DecodeError when it makes no sense."""
        try:
            # Quotes of spot do not say their kind. They end with a number in quotation marks;
            # so do single tickers, which pay with a failed attempt, once a second each.
            if message[-3] == QUOTATION_MARK:
                return (self._quote_envelope.decode(message).data.event(),)
            return (self._envelope.decode(message).data.event(),)
        except (msgspec.MsgspecError, ValueError, RecursionError, IndexError):
            return self._decode_slowly(message)

    def _decode_slowly(self, message: bytes) -> list[Said]:
        try:
            return self._read(message, DEEPEST)
        except (msgspec.MsgspecError, ValueError, RecursionError) as cause:
            excerpt = ascii(message[:EXCERPT].decode(errors="replace"))
            raise DecodeError(f"{cause}: {excerpt}") from cause

    def _read(self, text: bytes, depth: int) -> list[Said]:
        """What ``text`` says, which may be wrapped, a list, or bare."""
        if text.lstrip()[:1] == b"[" and depth:
            return self._read_list(text, depth - 1)
        other = self._other.decode(text)
        payload = bytes(other.data)
        if payload and depth:
            return self._read(payload, depth - 1)
        return self._read_bare(other, text)

    def _read_list(self, text: bytes, depth: int) -> list[Said]:
        """The tickers of the whole exchange; or else things of other kinds, one by one."""
        try:
            return [wire.event() for wire in self._tickers.decode(text)]
        except msgspec.ValidationError:
            items = [bytes(one) for one in self._list.decode(text)]
            return [said for one in items for said in self._read(one, depth)]

    def _read_bare(self, other: WireOther, text: bytes) -> list[Said]:
        if other.kind in _DECODED:
            return [self._event.decode(text).event()]
        if other.kind in _UNUSED or bytes(other.asks):
            return []
        if other.kind == "serverShutdown":
            return [StreamsEnding()]
        if other.kind:
            raise ValueError(f"no kind of event is called {other.kind!r}")
        if bytes(other.update_id):
            return [self._quote.decode(text).event()]
        return [_reply(other)]


_DECODED = (
    "kline",
    "trade",
    "aggTrade",
    "24hrTicker",
    "24hrMiniTicker",
    "depthUpdate",
    "bookTicker",
)
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


def _reply(other: WireOther) -> StreamReply:
    if other.error is not None:
        return StreamReply(other.id, f"{other.error.msg} (code {other.error.code})")
    if other.code is not None:
        return StreamReply(other.id, f"{other.msg} (code {other.code})")
    if bytes(other.result):
        return StreamReply(other.id)
    raise ValueError("neither an event nor a reply")
