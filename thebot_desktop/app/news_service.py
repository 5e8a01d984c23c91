"""NewsService: looks at each news source now and then, and keeps going when one fails."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from thebot_desktop.domain.errors import DecodeError, PluginError, TheBotError, TransientFeedError
from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.time import SECOND_MS, Clock, UnixMs
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.news_feed_manager import NewsFeedManager
from thebot_desktop.news.ports import NewsSource

log = logging.getLogger(__name__)

START_SPREAD_S = 2.0
"""The first looks happen within this time, not all at once while the window opens."""

SPREAD = 0.1
"""Each wait is longer by up to this share, so that sources drift apart."""

FIRST_RETRY_S = 30.0
LONGEST_WAIT_S = 3_600.0


class FetchedNews(Struct, frozen=True):
    """A page as it came; ``body`` None says that it is still the one of last time.

    ``etag`` and ``last_modified`` are the site's words for this version, to be shown next time.
    """

    body: bytes | None
    etag: str = ""
    last_modified: str = ""


class NewsFetcher(Protocol):
    """Gets pages. Gives up by itself after a while; raises FeedError kinds."""

    async def fetch(self, url: str, *, etag: str, last_modified: str) -> FetchedNews: ...


class NewsUnavailableError(TransientFeedError):
    """The site cannot answer now; ``retry_after_s`` is how long it asks to be left alone."""

    user_message = "The site cannot be reached at the moment."

    def __init__(
        self, detail: str = "", *, user_message: str | None = None, retry_after_s: float = 0.0
    ) -> None:
        super().__init__(detail, user_message=user_message)
        self.retry_after_s = retry_after_s


class NewsError(TheBotError):
    """The fault that tells of a source in trouble; its cause is what went wrong."""

    user_message = "News could not be read."


class SourceHealth(Struct, frozen=True):
    """How one source is doing. ``error`` is empty while it is well."""

    name: str
    title: str
    last_ok: UnixMs | None
    next_look: UnixMs
    items: int
    failures: int
    error: str


def wait_after(failures: int, interval_s: float, retry_after_s: float = 0.0) -> float:
    """Seconds until the next look: the interval, or after failures half a minute, doubling."""
    if failures == 0:
        return interval_s
    doubled = FIRST_RETRY_S * 2.0 ** min(failures - 1, 10)
    return min(max(doubled, retry_after_s), LONGEST_WAIT_S)


class _Watch:
    """What is remembered of one source."""

    def __init__(self, source: NewsSource, url: str) -> None:
        self.source = source
        self.url = url
        self.due = 0.0
        self.next_look = UnixMs(0)
        self.etag = ""
        self.last_modified = ""
        self.last_ok: UnixMs | None = None
        self.items = 0
        self.failures = 0
        self.error = ""

    def health(self) -> SourceHealth:
        return SourceHealth(
            self.source.name,
            self.source.title,
            self.last_ok,
            self.next_look,
            self.items,
            self.failures,
            self.error,
        )


class NewsService:
    """Feeds ``manager`` from the sources it was given, in the interval of its config.

    ``changed`` is told when the health of a source changes; ``manager.changed`` when there is
    news. A source that fails is a fault once, until it is well again, and is asked less and less
    often, at least once an hour.
    """

    def __init__(
        self,
        config: NewsConfig,
        sources: Iterable[NewsSource],
        fetcher: NewsFetcher,
        clock: Clock,
        faults: Observers[TheBotError],
        *,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self.manager = NewsFeedManager(config.keep)
        self.changed: Observers[None] = Observers()
        self._config = config
        self._fetcher = fetcher
        self._clock = clock
        self._faults = faults
        self._dice = dice
        self._woken = asyncio.Event()
        self._asking = 0
        self._watches = {s.name: _Watch(s, s.request().url) for s in sources}

    @property
    def busy(self) -> bool:
        """Whether a source is being asked right now."""
        return self._asking > 0

    @property
    def health(self) -> tuple[SourceHealth, ...]:
        return tuple(watch.health() for watch in self._watches.values())

    def title_of(self, name: str) -> str:
        """What people call the source ``name``."""
        watch = self._watches.get(name)
        return name if watch is None else watch.source.title

    def configure(self, config: NewsConfig, sources: Iterable[NewsSource]) -> None:
        """From now on read ``sources``; the items of those that are gone disappear."""
        before, self._watches = self._watches, {}
        for source in sources:
            url = source.request().url
            known = before.get(source.name)
            same = known is not None and known.url == url
            self._watches[source.name] = known if known and same else _Watch(source, url)
        sooner = config.poll_interval_s < self._config.poll_interval_s
        self._config = config
        if sooner:
            self.refresh_now()
        for name in before.keys() - self._watches.keys():
            tell(self.manager.drop_source, name, self._faults)
        tell(self.manager.keep, config.keep, self._faults)
        self._woken.set()
        tell(self.changed.notify, None, self._faults)

    def refresh_now(self) -> None:
        """Look at every source at once, also at those that were to be left alone for a while."""
        for watch in self._watches.values():
            watch.due = 0.0
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        now = asyncio.get_running_loop().time()
        for watch in self._watches.values():
            watch.due = now + START_SPREAD_S * self._dice()
        while True:
            await self._wait_until_due()
            await self._look_at_due()

    async def _wait_until_due(self) -> None:
        try:
            async with asyncio.timeout_at(self._next_due()):
                await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    def _next_due(self) -> float | None:
        if not self._config.enabled or not self._watches:
            return None
        return min(watch.due for watch in self._watches.values())

    async def _look_at_due(self) -> None:
        if not self._config.enabled:
            return
        now = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            for watch in [w for w in self._watches.values() if w.due <= now]:
                group.create_task(self._look_at(watch), name=f"news {watch.source.name}")

    async def _look_at(self, watch: _Watch) -> None:
        self._asking += 1
        tell(self.changed.notify, None, self._faults)
        retry_after_s = 0.0
        try:
            await self._take(watch)
        except TheBotError as error:
            if isinstance(error, NewsUnavailableError):
                retry_after_s = error.retry_after_s
            self._failed(watch, error)
        finally:
            self._asking -= 1
        self._plan_next(watch, retry_after_s)
        tell(self.changed.notify, None, self._faults)

    async def _take(self, watch: _Watch) -> None:
        """Get the page, read it, hand over its items. Only then is its version remembered."""
        fetched = await self._fetcher.fetch(
            watch.url, etag=watch.etag, last_modified=watch.last_modified
        )
        if fetched.body is not None:
            items = await self._parse(watch.source, fetched.body)
            if not self._is_watched(watch):
                return
            watch.items = len(items)
            watch.etag, watch.last_modified = fetched.etag, fetched.last_modified
            tell(self.manager.add, items, self._faults)
        watch.last_ok = self._clock.now()
        watch.failures, watch.error = 0, ""

    async def _parse(self, source: NewsSource, body: bytes) -> list[NewsItem]:
        """On a thread: a long page takes a good part of a second, and the chart goes on."""
        try:
            return await asyncio.to_thread(_items_of, source, body, self._clock.now())
        except DecodeError:
            raise
        except Exception as cause:
            sentence = "It could not be read because of an error in its reader."
            raise PluginError(f"{source.name}: {cause!r}", user_message=sentence) from cause

    def _failed(self, watch: _Watch, error: TheBotError) -> None:
        if not self._is_watched(watch):
            return
        watch.failures += 1
        watch.error = error.user_message
        log.info("news source %s failed (%d): %s", watch.source.name, watch.failures, error)
        if watch.failures > 1:
            return
        fault = NewsError(
            f"{watch.source.name}: {error}", user_message=f"{watch.source.title}: {watch.error}"
        )
        fault.__cause__ = error
        self._faults.notify(fault)

    def _is_watched(self, watch: _Watch) -> bool:
        """Whether it still is: it may have been switched off while it was being asked."""
        return self._watches.get(watch.source.name) is watch

    def _plan_next(self, watch: _Watch, retry_after_s: float) -> None:
        wait = wait_after(watch.failures, self._config.poll_interval_s, retry_after_s)
        wait *= 1 + SPREAD * self._dice()
        watch.due = asyncio.get_running_loop().time() + wait
        watch.next_look = UnixMs(self._clock.now() + round(wait * SECOND_MS))


def _items_of(source: NewsSource, body: bytes, received_at: UnixMs) -> list[NewsItem]:
    """All of them here, so that a source written as a generator works on the thread too."""
    return list(source.parse(body, received_at))
