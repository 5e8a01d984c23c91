"""Promises that every news source keeps, asked of each that is found."""

from __future__ import annotations

import re

import pytest

from thebot_desktop.adapters import news
from thebot_desktop.adapters.feed_links import clean_link
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.ports import NewsSource

SOURCES = discover(news, NewsSource)
NOW = UnixMs(1_766_400_000_000)
PAGE = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>News</title><link>https://news.test</link>
<item>
 <title><![CDATA[Bitcoin &amp; Ether <em>rise</em>]]></title>
 <link>https://news.test/markets/rise?utm_source=rss&amp;utm_medium=rss</link>
 <guid isPermaLink="false">d3adb33f</guid>
 <dc:creator>A. Writer</dc:creator>
 <pubDate>Mon, 22 Dec 2025 09:00:00 +0000</pubDate>
 <media:content url="https://news.test/p.jpg" medium="image"/>
 <description><![CDATA[<p class="x"><img src="https://news.test/p.jpg"></p>Up 3%.]]></description>
 <content:encoded><![CDATA[<p>The whole article.</p><script>track()</script>]]></content:encoded>
</item></channel></rss>"""


@pytest.fixture(params=sorted(SOURCES))
def source(request) -> NewsSource:
    return SOURCES[request.param]()


def test_the_four_sites_and_the_default_are_there():
    """What is switched on by default can be found."""
    assert set(SOURCES) >= {"bitcoin_magazine", "coindesk", "cointelegraph", "decrypt"}
    assert set(NewsConfig().sources) <= set(SOURCES)


def test_names_are_those_of_the_files_and_titles_are_different():
    """Settings name the file; people tell sources apart by their titles."""
    made = {name: kind() for name, kind in SOURCES.items()}
    assert {name: s.name for name, s in made.items()} == {name: name for name in made}
    assert len({s.title for s in made.values()}) == len(made)


def test_a_source_says_what_it_is(source):
    """A name for files, a title for people, an address that is encrypted and clean."""
    assert re.fullmatch(r"[a-z][a-z0-9_]*", source.name)
    assert source.title.strip() == source.title != ""
    url = source.request().url
    assert url.startswith("https://")
    assert clean_link(url) == url


def test_a_page_becomes_plain_items(source):
    """Items bear the source's name, plain text, a clean link and the right time."""
    (item,) = source.parse(PAGE, NOW)
    assert isinstance(item, NewsItem)
    assert item.source == source.name
    assert item.title == "Bitcoin & Ether rise"
    assert item.summary == "Up 3%."
    assert item.link == "https://news.test/markets/rise"
    assert item.published_at == 1_766_394_000_000


def test_the_same_page_gives_the_same_items(source):
    """Whenever it is read."""
    assert list(source.parse(PAGE, NOW)) == list(source.parse(PAGE, UnixMs(NOW + 1)))


@pytest.mark.parametrize("body", [b"", b"<html><body>blocked</body></html>", b"\xff\x00" * 50])
def test_another_page_is_a_decode_error(source, body):
    """And nothing else."""
    with pytest.raises(DecodeError):
        list(source.parse(body, NOW))
