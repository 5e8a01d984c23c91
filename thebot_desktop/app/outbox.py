"""Outbox: sends alerts to the channels outside, however long it takes, and notes what became."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from thebot_desktop.domain.errors import DeliveryError, TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.signals import Alert, AlertStatus, Delivery, DeliveryState
from thebot_desktop.domain.time import HOUR_MS, MINUTE_MS, SECOND_MS, Clock, UnixMs

log = logging.getLogger(__name__)

SCREEN = "screen"
"""The channel that is this machine: toasts, notifications, sounds. Others send it nothing."""
GONE = "The alert is gone."
SHORTEST_PAUSE_MS = SECOND_MS
FIRST_PAUSE_MS = 5 * SECOND_MS
LONGEST_PAUSE_MS = 15 * MINUTE_MS
GIVEN_UP_AFTER_MS = 24 * HOUR_MS
LOOK_AGAIN_SECONDS = 30.0
"""Another program may have put something into the box."""


@dataclass(slots=True)
class _Work:
    """A channel that is being sent to; it may be renamed meanwhile."""

    channel: str


class DeliveryLog(Protocol):
    """Where deliveries are kept. Raises StorageError."""

    def deliveries(self, state: DeliveryState | None = None) -> list[Delivery]: ...

    def save_delivery(self, delivery: Delivery) -> None: ...

    def alert(self, alert_id: str) -> Alert | None: ...


class Outbox:
    """``send`` takes the name of a channel and an alert; it raises DeliveryError.

    A channel that fails rests, and its alerts wait in order: one that is down is not asked once
    for each of them.
    """

    def __init__(
        self,
        deliveries: DeliveryLog,
        send: Callable[[str, Alert], Awaitable[str]],
        clock: Clock,
        faults: Observers[TheBotError],
    ) -> None:
        self._log = deliveries
        self._send = send
        self._clock = clock
        self._faults = faults
        self._news = asyncio.Event()
        self._failures: dict[str, int] = {}
        """How often each channel failed since it worked last."""
        self._rests_until: dict[str, UnixMs] = {}
        self._working: dict[str, _Work] = {}
        self._finished: set[tuple[str, str]] = set()
        """What a full disk could not note yet must not be sent again."""
        self.changed: Observers[Delivery] = Observers()

    def wake(self) -> None:
        """Something was put into the box."""
        self._news.set()

    def rename(self, old: str, new: str) -> None:
        """What waits for ``old`` was put under ``new`` in the log; so is what is being sent."""
        work = self._working.pop(old, None)
        if work is not None:
            work.channel = new
            self._working[new] = work
        if old in self._failures:
            self._failures[new] = self._failures.pop(old)
        if old in self._rests_until:
            self._rests_until[new] = self._rests_until.pop(old)
        self._finished = {(a, new if channel == old else channel) for a, channel in self._finished}
        self.wake()

    async def run(self) -> None:
        """Send what is due, for ever; a slow channel keeps none of the others waiting."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._news.clear()
                pause = self._start_due(group)
                try:
                    async with asyncio.timeout(pause):
                        await self._news.wait()
                except TimeoutError:
                    continue

    def _start_due(self, group: asyncio.TaskGroup) -> float:
        """Set channels to work that have something to do; the seconds until one will have."""
        try:
            queued = self._log.deliveries(DeliveryState.QUEUED)
        except TheBotError as error:
            self._faults.notify(error)
            return LOOK_AGAIN_SECONDS
        self._finished &= {_key(d) for d in queued}
        left = [d for d in queued if _key(d) not in self._finished]
        now, times = self._clock.now(), []
        for channel, waiting in _by_channel(left).items():
            begins = max(waiting[0].due_at, self._rests_until.get(channel, 0))
            if begins > now:
                times.append(begins)
            elif channel not in self._working:
                work = self._working[channel] = _Work(channel)
                group.create_task(self._send_all(work, waiting), name=f"outbox {channel}")
        first = min(times, default=now + LOOK_AGAIN_SECONDS * SECOND_MS)
        return min(LOOK_AGAIN_SECONDS, (first - now) / SECOND_MS)

    async def _send_all(self, work: _Work, waiting: Iterable[Delivery]) -> None:
        """What is due, in order, until the channel fails."""
        try:
            for delivery in waiting:
                now = self._clock.now()
                if delivery.due_at > now or self._rests_until.get(work.channel, 0) > now:
                    return
                await self._attempt_and_note(work, delivery)
        finally:
            self._working.pop(work.channel, None)
            self.wake()

    async def _attempt_and_note(self, work: _Work, delivery: Delivery) -> None:
        """Under the name that the channel has by then."""
        channel = work.channel
        tried = await self._attempt(replace(delivery, channel=channel))
        if work.channel != channel and channel in self._rests_until:
            self.rename(channel, work.channel)
        self._note(replace(tried, channel=work.channel))

    async def _attempt(self, delivery: Delivery) -> Delivery:
        """The delivery as it is afterwards."""
        tried = replace(delivery, attempts=delivery.attempts + 1)
        try:
            alert = self._log.alert(delivery.alert_id)
            if alert is None:
                return replace(tried, state=DeliveryState.FAILED, note=GONE)
            if alert.status is AlertStatus.DISMISSED:
                return replace(delivery, state=DeliveryState.ACKNOWLEDGED)
            note = await self._send(delivery.channel, alert)
        except DeliveryError as error:
            return self._failed(tried, error)
        except TheBotError as error:
            return self._failed(tried, DeliveryError(str(error), user_message=error.user_message))
        except Exception as error:
            log.exception("the channel %s raised", delivery.channel)
            return self._failed(tried, DeliveryError(repr(error), again=False))
        self._failures.pop(delivery.channel, None)
        return replace(tried, state=DeliveryState.SENT, note=note)

    def _failed(self, tried: Delivery, error: DeliveryError) -> Delivery:
        log.warning("%s: attempt %d failed: %s", tried.channel, tried.attempts, error)
        now = self._clock.now()
        too_old = now - tried.due_at > GIVEN_UP_AFTER_MS
        if not error.again or too_old:
            self._faults.notify(error)
            return replace(tried, state=DeliveryState.FAILED, note=error.user_message)
        failures = self._failures[tried.channel] = self._failures.get(tried.channel, 0) + 1
        if failures == 1:
            self._faults.notify(error)
        pause = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(failures - 1, 20))
        if error.after_ms is not None:
            pause = max(SHORTEST_PAUSE_MS, error.after_ms)
        self._rests_until[tried.channel] = UnixMs(now + pause)
        return replace(tried, note=error.user_message)

    def _note(self, delivery: Delivery) -> None:
        if delivery.state is not DeliveryState.QUEUED:
            self._finished.add(_key(delivery))
        self._log.save_delivery(delivery)
        self.changed.notify(delivery)


def _by_channel(queued: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    """What each channel outside has to do, as it is due."""
    found: dict[str, list[Delivery]] = {}
    for delivery in queued:
        if delivery.channel != SCREEN:
            found.setdefault(delivery.channel, []).append(delivery)
    return found


def _key(delivery: Delivery) -> tuple[str, str]:
    return delivery.alert_id, delivery.channel
