"""HealthService: connection, counts and faults in one document."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, FeedGap
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord, judge_feed
from thebot_desktop.market.stream_config import FeedStatistics

FAULTS_KEPT = 50


class Fault(Struct, frozen=True):
    """An error worth showing: the sentence for people, and the detail for a report."""

    kind: str
    message: str
    detail: str
    at: UnixMs


class SeriesHealth(Struct, frozen=True):
    series: str
    candles: int
    freshness: Freshness | None
    """None while there are no candles."""


class HealthDocument(Struct, frozen=True):
    version: str
    mode: str
    source: str
    state: str
    reason: str
    freshness: Freshness
    """Of the feed as a whole."""
    at: UnixMs
    feed: FeedStatistics
    series: tuple[SeriesHealth, ...]
    holes_open: int
    candles_repaired: int
    alerts: int
    signals: int
    faults: tuple[Fault, ...]
    memory_mb: float | None = None
    not_stored: str = ""
    """Why what is new is in memory alone at the moment; empty while everything is stored."""
    latency_ms: int | None = None
    """From the exchange to us; None while nothing comes or the clock is not measured."""
    clock_offset_ms: int | None = None
    """The exchange's clock minus ours."""


class HealthService:
    """Listens to faults and to the connection; answers with the whole picture when asked."""

    def __init__(
        self,
        *,
        faults: Observers[TheBotError],
        subscriber: RealTimeDataSubscriber,
        clock: Clock,
        heard_at: Callable[[], UnixMs],
        compose: Callable[[HealthService], HealthDocument],
    ) -> None:
        self._clock = clock
        self._heard_at = heard_at
        self._compose = compose
        self._faults: deque[Fault] = deque(maxlen=FAULTS_KEPT)
        self._open_gaps: dict[object, FeedGap] = {}
        self.repaired = 0
        self.state: ConnectionChange | None = None
        self.changed: Observers[None] = Observers()
        self.word_changed: Observers[FreshnessWord] = Observers()
        """The word for the feed is another one; looked at once a second."""
        self._word: FreshnessWord | None = None
        faults.add(self._on_fault)
        subscriber.connection.add(self._on_connection)
        subscriber.gaps.add(self._on_gap)
        subscriber.ticks.add(lambda _now: self._look_at_word())

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Oldest first."""
        return tuple(self._faults)

    @property
    def holes_open(self) -> int:
        return len(self._open_gaps)

    @property
    def freshness(self) -> Freshness:
        """Of the feed: by its newest message of any kind, and by what it says of itself."""
        state = self.state.state if self.state is not None else ConnectionState.CONNECTING
        heard_at = self._heard_at()
        return judge_feed(max(0, self._clock.now() - heard_at) if heard_at else None, state)

    def document(self) -> HealthDocument:
        return self._compose(self)

    def _on_fault(self, error: TheBotError) -> None:
        cause = f" ({error.__cause__!r})" if error.__cause__ is not None else ""
        self._faults.append(
            Fault(type(error).__name__, error.user_message, f"{error}{cause}", self._clock.now())
        )
        self.changed.notify(None)

    def _on_connection(self, change: ConnectionChange) -> None:
        self.state = change
        self._look_at_word()
        self.changed.notify(None)

    def _on_gap(self, gap: FeedGap) -> None:
        key = (gap.series, gap.first)
        if gap.filled:
            self._open_gaps.pop(key, None)
            self.repaired += gap.recovered
        else:
            self._open_gaps[key] = gap
        self.changed.notify(None)

    def _look_at_word(self) -> None:
        word = self.freshness.word
        if word is not self._word:
            self._word = word
            self.word_changed.notify(word)
