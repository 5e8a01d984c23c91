"""What happens besides candles and prices is put to the rules that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from thebot_desktop.alerts.happenings import (
    EventNear,
    Fault,
    FearGreedTold,
    Happening,
    NewsArrived,
    Silence,
)
from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.app.instruments import InstrumentBook
from thebot_desktop.app.world_service import WorldService
from thebot_desktop.domain.errors import InputError, TheBotError
from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.news import MoodReading, NewsItem
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.news.news_feed_manager import NewsFeedManager

NEWS_FRESH_MS = 30 * MINUTE_MS
"""Older items are no news, when a source is read for the first time or after a while."""
EVENT_MINUTES = 24 * 60 + 10
"""Events farther away are asked of no rule."""
MOOD_FRESH_MS = 2 * DAY_MS
"""An index of longer ago is no news."""
QUIET_MS = 5 * SECOND_MS
"""Shorter pauses are nothing unusual, and begin no silence."""


class HappeningSources:
    """Asks nothing of anything that no armed rule asks for."""

    def __init__(
        self,
        *,
        alerts: AlertManager,
        news: NewsFeedManager,
        stream: DataStream,
        instruments: InstrumentBook,
        world: WorldService,
        feed_age: Callable[[], int | None],
        clock: Clock,
        faults: Observers[TheBotError],
    ) -> None:
        self._alerts = alerts
        self._news = news
        self._stream = stream
        self._instruments = instruments
        self._world = world
        self._mood: MoodReading | None = None
        self._feed_age = feed_age
        self._clock = clock
        self._faults = faults
        self._seen: set[str] = set()
        self._silent_since: dict[Symbol | None, UnixMs] = {}
        self._telling = False
        world.mood_changed.add(lambda _none: self._on_mood())
        news.changed.add(lambda _none: self._on_news())
        faults.add(self._on_fault)

    def look(self) -> None:
        """A chore, done each second: for how long nothing has been heard."""
        rules = self._alerts.asking_for(Silence)
        for symbol in dict.fromkeys(armed.symbol for armed in rules):
            since = self._silence_of(symbol)
            if since is not None:
                key = f"silence/{symbol or 'feed'}/{since}"
                now = self._clock.now()
                self._happened(Silence(key, now, symbol, seconds=(now - since) / SECOND_MS))

        self._look_at_calendar()

    def _look_at_calendar(self) -> None:
        """Each event that is near is told again and again, with one key."""
        if not self._alerts.asking_for(EventNear):
            return
        now = self._clock.now()
        for event in self._world.calendar.events:
            minutes = (event.at - now) / MINUTE_MS
            if abs(minutes) <= EVENT_MINUTES:
                key = f"event/{event.id}"
                self._happened(EventNear(key, now, item=event, minutes=minutes))

    def _on_mood(self) -> None:
        """A new value beside the one before it: of the first that is heard, that of a day ago."""
        if not self._world.mood:
            return
        *earlier, newest = self._world.mood
        before = self._mood or (earlier[-1] if earlier else newest)
        known, self._mood = self._mood, newest
        if known is not None and newest.at <= known.at:
            return
        if newest.at < self._clock.now() - MOOD_FRESH_MS:
            return
        key = f"mood/{newest.at}"
        self._happened(
            FearGreedTold(key, self._clock.now(), value=newest.value, before=before.value)
        )

    def _silence_of(self, symbol: Symbol | None) -> UnixMs | None:
        """Since when there is one."""
        now = self._clock.now()
        if symbol is None:
            age = self._feed_age()
        else:
            fresh = self._stream.freshness.of_symbol(symbol, now)
            age = None if fresh is None else fresh.age_ms
        if (inf if age is None else age) < QUIET_MS:
            self._silent_since.pop(symbol, None)
            return None
        # Where nothing was ever heard, it begins with the first look.
        return self._silent_since.setdefault(symbol, UnixMs(now - (age or 0)))

    def _on_news(self) -> None:
        """Items that are new and not old: for rules about all, then by symbol."""
        now, items = self._clock.now(), self._news.items()
        fresh = [
            i for i in items if i.id not in self._seen and i.published_at > now - NEWS_FRESH_MS
        ]
        self._seen = {item.id for item in items} | {item.id for item in fresh}
        rules = self._alerts.asking_for(NewsArrived)
        symbols = dict.fromkeys(armed.symbol for armed in rules)
        for item in sorted(fresh, key=lambda i: i.published_at):
            for symbol in self._named_by(item, symbols):
                arrived = NewsArrived(f"news/{item.id}", item.published_at, symbol, item=item)
                self._happened(arrived)

    def _named_by(
        self, item: NewsItem, symbols: Iterable[Symbol | None]
    ) -> Iterable[Symbol | None]:
        yield None
        for symbol in symbols:
            if symbol is not None and self._instruments.of(symbol).base in item.symbols:
                yield symbol

    def _on_fault(self, error: TheBotError) -> None:
        """Each kind once an hour; one that a rule itself causes here is not told to it again.

        What a person did is no fault of the program.
        """
        is_own = not isinstance(error, InputError)
        if self._telling or not is_own or not self._alerts.asking_for(Fault):
            return
        self._telling = True
        try:
            now = self._clock.now()
            key = f"fault/{type(error).__name__}/{now // HOUR_MS}"
            self._happened(Fault(key, now, sentence=error.user_message))
        finally:
            self._telling = False

    def _happened(self, happening: Happening) -> None:
        for alert in self._alerts.evaluate_happening(happening):
            tell(self._alerts.raised.notify, alert, self._faults)
