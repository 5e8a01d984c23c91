"""NewsFeedManager: merges the sources' items into one list, without doubles, newest first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import DAY_MS, UnixMs
from thebot_desktop.news.coins import COINS, symbols_in
from thebot_desktop.news.sentiment import sentiment_of

SAME_STORY_MS = DAY_MS
"""Within this time one title from two sources is one story."""

REMEMBERED = 10_000
"""So many items are known by id after they have left the list."""


class NewsFilter(Struct, frozen=True):
    """Which items to show; an empty field admits everything."""

    text: str = ""
    """Every word of it must occur in title or summary, in any case."""
    symbol: str = ""
    """A coin's ticker, as in ``NewsItem.symbols``."""
    source: str = ""
    sentiment: Sentiment | None = None

    def admits(self, item: NewsItem) -> bool:
        return (
            self.source in ("", item.source)
            and self.sentiment in (None, item.sentiment)
            and (not self.symbol or self.symbol.upper() in item.symbols)
            and self._has_words(item)
        )

    def _has_words(self, item: NewsItem) -> bool:
        said = f"{item.title} {item.summary}".casefold()
        return all(word in said for word in self.text.casefold().split())


ALL = NewsFilter()


class NewsFeedManager:
    """Holds the newest ``keep`` items. ``changed`` is told when the list is another one."""

    def __init__(self, keep: int = 200, known: Iterable[str] = COINS) -> None:
        self._keep = keep
        self._known = frozenset(known)
        self._items: tuple[NewsItem, ...] = ()
        self._first_seen: dict[str, UnixMs] = {}
        self.changed: Observers[None] = Observers()

    def __len__(self) -> int:
        return len(self._items)

    def items(self, wanted: NewsFilter = ALL) -> tuple[NewsItem, ...]:
        """What ``wanted`` admits, newest first."""
        return tuple(item for item in self._items if wanted.admits(item))

    def add(self, items: Iterable[NewsItem]) -> None:
        """Take in what a source says now; items known already may come again."""
        merged = {item.id: item for item in self._items}
        for item in items:
            before = merged.get(item.id)
            if before is None or _says(before) != _says(item):
                merged[item.id] = self._annotated(self._as_first_seen(item))
        self._take(merged.values())

    def keep(self, count: int) -> None:
        """From now on hold the newest ``count``."""
        self._keep = count
        self._take(self._items)

    def know(self, assets: Iterable[str]) -> None:
        """From now on look for the tickers ``assets`` in the texts."""
        self._known = frozenset(assets)
        self._take(self._annotated(item) for item in self._items)

    def drop_source(self, name: str) -> None:
        """Forget what ``name`` said."""
        self._take(item for item in self._items if item.source != name)

    def _as_first_seen(self, item: NewsItem) -> NewsItem:
        """A known item keeps its time, so that one without a date does not stay the newest."""
        published_at = self._first_seen.setdefault(item.id, item.published_at)
        if len(self._first_seen) > REMEMBERED:
            del self._first_seen[next(iter(self._first_seen))]
        return replace(item, published_at=published_at)

    def _annotated(self, item: NewsItem) -> NewsItem:
        return replace(
            item,
            sentiment=sentiment_of(item.title, item.summary),
            symbols=symbols_in(f"{item.title}\n{item.summary}", self._known),
        )

    def _take(self, items: Iterable[NewsItem]) -> None:
        newest = sorted(without_doubles(items), key=_published_at, reverse=True)[: self._keep]
        if tuple(newest) != self._items:
            self._items = tuple(newest)
            self.changed.notify(None)


class _Story(NamedTuple):
    source: str
    link: str
    published_at: int

    def is_told_again_by(self, item: NewsItem) -> bool:
        if item.published_at - self.published_at > SAME_STORY_MS:
            return False
        return item.source != self.source or bool(item.link and item.link == self.link)


def without_doubles(items: Iterable[NewsItem]) -> list[NewsItem]:
    """``items`` without those that repeat an earlier one's title.

    One source may use a title twice in a day for two stories, unless both lead to one page.
    """
    kept: list[NewsItem] = []
    told: dict[str, list[_Story]] = {}
    for item in sorted(items, key=_published_at):
        stories = told.setdefault(normal_title(item.title), [])
        if any(story.is_told_again_by(item) for story in stories):
            continue
        stories.append(_Story(item.source, item.link, item.published_at))
        kept.append(item)
    return kept


def normal_title(title: str) -> str:
    """Letters and digits of ``title`` only, in one case; all of it where it has none."""
    flat = unicodedata.normalize("NFKC", title).casefold()
    words = "".join(c if c.isalnum() else " " for c in flat).split()
    return " ".join(words) or title


def _says(item: NewsItem) -> tuple[str, str, str]:
    return item.title, item.summary, item.link


def _published_at(item: NewsItem) -> int:
    return item.published_at
