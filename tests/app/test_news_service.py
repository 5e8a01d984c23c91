"""NewsService: the schedule, and what happens when a source fails."""

from __future__ import annotations

import asyncio
import threading

import pytest

from thebot_desktop.app.news_service import (
    LONGEST_WAIT_S,
    FetchedNews,
    NewsError,
    NewsService,
    NewsUnavailableError,
    wait_after,
)
from thebot_desktop.domain.errors import DecodeError, FatalFeedError, PluginError
from thebot_desktop.domain.news import NewsItem
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.ports import NewsRequest, NewsSource

NOON = UnixMs(1_766_400_000_000)


class LineSource(NewsSource):
    """One item per line of the body."""

    def __init__(self, name="lines", url="https://lines.test/feed") -> None:
        self.name, self.title, self.url = name, name.capitalize(), url
        self.broken = False
        self.threads = set()

    def request(self):
        return NewsRequest(self.url)

    def parse(self, body, received_at):
        self.threads.add(threading.current_thread())
        if self.broken:
            raise RuntimeError("a mistake in this source")
        if body == b"nonsense":
            raise DecodeError("no lines", user_message="This is nonsense.")
        for line in body.decode().splitlines():
            yield NewsItem(f"{self.name}/{line}", self.name, line, "", received_at)


class FakeFetcher:
    """Answers with what is put into ``answers`` for an address; the last answer stays."""

    def __init__(self) -> None:
        self.answers = {}
        self.asked = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def fetch(self, url, *, etag, last_modified):
        self.asked.append((url, etag, last_modified))
        await self.gate.wait()
        answers = self.answers[url]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Newsroom:
    """A running service over fakes."""

    def __init__(self, *sources, config=None, dice=0.0) -> None:
        self.sources = sources or (LineSource(),)
        self.fetcher = FakeFetcher()
        self.clock = SimulatedClock(NOON)
        self.faults = Observers()
        self.reported = []
        self.faults.add(self.reported.append)
        self.service = NewsService(
            config or NewsConfig(),
            self.sources,
            self.fetcher,
            self.clock,
            self.faults,
            dice=lambda: dice,
        )
        for source in self.sources:
            self.fetcher.answers[source.url] = [FetchedNews(b"one\ntwo")]

    async def __aenter__(self):
        self.task = asyncio.create_task(self.service.run())
        return self

    async def __aexit__(self, *_):
        self.task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self.task

    def answer(self, *answers, source=0):
        self.fetcher.answers[self.sources[source].url] = list(answers)

    async def looks(self, count):
        """Until the sources have been asked ``count`` times in all and answered."""
        await until(lambda: len(self.fetcher.asked) >= count and not self.service.busy)

    async def look_again(self):
        asked = len(self.fetcher.asked)
        self.service.refresh_now()
        await self.looks(asked + len(self.service.health))

    @property
    def titles(self):
        return sorted(i.title for i in self.service.manager.items())


