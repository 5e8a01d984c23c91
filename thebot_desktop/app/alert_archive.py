"""AlertArchive: all alerts that are kept, and what was known and done about each of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from typing import Protocol, TextIO

import numpy as np
from msgspec import Struct

from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.domain.market import Candles, Origin, SeriesKey, candles_of
from thebot_desktop.domain.signals import Alert, Delivery
from thebot_desktop.domain.time import UnixMs, utc_text

BEFORE, AFTER = 80, 40
"""So many candles are shown before and after that of the alert."""
MOST_ALERTS = 10_000
"""So many are shown when somebody asks for the older ones."""
COLUMNS = (
    *("time", "symbol", "interval", "kind", "alert", "rule", "price", "state", "late", "missed"),
    *("bar", "raised", "id"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


class AlertKeeper(Protocol):
    """Where alerts and deliveries are kept. Raises StorageError."""

    def alerts(self, newest: int) -> list[Alert]: ...

    def deliveries_of(self, alert_id: str) -> list[Delivery]: ...


class NoKeeper:
    """Where nothing is kept."""

    def alerts(self, newest: int) -> list[Alert]:
        return []

    def deliveries_of(self, alert_id: str) -> list[Delivery]:
        return []


class AlertDetails(Struct, frozen=True):
    """``candles`` are those around the alert's bar, none where none are known."""

    alert: Alert
    armed: ArmedRule | None
    candles: Candles
    deliveries: tuple[Delivery, ...]


class AlertArchive:
    """``candles`` gives the closed candles of a series from a time on. Raises StorageError."""

    def __init__(
        self,
        keeper: AlertKeeper,
        rule_of: Callable[[Alert], ArmedRule | None],
        candles: Callable[[SeriesKey, UnixMs], Candles],
    ) -> None:
        self._keeper = keeper
        self._rule_of = rule_of
        self._candles = candles

    def all(self) -> tuple[Alert, ...]:
        """Oldest first, of earlier runs too. Raises StorageError."""
        return tuple(self._keeper.alerts(MOST_ALERTS))

    def examine(self, alert: Alert) -> AlertDetails:
        """Everything as it was when ``alert`` was raised. Raises StorageError."""
        return AlertDetails(
            alert, self._rule_of(alert), self._around(alert), self.deliveries(alert)
        )

    def deliveries(self, alert: Alert) -> tuple[Delivery, ...]:
        """What became of it on each channel, so far. Raises StorageError."""
        return tuple(self._keeper.deliveries_of(alert.id))

    def _around(self, alert: Alert) -> Candles:
        if not alert.has_chart:
            return candles_of([], Origin.HISTORY)
        interval = alert.series.interval
        since = UnixMs(max(0, alert.open_time - BEFORE * interval.milliseconds))
        found = self._candles(alert.series, since)
        at = int(np.searchsorted(found.open_time, alert.open_time))
        if at == len(found) or found.open_time[at] != alert.open_time:
            return found.upto(0)
        return found.upto(min(len(found), at + 1 + AFTER)).copied()


def write_csv(alerts: Iterable[Alert], out: TextIO) -> None:
    """One line an alert, with a heading. Texts cannot become formulas of a spreadsheet."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(alert) for alert in alerts)


def _row(alert: Alert) -> tuple[object, ...]:
    return (
        utc_text(alert.event_time),
        alert.series.symbol,
        alert.series.interval.value if alert.has_chart else "",
        alert.type.value,
        _plain(alert.message),
        _plain(alert.rule),
        repr(alert.price) if alert.price else "",
        alert.status.value,
        "yes" if alert.late else "no",
        "yes" if alert.missed else "no",
        utc_text(alert.open_time) if alert.has_chart else "",
        utc_text(alert.raised_at),
        _plain(alert.id),
    )


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
