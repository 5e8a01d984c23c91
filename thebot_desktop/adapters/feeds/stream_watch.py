"""StreamWatch: judges each stream by the age of what it brought, not by its socket's state."""

from __future__ import annotations

import logging
from asyncio import sleep
from collections.abc import Awaitable, Callable, Hashable, Iterable
from time import monotonic
from typing import TypeVar

from msgspec import Struct

from thebot_desktop.domain.errors import FeedError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.ports import ExchangeProtocol, HistorySource, Subscriptions

log = logging.getLogger(__name__)

Key = TypeVar("Key", bound=Hashable)

LONGEST_PAUSE_SECONDS = 600.0
"""A stream of a symbol that nobody trades is looked at again after so long."""
ON_THE_WAY_SECONDS = 3.0
"""What a trade brings may still be coming; tickers come once a second."""


class Watched(Struct):
    """One stream. Whoever hears it sets ``heard_at``, by the monotonic clock."""

    name: str
    symbol: Symbol
    heard_at: float
    tries: int = 0
    next_at: float = 0.0


class StreamWatch:
    """A stream that has brought nothing for a heartbeat is asked for anew.

    If it stays silent although its symbol trades, its connection is replaced. A symbol that
    nobody trades is left alone: it is asked for ever more seldom.
    """

    def __init__(
        self,
        exchange: ExchangeProtocol,
        history: HistorySource,
        clock: Clock,
        *,
        heartbeat: float,
        resubscribe: Callable[[Iterable[str]], set[str]],
        replace: Callable[[str, Iterable[str]], None],
        spawn: Callable[[Awaitable[None]], object],
    ) -> None:
        self._exchange = exchange
        self._history = history
        self._clock = clock
        self._heartbeat = heartbeat
        self._resubscribe = resubscribe
        self._replace = replace
        self._spawn = spawn
        self._is_asking = False
        self.candles: dict[SeriesKey, Watched] = {}
        self.tickers: dict[Symbol, Watched] = {}
        self.trades: dict[Symbol, Watched] = {}
        self.quotes: dict[Symbol, Watched] = {}
        self.books: dict[Symbol, Watched] = {}
        self.resubscriptions = 0

    def follow(self, wanted: Subscriptions) -> None:
        """From now on watch exactly the streams of ``wanted``."""
        self._follow(self.candles, wanted.series, lambda s: Subscriptions(series=frozenset({s})))
        self._follow(self.tickers, wanted.tickers, lambda s: Subscriptions(tickers=frozenset({s})))
        self._follow(self.trades, wanted.trades, lambda s: Subscriptions(trades=frozenset({s})))
        self._follow(self.quotes, wanted.quotes, lambda s: Subscriptions(quotes=frozenset({s})))
        self._follow(self.books, wanted.books, lambda s: Subscriptions(books=frozenset({s})))

    def restart(self) -> None:
        """All streams have just been subscribed on a new connection: their silence begins now."""
        now = monotonic()
        for stream in self._streams():
            stream.heard_at, stream.tries = now, 0

    def check(self) -> None:
        """Look for silent streams; once a second is enough."""
        now = monotonic()
        silent = []
        for stream in self._streams():
            if now - stream.heard_at <= self._heartbeat:
                stream.tries = 0
            elif stream.tries == 0 or now >= stream.next_at:
                silent.append(stream)
        self._ask_anew([stream for stream in silent if stream.tries == 0], now)
        stubborn = [stream for stream in silent if stream.tries > 0]
        if stubborn and not self._is_asking:
            self._is_asking = True
            self._spawn(self._judge(stubborn))

    def _ask_anew(self, streams: list[Watched], now: float) -> None:
        if not streams:
            return
        asked = self._resubscribe(stream.name for stream in streams)
        self.resubscriptions += len(asked)
        log.info("%d silent streams are asked for anew", len(asked))
        for stream in streams:
            stream.tries, stream.next_at = 1, now + self._heartbeat

    async def _judge(self, streams: list[Watched]) -> None:
        """Replace the connections of silent streams whose symbol trades all the same."""
        heard = [stream.heard_at for stream in streams]
        try:
            starved = [stream for stream in streams if await self._is_starved(stream)]
            if starved:
                await sleep(ON_THE_WAY_SECONDS)
        finally:
            self._is_asking = False
        came = {s.name for s, at in zip(streams, heard, strict=True) if s.heard_at != at}
        starved = [stream for stream in starved if stream.name not in came]
        if starved:
            names = [stream.name for stream in starved]
            log.warning("silent although there is trade: %s", ", ".join(names))
            self._replace("A stream has stopped although there is trade.", names)
        for stream in streams:
            pause = min(self._heartbeat * 2**stream.tries, LONGEST_PAUSE_SECONDS)
            stream.next_at = monotonic() + pause
            stream.tries += 1

    async def _is_starved(self, stream: Watched) -> bool:
        """Whether the symbol traded since the stream was heard last."""
        if self._has_traded_lately(stream):
            return True
        since = UnixMs(self._clock.now() - int((monotonic() - stream.heard_at) * 1000))
        minutes = SeriesKey(stream.symbol, Interval.M1)
        start = Interval.M1.next_open(Interval.M1.open_of(since))
        try:
            rows = await self._history.candles(minutes, start=start, limit=10)
        except FeedError as error:
            log.info("%s: whether there is trade is not known: %s", stream.symbol, error)
            return False
        return any(row.trades > 0 for row in rows)

    def _has_traded_lately(self, stream: Watched) -> bool:
        """Whether another stream of the symbol that tells of trades went on without this one."""
        others = [self.trades.get(stream.symbol)]
        others += [w for series, w in self.candles.items() if series.symbol == stream.symbol]
        later_than = stream.heard_at + self._heartbeat
        return any(other is not None and other.heard_at > later_than for other in others)

    def _follow(
        self,
        watched: dict[Key, Watched],
        wanted: frozenset[Key],
        alone: Callable[[Key], Subscriptions],
    ) -> None:
        for key in watched.keys() - wanted:
            del watched[key]
        now = monotonic()
        for key in wanted - watched.keys():
            name = self._exchange.stream_names(alone(key))[0]
            symbol = key.symbol if isinstance(key, SeriesKey) else Symbol(str(key))
            watched[key] = Watched(name, symbol, now)

    def _streams(self) -> Iterable[Watched]:
        for watched in (self.candles, self.tickers, self.trades, self.quotes, self.books):
            yield from watched.values()
