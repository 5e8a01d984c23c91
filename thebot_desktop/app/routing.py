"""Routing: to which channels an alert goes, decided in the moment it is kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec.structs import replace

from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.channels import NamedChannel
from thebot_desktop.app.outbox import GONE, SCREEN, DeliveryLog
from thebot_desktop.domain.signals import Alert, Delivery, DeliveryState
from thebot_desktop.domain.time import MINUTE_MS, UnixMs

log = logging.getLogger(__name__)


class Channels(Protocol):
    """The channels outside, as a person set them up."""

    def get(self, name: str) -> NamedChannel | None: ...

    def defaults_for(self, alert: Alert) -> tuple[NamedChannel, ...]: ...


class Routing:
    """Each alert goes to the screen, and to those outside that its rule or the settings name.

    What was missed is shown as a list and goes nowhere else: it would ring as if it were live.
    """

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def route(self, alert: Alert, armed: ArmedRule) -> tuple[Delivery, ...]:
        screen = Delivery(alert.id, SCREEN, alert.raised_at)
        if alert.missed:
            return (screen,)
        outside = [
            Delivery(alert.id, c.name, UnixMs(alert.raised_at + c.after_minutes * MINUTE_MS))
            for c in self._wanted(alert, armed)
        ]
        return (screen, *outside)

    def _wanted(self, alert: Alert, armed: ArmedRule) -> Iterable[NamedChannel]:
        if armed.telling.channels is None:
            return self._channels.defaults_for(alert)
        named = (self._channels.get(name) for name in armed.telling.channels)
        return [channel for channel in named if channel is not None and channel.on]


class ScreenLog:
    """Notes that the person at the machine was told; finds what an earlier run did not get to."""

    def __init__(self, deliveries: DeliveryLog) -> None:
        self._log = deliveries

    def note(self, alert: Alert) -> None:
        """Called when everybody at this machine has been told of ``alert``."""
        self._log.save_delivery(
            Delivery(alert.id, SCREEN, alert.raised_at, DeliveryState.SENT, attempts=1)
        )

    def tell_rest(self, tell: Callable[[Alert], object]) -> None:
        """Tell, as missed, of what was kept but not told. Raises StorageError."""
        for delivery in self._log.deliveries(DeliveryState.QUEUED):
            if delivery.channel != SCREEN:
                continue
            alert = self._log.alert(delivery.alert_id)
            if alert is None:
                log.warning("the alert %s is gone", delivery.alert_id)
                self._log.save_delivery(replace(delivery, state=DeliveryState.FAILED, note=GONE))
            else:
                tell(replace(alert, missed=True))
