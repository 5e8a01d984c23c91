"""Program: put together, set going, ended in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from thebot_desktop.app.clock_watch import ClockWatch
from thebot_desktop.app.context import AppContext
from thebot_desktop.app.pipeline import Pipeline
from thebot_desktop.app.routing import ScreenLog
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.bootstrap.alert_work import AlertWork
from thebot_desktop.bootstrap.feed import Feed
from thebot_desktop.bootstrap.market import Market
from thebot_desktop.bootstrap.plugins import Plugins
from thebot_desktop.domain.errors import FeedError, TheBotError

log = logging.getLogger(__name__)

HOUSEKEEPING_SECONDS = 1.0
INSTRUMENT_RETRY_SECONDS = 30.0


@dataclass(frozen=True)
class Program:
    """A program that is put together; ``start`` sets it going, ``aclose`` ends it in order."""

    context: AppContext
    plugins: Plugins
    feed: Feed
    pipeline: Pipeline
    market: Market
    chores: tuple[Callable[[], None], ...]
    with_news: bool
    keeps_layout: bool
    alert_work: AlertWork | None = None
    world: WorldService | None = None

    def start(self) -> None:
        context = self.context
        spawn = context.supervisor.spawn
        context.session.open_for_rules()
        spawn("pipeline", self.pipeline.run(self.feed.feed))
        spawn("housekeeping", self._keep_house())
        if self.feed.history is not None:
            spawn("instruments", self._load_instruments())
            freshness = context.stream.freshness
            watch = ClockWatch(self.feed.history, freshness, context.clock, context.subscriber)
            spawn("clock", watch.run())
        if self.with_news:
            spawn("news", context.news.run())
        if self.world is not None:
            spawn("world", self.world.run())
        if self.alert_work is not None:
            spawn("outbox", self.alert_work.outbox.run())
            spawn("alerts of before", self._tell_rest(self.alert_work.screen))

    async def aclose(self) -> None:
        await self.context.supervisor.stop()

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            for chore in self.chores:
                try:
                    chore()
                except TheBotError as error:
                    self.context.faults.notify(error)

    async def _tell_rest(self, screen: ScreenLog) -> None:
        """When there is somebody to tell, what the last run kept and did not get to."""
        await asyncio.sleep(HOUSEKEEPING_SECONDS)
        screen.tell_rest(self.context.alerts.raised.notify)

    async def _load_instruments(self) -> None:
        """Once, however long it takes: until then names and decimals are guessed."""
        while True:
            try:
                await self.context.session.instruments.load()
            except FeedError as error:
                log.info("instruments not loaded: %s", error)
                await asyncio.sleep(INSTRUMENT_RETRY_SECONDS)
            else:
                return
