"""Sinks of the notifier that show toasts and make a sound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from thebot_desktop.alerts.manager import AlertConfig, AlertManager
from thebot_desktop.domain.signals import Alert, AlertType
from thebot_desktop.domain.time import SECOND_MS
from thebot_desktop.ui.main_window import MainWindow
from thebot_desktop.ui.notifications.toasts import (
    ToastText,
    alert_title,
    alerts_body,
    alerts_title,
)


class ToastSink:
    """Shows a card in the window that is in use."""

    name = "toast"

    def __init__(
        self,
        window: Callable[[], MainWindow | None],
        alerts: AlertManager,
        config: Callable[[], AlertConfig],
    ) -> None:
        self._window = window
        self._alerts = alerts
        self._config = config

    def notify(self, alert: Alert) -> None:
        if self._config().enable_toast:
            self.show(alert)

    def notify_many(self, alerts: tuple[Alert, ...]) -> None:
        if self._config().enable_toast:
            self.show_many(alerts)

    def show(self, alert: Alert) -> None:
        """Show ``alert`` whatever the settings say, as a last resort may."""
        window = self._window()
        if window is None:
            return
        actions = (
            (_tr("Open chart"), partial(window.reveal_chart, alert.series, alert.open_time)),
            (_tr("Dismiss"), partial(self._alerts.dismiss, alert.id)),
        )
        text = ToastText(alert_title(alert), alert.message, alert.type, actions)
        window.toasts.show_toast(text, self._stays_ms)

    def show_many(self, alerts: tuple[Alert, ...]) -> None:
        window = self._window()
        if window is None:
            return
        kinds = {alert.type for alert in alerts}
        kind = kinds.pop() if len(kinds) == 1 else AlertType.WARNING
        actions = (
            (_tr("Show alerts"), partial(window.show_dock, "alerts")),
            (_tr("Close"), _nothing),
        )
        text = ToastText(alerts_title(alerts), alerts_body(alerts), kind, actions)
        window.toasts.show_toast(text, self._stays_ms)

    @property
    def _stays_ms(self) -> int:
        """As long as the alert counts as active."""
        return self._config().notification_timeout * SECOND_MS


class SoundSink:
    """The system's own sound for something that wants attention."""

    name = "sound"

    def __init__(self, config: Callable[[], AlertConfig]) -> None:
        self._config = config

    def notify(self, alert: Alert) -> None:
        if self._config().enable_audio:
            QApplication.beep()

    def notify_many(self, alerts: tuple[Alert, ...]) -> None:
        self.notify(alerts[0])


def _nothing() -> None:
    """A card closes by any of its buttons."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Toasts", text)
