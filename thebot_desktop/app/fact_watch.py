"""FactWatch: notes now and then what conditions may ask for besides candles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from thebot_desktop.analysis.facts import FactBook, FactName
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.time import HOUR_MS, MINUTE_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.news.news_feed_manager import NewsFeedManager

NEWS_HOURS = 6
"""News of so many hours make the sentiment."""
_WEIGHTS = {Sentiment.POSITIVE: 1.0, Sentiment.NEUTRAL: 0.0, Sentiment.NEGATIVE: -1.0}


class FactWatch:
    """A chore that is done each second. Times are the exchange's, as those of candles are."""

    def __init__(
        self,
        book: FactBook,
        stream: DataStream,
        news: NewsFeedManager,
        instruments: InstrumentBook,
        symbols: Callable[[], Iterable[Symbol]],
        clock: Clock,
        world: WorldService | None = None,
    ) -> None:
        self._book = book
        self._world = world
        self._world_noted = UnixMs(0)
        self._stream = stream
        self._news = news
        self._instruments = instruments
        self._symbols = symbols
        self._clock = clock
        self._news_noted: dict[Symbol | None, UnixMs] = {}

    def note(self) -> None:
        """Spreads each time, what news come to once a minute."""
        now = self._stream.freshness.exchange_clock.at(self._clock.now())
        self._note_news(None, now)
        self._note_world(now)
        for symbol in dict.fromkeys(self._symbols()):
            self._book.put(FactName.SPREAD, symbol, now, self._spread(symbol))
            self._note_news(symbol, now)

    def _note_world(self, now: UnixMs) -> None:
        """What the calendar and the index say, once a minute; NaN where they say nothing."""
        if self._world is None or now < self._world_noted + MINUTE_MS:
            return
        self._world_noted = now
        minutes = self._world.calendar.minutes_to_next(now)
        mood = float(self._world.mood[-1].value) if self._world.mood else math.nan
        self._book.put(
            FactName.MINUTES_TO_EVENT, None, now, math.nan if minutes is None else minutes
        )
        self._book.put(FactName.FEAR_GREED, None, now, mood)

    def _spread(self, symbol: Symbol) -> float:
        """NaN while the best prices are not known, or no more."""
        quote = self._stream.board.row(symbol).quote
        fresh = self._stream.freshness.of_symbol(symbol, self._clock.now())
        if quote is None or fresh is None or fresh.word is FreshnessWord.STALE:
            return math.nan
        return spread_percent(quote.bid, quote.ask)

    def _note_news(self, symbol: Symbol | None, now: UnixMs) -> None:
        if now < self._news_noted.get(symbol, UnixMs(0)) + MINUTE_MS:
            return
        self._news_noted[symbol] = now
        name = FactName.MARKET_SENTIMENT if symbol is None else FactName.NEWS_SENTIMENT
        coin = None if symbol is None else self._instruments.of(symbol).base
        self._book.put(name, symbol, now, mean_sentiment(self._news.items(), coin, now))


def spread_percent(bid: float, ask: float) -> float:
    """In percent of the price between them; NaN where one of them is missing."""
    middle = (bid + ask) / 2
    return (ask - bid) / middle * 100 if bid > 0 and ask > 0 else math.nan


def mean_sentiment(items: Iterable[NewsItem], coin: str | None, now: UnixMs) -> float:
    """From -1 to 1, of recent ``items`` that name ``coin``, or of all; NaN where there are none."""
    since = now - NEWS_HOURS * HOUR_MS
    weights = [
        _WEIGHTS[item.sentiment]
        for item in items
        if since < item.published_at <= now and (coin is None or coin in item.symbols)
    ]
    return sum(weights) / len(weights) if weights else math.nan
