"""Notifier: which alert goes to which NotificationSink, with a rate cap and a mute."""

from __future__ import annotations

import logging
from collections import deque
from typing import Protocol

from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import Clock, UnixMs

log = logging.getLogger(__name__)

BURST = 5
"""So many alerts are told one by one ..."""
BURST_MS = 3_000
"""... within this time; what comes beyond is told together."""


class NotificationError(TheBotError):
    user_message = "A notification could not be shown."


class NotificationSink(Protocol):
    """One way to tell a person; raises NotificationError when it cannot."""

    @property
    def name(self) -> str: ...

    def notify(self, alert: Alert) -> None: ...

    def notify_many(self, alerts: tuple[Alert, ...]) -> None:
        """Tell of several at once, in one piece."""
        ...


class Notifier:
    """Hands each alert to every sink that is switched on; the history has all of them anyway."""

    def __init__(self, clock: Clock, faults: Observers[TheBotError]) -> None:
        self._clock = clock
        self._faults = faults
        self._sinks: dict[str, NotificationSink] = {}
        self._told: deque[UnixMs] = deque(maxlen=BURST)
        self._waiting: list[Alert] = []
        self.muted_until: UnixMs = UnixMs(0)
        self.changed: Observers[None] = Observers()

    def add_sink(self, sink: NotificationSink) -> None:
        self._sinks[sink.name] = sink

    def remove_sink(self, name: str) -> None:
        self._sinks.pop(name, None)

    @property
    def muted(self) -> bool:
        return self._clock.now() < self.muted_until

    def mute_for(self, milliseconds: int) -> None:
        """Show nothing for a while; 0 ends it. Alerts are kept all the same."""
        self.muted_until = UnixMs(self._clock.now() + milliseconds)
        self.changed.notify(None)

    def deliver(self, alert: Alert) -> None:
        """Tell people of ``alert`` now, or with others when too many come at once."""
        if self.muted:
            return
        now = self._clock.now()
        full = len(self._told) == BURST and now - self._told[0] < BURST_MS
        if full:
            self._waiting.append(alert)
            return
        self._told.append(now)
        for sink in tuple(self._sinks.values()):
            self._try(sink, (alert,))

    def flush(self) -> None:
        """Tell together what had to wait. Called once a second."""
        if not self._waiting or (self._told and self._clock.now() - self._told[-1] < BURST_MS // 3):
            return
        waiting, self._waiting = tuple(self._waiting), []
        for sink in tuple(self._sinks.values()):
            self._try(sink, waiting)

    def _try(self, sink: NotificationSink, alerts: tuple[Alert, ...]) -> None:
        try:
            if len(alerts) == 1:
                sink.notify(alerts[0])
            else:
                sink.notify_many(alerts)
        except TheBotError as error:
            log.warning("notification by %s failed: %s", sink.name, error)
            self._faults.notify(error)
