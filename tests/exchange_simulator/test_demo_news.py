"""Tests of the demo's headlines."""

from __future__ import annotations

import calendar

import feedparser

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.demo_news import ITEMS, article, rss
from thebot_desktop.exchange_simulator.listings import listings

URL = "http://127.0.0.1:9"


def read(now: int, seed: int = 1) -> feedparser.FeedParserDict:
    feed = feedparser.parse(rss(listings(13), seed, now, URL))
    assert not feed.bozo
    return feed


def test_it_is_a_proper_feed_that_says_it_is_a_demo() -> None:
    """Every title and summary says so, every link leads to the server itself."""
    feed = read(NOON)
    assert ITEMS - 1 <= len(feed.entries) <= ITEMS
    for entry in feed.entries:
        assert entry.title.startswith("Demo: ")
        assert "demo" in entry.summary.lower()
        assert entry.link.startswith(URL)
        assert entry.tags[0].term.endswith("USDT")
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)


def test_headlines_come_every_seven_minutes_and_never_from_the_future() -> None:
    """Newest first, spread over the last hours."""
    times = [calendar.timegm(e.published_parsed) * 1000 for e in read(NOON).entries]
    assert times == sorted(times, reverse=True)
    assert NOON - 14 * 60_000 < times[0] <= NOON
    assert NOON - 5 * 3_600_000 < times[-1] < NOON - 4 * 3_600_000


def test_a_headline_stays_as_it_is() -> None:
    """An hour later the same items are there, newer ones above them."""
    before = {e.id: (e.title, e.published) for e in read(NOON).entries}
    after = {e.id: (e.title, e.published) for e in read(NOON + 3_600_000).entries}
    shared = before.keys() & after.keys()
    assert len(shared) > 20
    assert all(before[key] == after[key] for key in shared)
    assert len(after.keys() - before.keys()) >= 8


def test_the_tone_is_mixed() -> None:
    """Over a day there are good, bad and neutral ones about several symbols."""
    titles = {e.title for hour in range(24) for e in read(NOON + hour * 3_600_000).entries}
    text = " ".join(titles)
    assert all(word in text for word in ("climbs", "slides", "sideways", "Ethereum", "Bitcoin"))


def test_an_article_cannot_smuggle_markup() -> None:
    """What stands in the address is shown as text."""
    assert b"<script>" not in article(1, "<script>")
