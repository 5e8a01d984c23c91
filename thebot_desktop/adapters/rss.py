"""RSS and Atom → NewsItems: the parser that all news sources share, and the source it makes.

feedparser does the reading: it forgives what real sites send. It is imported when the first feed
arrives, because that takes longer than most of what happens at start.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from thebot_desktop.adapters.feed_dates import as_utc_ms, published_at
from thebot_desktop.adapters.feed_links import clean_link
from thebot_desktop.adapters.feed_text import plain_text, shortened
from thebot_desktop.domain.errors import DecodeError
from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.news.ports import NewsRequest, NewsSource

BODY_LIMIT = 2_000_000
"""Bytes; ten times the longest feed of a news site."""

ITEM_LIMIT = 300
TITLE_LENGTH = 300
SUMMARY_LENGTH = 600
TITLE_FROM_SUMMARY_LENGTH = 120

NOT_A_FEED = "This page is not a news feed."
TOO_BIG = "The news feed is too big."


class RssPage(NewsSource):
    """A source whose news is one RSS or Atom document; a file of ``adapters.news`` says which."""

    url: str

    def request(self) -> NewsRequest:
        return NewsRequest(self.url)

    def parse(self, body: bytes, received_at: UnixMs) -> list[NewsItem]:
        return parse_feed(body, source=self.name, url=self.url, received_at=received_at)


class RssSource(RssPage):
    """An RSS document that is not known beforehand: a person's own, or the demo market's."""

    def __init__(self, name: str, title: str, url: str) -> None:
        self.name = name
        self.title = title
        self.url = url


def parse_feed(body: bytes, *, source: str, url: str, received_at: UnixMs) -> list[NewsItem]:
    """The items in ``body``, in its order, each once. Raises DecodeError if it is no feed."""
    items: dict[str, NewsItem] = {}
    for entry in _entries(body):
        item = _item(entry, source, url, received_at)
        if item is not None:
            items.setdefault(item.id, item)
    return list(items.values())


def _entries(body: bytes) -> Iterator[Mapping[str, Any]]:
    if len(body) > BODY_LIMIT:
        raise DecodeError(f"{len(body)} bytes", user_message=TOO_BIG)
    import feedparser

    try:
        # As a stream: feedparser would take a bare string for an address or a file name.
        # Markup is taken out by us, so it need not be tidied.
        feed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as cause:  # what it raises on broken encodings is not written down
        raise DecodeError(repr(cause), user_message=NOT_A_FEED) from cause
    if not feed.get("version"):
        detail = f"no feed in {len(body)} bytes beginning with {body[:60]!r}"
        raise DecodeError(detail, user_message=NOT_A_FEED)
    # Plain dicts: feedparser's own answer some missing keys with others, and a warning.
    return map(dict, islice(feed.entries, ITEM_LIMIT))


def _item(entry: Mapping[str, Any], source: str, url: str, received_at: UnixMs) -> NewsItem | None:
    """One entry; None when it says nothing."""
    summary = plain_text(_text(entry, "summary") or _content(entry), SUMMARY_LENGTH)
    title = plain_text(_text(entry, "title"), TITLE_LENGTH)
    title = title or shortened(summary, TITLE_FROM_SUMMARY_LENGTH)
    if not title:
        return None
    summary = "" if summary == title else summary
    link = clean_link(_text(entry, "link"), url)
    when = min(_published_at(entry) or received_at, received_at)
    return NewsItem(_id(entry, source, link, title), source, title, link, when, summary)


def _text(entry: Mapping[str, Any], key: str) -> str:
    """The field ``key`` as text; whatever else a parser makes of it counts as missing."""
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _content(entry: Mapping[str, Any]) -> str:
    parts = entry.get("content")
    return _text(parts[0], "value") if isinstance(parts, list) and parts else ""


def _published_at(entry: Mapping[str, Any]) -> UnixMs | None:
    """When the item was published, else updated; our reading first.

    feedparser's own comes second: it misses foreign month names, and reads 2 PM as 2 AM.
    """
    for key in ("published", "updated", "created"):
        when = published_at(_text(entry, key)) or _feedparsers_date(entry, key)
        if when is not None:
            return when
    return None


def _feedparsers_date(entry: Mapping[str, Any], key: str) -> UnixMs | None:
    fields = entry.get(f"{key}_parsed")
    try:
        # A struct_time in UTC.
        return None if fields is None else as_utc_ms(datetime(*fields[:6]))  # noqa: DTZ001
    except (TypeError, ValueError):
        return None


def _id(entry: Mapping[str, Any], source: str, link: str, title: str) -> str:
    """The same for one item each time it is sent, without depending on how long or odd it is.

    An address means the same item wherever it comes from; any other guid only does so on its site.
    """
    guid = _text(entry, "id").strip()
    key = clean_link(guid) or (guid and f"{source}\n{guid}") or link or f"{source}\n{title}"
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()
