"""What the market layer needs from the outside, and what an exchange must offer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import ClassVar, Protocol

from msgspec import Struct

from thebot_desktop.domain.errors import FatalFeedError, FeedError
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


class Subscriptions(Struct, frozen=True):
    """What should be heard: candle series, and per-symbol streams."""

    series: frozenset[SeriesKey] = frozenset()
    tickers: frozenset[Symbol] = frozenset()
    trades: frozenset[Symbol] = frozenset()
    quotes: frozenset[Symbol] = frozenset()
    books: frozenset[Symbol] = frozenset()


class MarketFeed(Protocol):
    """A source of events in order: live, replayed or historical."""

    def events(self) -> AsyncIterator[MarketEvent]: ...

    def subscribe(self, wanted: Subscriptions) -> None:
        """From now on deliver exactly ``wanted``; opened series begin with their history."""
        ...

    async def aclose(self) -> None:
        """Let go of sockets and tasks; ``events`` ends."""
        ...


class HistorySource(Protocol):
    """Where past candles and facts about symbols come from. Raises FeedError kinds."""

    async def candles(
        self,
        series: SeriesKey,
        *,
        start: UnixMs | None = None,
        end: UnixMs | None = None,
        limit: int = 1000,
    ) -> list[Candle]:
        """Closed candles with ``start <= open_time <= end``, oldest first.

        With ``start`` the oldest ``limit`` of them, without it the newest.
        """
        ...

    async def instruments(self) -> Mapping[Symbol, Instrument]: ...

    async def tickers(self, symbols: Iterable[Symbol]) -> list[Ticker]: ...

    async def prices(self, symbols: Iterable[Symbol]) -> Mapping[Symbol, float]:
        """Last prices of those that the exchange knows: the fastest way to fill a list."""
        ...

    async def quotes(self, symbols: Iterable[Symbol]) -> list[Quote]:
        """Best bids and asks of those that the exchange knows; without number and time."""
        ...

    async def trades(self, symbol: Symbol, from_id: int, limit: int = 1000) -> list[Trade]:
        """Trades with ``trade_id >= from_id``, oldest first, numbered as on the stream."""
        ...

    async def book(self, symbol: Symbol, limit: int = 1000) -> BookSnapshot:
        """The order book, ``limit`` levels a side."""
        ...

    async def server_time(self) -> UnixMs: ...


class HttpRequest(Struct, frozen=True):
    """A GET, as an exchange wants it."""

    path: str
    query: Mapping[str, str | int] = {}
    weight: int = 1


class StreamReply(Struct, frozen=True):
    """The server's answer to one of our control messages; ``error`` None means done."""

    id: int | str | None
    error: str | None = None


class StreamsEnding(Struct, frozen=True):
    """The server is about to close the connection: time to open another one."""


class ExchangeProtocol(ABC):
    """One exchange's language, with no socket in it: bytes in, events out."""

    name: ClassVar[str]
    rest_url: ClassVar[str]
    stream_url: ClassVar[str]
    heartbeat_stream: ClassVar[str] = ""
    """A stream that is never silent for long, heard on every connection besides what is wanted:
    it tells a quiet market from a dead line. Empty if there is none."""
    intervals: ClassVar[frozenset[Interval]] = frozenset(Interval)
    """Those that it has candles of."""

    def require_interval(self, interval: Interval) -> None:
        """Raises FatalFeedError, with those that there are, for one that the exchange lacks."""
        if interval not in self.intervals:
            known = ", ".join(i.value for i in Interval if i in self.intervals)
            raise FatalFeedError(
                f"{self.name} has no {interval.value}",
                user_message=f"The exchange has no candles of {interval.value}; it has {known}.",
            )

    @abstractmethod
    def stream_path(self) -> str:
        """Path and query of a combined connection, to which streams are added later."""

    @abstractmethod
    def stream_names(self, wanted: Subscriptions) -> list[str]:
        """The exchange's names of the streams in ``wanted``, sorted."""

    @abstractmethod
    def subscribe_message(self, names: Iterable[str], message_id: int) -> str: ...

    @abstractmethod
    def unsubscribe_message(self, names: Iterable[str], message_id: int) -> str: ...

    @abstractmethod
    def decode(self, message: bytes) -> Iterable[MarketEvent | StreamReply | StreamsEnding]:
        """What ``message`` says; raises DecodeError when it makes no sense."""

    @abstractmethod
    def series_of(self, names: Iterable[str]) -> list[SeriesKey]:
        """The candle series among stream names, for recordings that start with their URL."""

    @abstractmethod
    def symbols_of(self, names: Iterable[str]) -> list[Symbol]:
        """The symbols among stream names, each once, in the order they appear."""

    @abstractmethod
    def history_request(
        self,
        series: SeriesKey,
        start: UnixMs | None,
        end: UnixMs | None,
        limit: int,
        *,
        for_display: bool = False,
    ) -> HttpRequest:
        """Candles as the stream tells them; ``for_display`` as the exchange's own pages show
        them, where it makes a difference."""

    @abstractmethod
    def decode_history(self, body: bytes) -> list[tuple[Candle, UnixMs]]:
        """Candles with their close times, oldest first; the last may still be forming."""

    @abstractmethod
    def instruments_request(self, symbol: Symbol | None = None) -> HttpRequest: ...

    @abstractmethod
    def decode_instruments(self, body: bytes) -> list[Instrument]: ...

    def decode_weight_limit(self, body: bytes) -> int | None:
        """The weight allowed in a minute, if the answer with the instruments says it."""
        return None

    @abstractmethod
    def tickers_request(self, symbols: Iterable[Symbol]) -> HttpRequest:
        """Without a symbol those of the whole exchange are asked for; so below."""

    @abstractmethod
    def decode_tickers(self, body: bytes) -> list[Ticker]: ...

    @abstractmethod
    def prices_request(self, symbols: Iterable[Symbol]) -> HttpRequest: ...

    @abstractmethod
    def decode_prices(self, body: bytes) -> dict[Symbol, float]: ...

    @abstractmethod
    def quotes_request(self, symbols: Iterable[Symbol]) -> HttpRequest: ...

    @abstractmethod
    def decode_quotes(self, body: bytes) -> list[Quote]: ...

    @abstractmethod
    def trades_request(self, symbol: Symbol, from_id: int, limit: int) -> HttpRequest: ...

    @abstractmethod
    def decode_trades(self, symbol: Symbol, body: bytes) -> list[Trade]: ...

    @abstractmethod
    def book_request(self, symbol: Symbol, limit: int) -> HttpRequest: ...

    @abstractmethod
    def decode_book(self, symbol: Symbol, body: bytes) -> BookSnapshot: ...

    @abstractmethod
    def ping_request(self) -> HttpRequest:
        """The cheapest question there is; any answer will do."""

    @abstractmethod
    def time_request(self) -> HttpRequest: ...

    @abstractmethod
    def decode_time(self, body: bytes) -> UnixMs: ...

    @abstractmethod
    def decode_refusal(self, body: bytes) -> FeedError | None:
        """What a refused request's body says, None when it says nothing we know."""
