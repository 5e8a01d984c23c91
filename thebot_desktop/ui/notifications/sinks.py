"""Sinks of the notifier that are seen: cards in the window, and its mark in the task bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QWidget

from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.alerts.hours import LocalTime, utc_time
from thebot_desktop.app.notifier import Announcement, Notifier, Occasion
from thebot_desktop.domain.signals import Alert
from thebot_desktop.domain.time import MINUTE_MS, SECOND_MS
from thebot_desktop.ui.main_window import MainWindow
from thebot_desktop.ui.notifications.toasts import Toast, ToastText
from thebot_desktop.ui.notifications.words import (
    announcement_body,
    announcement_kind,
    announcement_title,
)

SNOOZE_MS = 10 * MINUTE_MS
_STAYS = (Occasion.HELD_BACK, Occasion.AWAY)
"""A card about these waits until somebody reads it."""
_GROUPS_KEPT = 20


@dataclass(slots=True)
class _Shown:
    """What a card of a group says right now."""

    announcement: Announcement
    toast: Toast
    window: MainWindow


class ToastSink:
    """Shows a card in the window that is in use; one that grows is the same card."""

    name = "toast"

    def __init__(
        self,
        window: Callable[[], MainWindow | None],
        notifier: Notifier,
        config: Callable[[], AlertConfig],
        local: LocalTime = utc_time,
    ) -> None:
        self._window = window
        self._notifier = notifier
        self._config = config
        self._local = local
        self._groups: dict[int, _Shown] = {}

    def tell(self, announcement: Announcement) -> None:
        if self._config().enable_toast:
            self.show(announcement)

    def show(self, announcement: Announcement) -> None:
        """Show it whatever the settings say, as a last resort may."""
        shown = self._groups.get(announcement.group)
        if announcement.group and shown is not None:
            # A card that was closed stays closed, however many more there are of its kind.
            if shown.window.toasts.change(shown.toast, self._text(announcement, shown.window)):
                shown.announcement = announcement
            return
        window = self._window()
        if window is None:
            return
        toast = window.toasts.show_toast(
            self._text(announcement, window), self._stays(announcement)
        )
        shown = _Shown(announcement, toast, window)
        toast.pointed.connect(lambda: self._notifier.notice(shown.announcement.alerts))
        if announcement.group:
            self._groups[announcement.group] = shown
            for number in list(self._groups)[:-_GROUPS_KEPT]:
                del self._groups[number]

    def _text(self, announcement: Announcement, window: MainWindow) -> ToastText:
        return ToastText(
            announcement_title(announcement),
            announcement_body(announcement, self._local),
            announcement_kind(announcement),
            self._actions(announcement, window),
        )

    def _actions(
        self, announcement: Announcement, window: MainWindow
    ) -> tuple[tuple[str, Callable[[], object]], ...]:
        if len(announcement.alerts) > 1 or announcement.occasion in _STAYS:
            return (
                (_tr("Show alerts"), partial(self._show_alerts, announcement.alerts, window)),
                (_tr("Close"), partial(self._notifier.notice, announcement.alerts)),
            )
        alert = announcement.alerts[0]
        chart = ((_tr("Open chart"), partial(self._open_chart, alert, window)),)
        return (
            *(chart if alert.has_chart else ()),
            (_tr("Snooze 10 min"), partial(self._notifier.snooze, alert.rule_id, SNOOZE_MS)),
            (_tr("Dismiss"), partial(self._notifier.acknowledge, alert)),
        )

    def _open_chart(self, alert: Alert, window: MainWindow) -> None:
        self._notifier.acknowledge(alert)
        window.reveal_chart(alert.series, alert.open_time)

    def _show_alerts(self, alerts: tuple[Alert, ...], window: MainWindow) -> None:
        self._notifier.notice(alerts)
        window.show_dock("alerts")

    def _stays(self, announcement: Announcement) -> int | None:
        """As long as the alert counts as active."""
        if announcement.occasion in _STAYS:
            return None
        return self._config().notification_timeout * SECOND_MS


class AttentionSink:
    """Marks the window in the task bar while another program is in front."""

    name = "attention"

    def __init__(
        self,
        window: Callable[[], QWidget | None],
        config: Callable[[], AlertConfig],
        mark: Callable[[QWidget], object] = QApplication.alert,
    ) -> None:
        self._window = window
        self._config = config
        self._mark = mark

    def tell(self, announcement: Announcement) -> None:
        window = self._window()
        wanted = self._config().enable_attention and announcement.occasion is not Occasion.AWAY
        if not wanted or announcement.grown or window is None:
            return
        if window.isVisible() and not window.isActiveWindow():
            self._mark(window)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Toasts", text)
