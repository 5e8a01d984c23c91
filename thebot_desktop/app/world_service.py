"""WorldService: has the economic calendar and the mood index fetched, as long as that is wanted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from thebot_desktop.app.news_service import NewsFetcher, wait_after
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.news import EconomicEvent, MoodReading
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import Clock
from thebot_desktop.news.config import NewsConfig
from thebot_desktop.news.economic_calendar import EconomicCalendar

log = logging.getLogger(__name__)

POLL_S = 3_600.0
"""Both change a few times a day at most."""
LOOK_S = 5.0
"""So soon a change of the settings is heeded."""


class CalendarSource(Protocol):
    title: str
    url: str

    def parse(self, body: bytes) -> list[EconomicEvent]: ...


class MoodSource(Protocol):
    title: str
    url: str

    def parse(self, body: bytes) -> list[MoodReading]: ...


class WorldService:
    """Asks each source once an hour; one that fails is a fault once, until it is well again.
    What is switched off in the settings is never fetched.
    """

    def __init__(
        self,
        calendar: CalendarSource,
        mood: MoodSource,
        fetcher: NewsFetcher,
        config: Callable[[], NewsConfig],
        clock: Clock,
        faults: Observers[TheBotError],
    ) -> None:
        self.calendar = EconomicCalendar()
        self.mood: tuple[MoodReading, ...] = ()
        """Oldest first."""
        self.mood_changed: Observers[None] = Observers()
        self._calendar_source = calendar
        self._mood_source = mood
        self._fetcher = fetcher
        self._config = config
        self._clock = clock
        self._faults = faults

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(self._calendar_source, self._take_calendar, "calendar"))
            group.create_task(self._follow(self._mood_source, self._take_mood, "fear_greed"))

    async def _follow(
        self,
        source: CalendarSource | MoodSource,
        take: Callable[[bytes], None],
        setting: str,
    ) -> None:
        failures = 0
        while True:
            config = self._config()
            if not (config.enabled and getattr(config, setting)):
                await asyncio.sleep(LOOK_S)
                continue
            try:
                fetched = await self._fetcher.fetch(source.url, etag="", last_modified="")
                if fetched.body is not None:
                    take(fetched.body)
                failures = 0
            except TheBotError as error:
                failures += 1
                log.info("%s failed (%d): %s", source.title, failures, error)
                if failures == 1:
                    self._faults.notify(_told(source.title, error))
            await asyncio.sleep(wait_after(failures, POLL_S))

    def _take_calendar(self, body: bytes) -> None:
        self.calendar.take(self._calendar_source.parse(body), self._clock.now())

    def _take_mood(self, body: bytes) -> None:
        readings: Sequence[MoodReading] = self._mood_source.parse(body)
        if tuple(readings) != self.mood:
            self.mood = tuple(readings)
            self.mood_changed.notify(None)


class WorldError(TheBotError):
    """Tells of a source in trouble; its cause is what went wrong."""


def _told(title: str, error: TheBotError) -> WorldError:
    told = WorldError(f"{title}: {error}", user_message=f"{title}: {error.user_message}")
    told.__cause__ = error
    return told
