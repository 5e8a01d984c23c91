"""What is noted of spreads and news."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.fakes import Core
from thebot_desktop.analysis.facts import FactBook, FactName
from thebot_desktop.app.fact_watch import FactWatch, mean_sentiment, spread_percent
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, Quote, Symbol
from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.time import HOUR_MS, UnixMs
from thebot_desktop.market.exchange_clock import ClockSample
from thebot_desktop.news.news_feed_manager import NewsFeedManager

BTC = Symbol("BTCUSDT")
NOW = 100 * HOUR_MS


class Watched:
    """A watch over fakes, at a time of its own."""

    def __init__(self) -> None:
        self.core = Core()
        self.core.clock.advance_to(NOW)
        self.book = FactBook()
        self.news = NewsFeedManager()
        instruments = InstrumentBook()
        instruments.name_all([BTC, "ETHUSDT"], "Test")
        self.watch = FactWatch(
            self.book,
            self.core.stream,
            self.news,
            instruments,
            lambda: [BTC, BTC],
            self.core.clock,
        )
        self.apply(ConnectionChange(ConnectionState.LIVE, "", UnixMs(NOW)))

    def apply(self, event):
        self.core.stream.apply(event)

    def quote(self, number, bid, ask, at=NOW):
        self.apply(Quote(BTC, number, bid, 1.0, ask, 1.0, UnixMs(at)))

    def known(self, name, symbol, at=NOW):
        return float(self.book.as_of(name, symbol, np.array([at]))[0])


def item(number, sentiment, *coins, at=NOW - HOUR_MS):
    words = {
        Sentiment.POSITIVE: "surges to a record high",
        Sentiment.NEGATIVE: "crashes after hack",
        Sentiment.NEUTRAL: "holds a meeting",
    }
    title = f"{' '.join(coins) or 'Somebody'} {words[sentiment]} {number}"
    return NewsItem(str(number), "test", title, "", UnixMs(at), "", coins, sentiment)


def test_the_spread_is_in_percent_of_the_price_in_the_middle():
    """Not known where nobody buys or sells."""
    assert spread_percent(99.0, 101.0) == pytest.approx(2.0)
    assert math.isnan(spread_percent(0.0, 101.0))
    assert math.isnan(spread_percent(99.0, 0.0))


def test_the_spread_of_what_is_open_is_noted():
    """As it is now; what is too old to rely on is not known."""
    watched = Watched()
    watched.watch.note()
    assert math.isnan(watched.known(FactName.SPREAD, BTC))
    watched.quote(1, 99.0, 101.0)
    watched.core.clock.advance_to(NOW + 1000)
    watched.watch.note()
    assert watched.known(FactName.SPREAD, BTC, NOW + 1000) == pytest.approx(2.0)
    watched.core.clock.advance_to(NOW + 60_000)
    watched.watch.note()
    assert math.isnan(watched.known(FactName.SPREAD, BTC, NOW + 60_000))
    assert watched.known(FactName.SPREAD, BTC, NOW + 59_999) == pytest.approx(2.0)


def test_times_are_the_exchange_s_as_those_of_candles_are():
    """A clock that is wrong makes nothing known too early or too late."""
    watched = Watched()
    watched.core.stream.freshness.exchange_clock.take([ClockSample(5000, 1)])
    watched.quote(1, 99.0, 101.0, NOW + 5000)
    watched.watch.note()
    assert math.isnan(watched.known(FactName.SPREAD, BTC, NOW + 4999))
    assert watched.known(FactName.SPREAD, BTC, NOW + 5000) == pytest.approx(2.0)


def test_sentiment_is_the_mean_of_recent_news():
    """Of those that name the coin, or of all; without any it is not known."""
    good, bad, so_so = Sentiment.POSITIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL
    items = [
        item(1, good, "BTC"),
        item(2, so_so, "BTC", "ETH"),
        item(3, bad, "ETH"),
        item(4, bad),
        item(5, bad, "BTC", at=NOW - 7 * HOUR_MS),
        item(6, bad, "BTC", at=NOW + 1),
    ]
    assert mean_sentiment(items, "BTC", UnixMs(NOW)) == 0.5
    assert mean_sentiment(items, "ETH", UnixMs(NOW)) == -0.5
    assert mean_sentiment(items, None, UnixMs(NOW)) == -0.25
    assert math.isnan(mean_sentiment(items, "SOL", UnixMs(NOW)))


def test_news_are_noted_for_each_symbol_and_for_all_of_them():
    """Once a minute."""
    watched = Watched()
    watched.news.add([item(1, Sentiment.POSITIVE, "BTC"), item(2, Sentiment.NEGATIVE, "ETH")])
    watched.watch.note()
    assert watched.known(FactName.NEWS_SENTIMENT, BTC) == 1.0
    assert watched.known(FactName.MARKET_SENTIMENT, None) == 0.0
    watched.news.add([item(3, Sentiment.NEGATIVE, "BTC")])
    watched.core.clock.advance_to(NOW + 59_000)
    watched.watch.note()
    assert watched.known(FactName.NEWS_SENTIMENT, BTC, NOW + 59_000) == 1.0
    watched.core.clock.advance_to(NOW + 60_000)
    watched.watch.note()
    assert watched.known(FactName.NEWS_SENTIMENT, BTC, NOW + 60_000) == 0.0
