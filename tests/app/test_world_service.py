"""Calendar and mood are fetched while they are wanted; trouble is said once."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.fakes import SimulatedClock
from thebot_desktop.adapters.world.alternative_me import FearAndGreed
from thebot_desktop.adapters.world.forex_factory import ForexFactory
from thebot_desktop.app import world_service
from thebot_desktop.app.news_service import FetchedNews
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.news.config import NewsConfig

EVENT = {"title": "CPI", "country": "USD", "date": "2026-08-05T08:30:00-04:00", "impact": "High"}
CALENDAR = json.dumps([EVENT]).encode()
MOOD = b'{"data": [{"value": "40", "timestamp": "1551157200"}]}'


class Sites:
    """Answers as the two sites do; one whose page is None cannot be reached."""

    def __init__(self):
        self.pages = {ForexFactory.url: CALENDAR, FearAndGreed.url: MOOD}
        self.asked = []
        self.heard = asyncio.Event()

    async def fetch(self, url, *, etag, last_modified):
        self.asked.append(url)
        self.heard.set()
        page = self.pages[url]
        if page is None:
            raise TransientFeedError("offline")
        return FetchedNews(page)


@asynccontextmanager
async def running(sites, config):
    faults, told = Observers(), []
    faults.add(told.append)
    service = WorldService(
        ForexFactory(), FearAndGreed(), sites, lambda: config[0], SimulatedClock(), faults
    )
    task = asyncio.create_task(service.run())
    try:
        yield service, told
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(true):
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - any condition, within the timeout
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(world_service, "LOOK_S", 0.01)
    monkeypatch.setattr(world_service, "POLL_S", 0.01)
    monkeypatch.setattr(world_service, "wait_after", lambda _failures, _interval: 0.01)


async def test_both_are_fetched_and_read():
    """As soon as the service runs."""
    async with running(Sites(), [NewsConfig()]) as (service, told):
        await until(lambda: service.calendar.events and service.mood)
        assert service.calendar.events[0].title == "CPI"
        assert service.mood[0].value == 40
        assert told == []


async def test_what_is_switched_off_is_never_asked():
    """Until it is switched on."""
    sites, config = Sites(), [replace(NewsConfig(), calendar=False)]
    async with running(sites, config) as (service, _told):
        await until(lambda: service.mood)
        assert set(sites.asked) == {FearAndGreed.url}
        config[0] = NewsConfig()
        await until(lambda: service.calendar.events)


async def test_without_news_nothing_is_fetched_at_all():
    """The switch for the sites of the world is one."""
    sites, config = Sites(), [replace(NewsConfig(), enabled=False)]
    async with running(sites, config) as (service, _told):
        await asyncio.wait([asyncio.create_task(sites.heard.wait())], timeout=0.1)
        assert sites.asked == []
        config[0] = NewsConfig()
        await until(lambda: service.mood)
        await sites.heard.wait()


async def test_trouble_is_said_once_and_the_other_goes_on():
    """A site that is gone, or shows something else; and it is asked again."""
    sites = Sites()
    sites.pages[ForexFactory.url] = None
    async with running(sites, [NewsConfig()]) as (service, told):
        await until(lambda: sites.asked.count(ForexFactory.url) > 3 and service.mood)
        assert [e.user_message for e in told] == [
            "Economic calendar: The exchange cannot be reached at the moment."
        ]
        sites.pages[ForexFactory.url] = b"<html>"
        await until(lambda: sites.asked.count(ForexFactory.url) > 6)
        sites.pages[ForexFactory.url] = CALENDAR
        await until(lambda: service.calendar.events)
        assert len(told) == 1
