"""HealthService: connection, counts and faults in one document."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from msgspec import Struct

from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import ConnectionChange, FeedGap
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import Clock, UnixMs
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
    age_ms: int | None


class HealthDocument(Struct, frozen=True):
    version: str
    mode: str
    source: str
    state: str
    reason: str
    at: UnixMs
    feed: FeedStatistics
    series: tuple[SeriesHealth, ...]
    holes_open: int
    candles_repaired: int
    alerts: int
    signals: int
    faults: tuple[Fault, ...]
    memory_mb: float | None = None


class HealthService:
    """Listens to faults and to the connection; answers with the whole picture when asked."""

    def __init__(
        self,
        *,
        faults: Observers[TheBotError],
        subscriber: RealTimeDataSubscriber,
        clock: Clock,
        compose: Callable[[HealthService], HealthDocument],
    ) -> None:
        self._clock = clock
        self._compose = compose
        self._faults: deque[Fault] = deque(maxlen=FAULTS_KEPT)
        self._open_gaps: dict[object, FeedGap] = {}
        self.repaired = 0
        self.state: ConnectionChange | None = None
        self.changed: Observers[None] = Observers()
        faults.add(self._on_fault)
        subscriber.connection.add(self._on_connection)
        subscriber.gaps.add(self._on_gap)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Oldest first."""
        return tuple(self._faults)

    @property
    def holes_open(self) -> int:
        return len(self._open_gaps)

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
        self.changed.notify(None)

    def _on_gap(self, gap: FeedGap) -> None:
        key = (gap.series, gap.first)
        if gap.filled:
            self._open_gaps.pop(key, None)
            self.repaired += gap.recovered
        else:
            self._open_gaps[key] = gap
        self.changed.notify(None)