async def until(fact, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not fact():  # noqa: ASYNC110 - any fact can be waited for so
            await asyncio.sleep(0.002)


async def test_items_arrive_soon_after_the_start():
    """Each source is asked once, read on a thread, and its health says how it went."""
    async with Newsroom() as room:
        await room.looks(1)
        assert room.titles == ["one", "two"]
        (health,) = room.service.health
        assert (health.name, health.title, health.error) == ("lines", "Lines", "")
        assert (health.last_ok, health.items, health.failures) == (NOON, 2, 0)
        assert health.next_look == NOON + 300_000
        assert threading.current_thread() not in room.sources[0].threads
        assert room.reported == []


async def test_the_start_is_spread():
    """With the dice high, nobody is asked at once."""
    async with Newsroom(dice=1.0) as room:
        await asyncio.sleep(0.05)
        assert room.fetcher.asked == []


async def test_the_sites_own_name_of_the_version_is_sent_back():
    """And an answer "unchanged" is a good answer that changes nothing."""
    async with Newsroom() as room:
        room.answer(FetchedNews(b"one", '"v1"', "yesterday"), FetchedNews(None))
        await room.looks(1)
        room.clock.advance_to(UnixMs(NOON + 60_000))
        await room.look_again()
        assert [a[1:] for a in room.fetcher.asked] == [("", ""), ('"v1"', "yesterday")]
        assert room.titles == ["one"]
        (health,) = room.service.health
        assert (health.last_ok, health.items, health.error) == (NOON + 60_000, 1, "")
        await room.look_again()
        assert room.fetcher.asked[-1][1:] == ('"v1"', "yesterday")


async def test_a_page_that_could_not_be_read_is_asked_for_again():
    """Its version is not remembered: "unchanged" would hide the items for ever."""
    async with Newsroom() as room:
        room.answer(FetchedNews(b"nonsense", '"v1"'), FetchedNews(b"good", '"v1"'))
        await room.looks(1)
        assert room.service.health[0].error == "This is nonsense."
        await room.look_again()
        assert room.fetcher.asked[-1][1] == ""
        assert room.titles == ["good"]


async def test_a_failure_is_one_fault_until_the_source_is_well_again():
    """Each streak is told once, with the source's title and the sentence of what went wrong."""
    async with Newsroom() as room:
        room.answer(
            NewsUnavailableError("no route"),
            FatalFeedError("403", user_message="No."),
            FetchedNews(b"good"),
            NewsUnavailableError("no route"),
        )
        await room.looks(1)
        await room.look_again()
        assert [f.user_message for f in room.reported] == [
            "Lines: The site cannot be reached at the moment."
        ]
        assert isinstance(room.reported[0], NewsError)
        assert isinstance(room.reported[0].__cause__, NewsUnavailableError)
        health = room.service.health[0]
        assert (health.failures, health.error, health.last_ok) == (2, "No.", None)
        await room.look_again()
        health = room.service.health[0]
        assert (health.failures, health.error, health.last_ok) == (0, "", NOON)
        await room.look_again()
        assert len(room.reported) == 2
        assert room.titles == ["good"]


async def test_a_source_with_a_mistake_is_a_fault_and_hurts_nobody_else():
    """It is asked again later; the other source is read."""
    broken, fine = LineSource("broken", "https://b.test/"), LineSource("fine", "https://f.test/")
    broken.broken = True
    async with Newsroom(broken, fine) as room:
        await room.looks(2)
        assert room.titles == ["one", "two"]
        (fault,) = room.reported
        assert isinstance(fault.__cause__, PluginError)
        assert isinstance(fault.__cause__.__cause__, RuntimeError)
        broken.broken = False
        await room.look_again()
        assert [h.failures for h in room.service.health] == [0, 0]
        assert room.titles == ["one", "two"], "one story each, told by both"


async def test_the_wait_grows_with_failures_and_respects_what_the_site_asks():
    """Half a minute, doubling, never more than an hour; a good answer resets it."""
    assert wait_after(0, 300) == 300
    assert [wait_after(n, 300) for n in (1, 2, 3, 4)] == [30, 60, 120, 240]
    assert wait_after(50, 300) == LONGEST_WAIT_S
    assert wait_after(1, 300, retry_after_s=600) == 600
    assert wait_after(1, 300, retry_after_s=1e9) == LONGEST_WAIT_S
    async with Newsroom(dice=0.0) as room:
        room.answer(NewsUnavailableError("busy", retry_after_s=900), FetchedNews(b"good"))
        await room.looks(1)
        assert room.service.health[0].next_look == NOON + 900_000
        await room.look_again()
        assert room.service.health[0].next_look == NOON + 300_000


async def test_an_observer_that_fails_does_not_stop_the_news():
    """A broken pane is a fault; the service goes on."""
    async with Newsroom() as room:
        room.service.manager.changed.add(lambda _: 1 / 0)
        await room.looks(1)
        assert room.titles == ["one", "two"]
        assert [f.user_message for f in room.reported] == ["A part of the window failed to update."]
        await room.look_again()
        assert room.service.health[0].failures == 0


async def test_nothing_is_fetched_while_news_are_switched_off():
    """Not at the start, not by the refresh button; switching on looks at once."""
    async with Newsroom(config=NewsConfig(enabled=False)) as room:
        room.service.refresh_now()
        await asyncio.sleep(0.05)
        assert room.fetcher.asked == []
        room.service.configure(NewsConfig(), room.sources)
        await room.looks(1)
        assert room.titles == ["one", "two"]


async def test_sources_can_be_switched_while_running():
    """A new one is asked at once; the items of one that is gone disappear, the others stay."""
    old, new = LineSource("old", "https://old.test/"), LineSource("new", "https://new.test/")
    async with Newsroom(old) as room:
        room.answer(FetchedNews(b"ancient"))
        await room.looks(1)
        room.fetcher.answers[new.url] = [FetchedNews(b"fresh")]
        room.service.configure(NewsConfig(), [old, new])
        await room.looks(2)
        assert room.titles == ["ancient", "fresh"]
        assert [url for url, *_ in room.fetcher.asked] == [old.url, new.url]
        assert room.service.title_of("new") == "New"
        room.service.configure(NewsConfig(), [new])
        assert room.titles == ["fresh"]
        assert [h.name for h in room.service.health] == ["new"]


@pytest.mark.parametrize("answer", [FetchedNews(b"late"), NewsUnavailableError("late")])
async def test_a_source_switched_off_while_it_answers_says_nothing_any_more(answer):
    """Neither its items nor its failure appear afterwards."""
    async with Newsroom() as room:
        room.answer(answer)
        room.fetcher.gate.clear()
        await until(lambda: len(room.fetcher.asked) == 1)
        assert room.service.busy
        room.service.configure(NewsConfig(), [])
        room.fetcher.gate.set()
        await until(lambda: not room.service.busy)
        assert room.titles == []
        assert room.reported == []


async def test_a_shorter_interval_counts_from_now():
    """Nobody waits for the end of the long one."""
    async with Newsroom(config=NewsConfig(poll_interval_s=3600)) as room:
        await room.looks(1)
        room.service.configure(NewsConfig(poll_interval_s=60, keep=20), room.sources)
        await room.looks(2)
        assert room.service.health[0].next_look == NOON + 60_000


async def test_health_is_told_when_it_changes():
    """Once when a look begins and once when it has ended."""
    async with Newsroom() as room:
        told = []
        room.service.changed.add(lambda _: told.append(room.service.busy))
        await room.looks(1)
        assert told == [True, False]
