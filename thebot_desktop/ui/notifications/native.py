"""Notifications of the desktop itself, with what is left where there are none."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.manager import AlertConfig
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.signals import Alert
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.notifications.toasts import alert_title, alerts_body, alerts_title

log = logging.getLogger(__name__)

APPLICATION = "THEBOT Desktop"


@dataclass(frozen=True, slots=True)
class NativeMessage:
    """What the desktop is asked to show; the first button is what a click on it does too."""

    title: str
    body: str
    buttons: tuple[tuple[str, Callable[[], object]], ...] = ()


class NotificationPort(Protocol):
    """The desktop's notification service."""

    async def send(self, message: NativeMessage) -> bool:
        """Whether the service took it; False where there is none."""
        ...

    def close(self) -> None:
        """Let go of the connection to the service."""
        ...


class DesktopPort:
    """Speaks to the service through desktop-notifier, which is loaded when first needed."""

    def __init__(self, symbol: Path) -> None:
        self._symbol = symbol
        self._notifier: object | None = None

    async def send(self, message: NativeMessage) -> bool:
        from desktop_notifier import Button, DesktopNotifier, Icon

        # That there is no service is said below in a sentence, not by it with a trace.
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
        if self._notifier is None:
            symbol = Icon(path=self._symbol) if self._symbol.is_file() else None
            self._notifier = DesktopNotifier(app_name=APPLICATION, app_icon=symbol)
        notifier = self._notifier
        assert isinstance(notifier, DesktopNotifier)
        taken: list[bool] = []
        # It does not raise when there is no service; it only never says "dispatched".
        await notifier.send(
            title=message.title,
            message=message.body,
            buttons=[Button(title=text, on_pressed=run) for text, run in message.buttons],
            on_clicked=message.buttons[0][1] if message.buttons else None,
            on_dispatched=lambda: taken.append(True),
        )
        if not taken:
            # It would open another connection with the next try, and keep this one too.
            self.close()
        return bool(taken)

    def close(self) -> None:
        # The library has no word for this.
        bus = getattr(getattr(self._notifier, "_backend", None), "bus", None)
        if bus is not None:
            bus.disconnect()
        self._notifier = None


class NativeSink:
    """Desktop service, else the tray's own balloon, else what the window can do itself."""

    name = "native"

    def __init__(
        self,
        port: NotificationPort,
        *,
        config: Callable[[], AlertConfig],
        open_chart: Callable[[Alert], object],
        mute: Callable[[], object],
        balloon: Callable[[str, str], bool],
        last_resort: Callable[[tuple[Alert, ...]], object],
        say_once: Callable[[str], object],
        report: Callable[[TheBotError], None],
    ) -> None:
        self._port = port
        self._config = config
        self._open_chart = open_chart
        self._mute = mute
        self._balloon = balloon
        self._last_resort = last_resort
        self._say_once = say_once
        self._said = False
        self._deliver = AsyncCallbackWrapper(self._send, report, replace=False)

    @property
    def sending(self) -> AsyncCallbackWrapper[[NativeMessage, tuple[Alert, ...]], None]:
        return self._deliver

    def notify(self, alert: Alert) -> None:
        if self._config().enable_native:
            buttons = (
                (_tr("Open chart"), lambda: self._open_chart(alert)),
                (_tr("Mute for one hour"), self._mute),
            )
            self._deliver(NativeMessage(alert_title(alert), alert.message, buttons), (alert,))

    def notify_many(self, alerts: tuple[Alert, ...]) -> None:
        if self._config().enable_native:
            message = NativeMessage(alerts_title(alerts), alerts_body(alerts))
            self._deliver(message, alerts)

    def close(self) -> None:
        """What is on its way is given up."""
        self._deliver.cancel()
        self._port.close()

    async def _send(self, message: NativeMessage, alerts: tuple[Alert, ...]) -> None:
        if await self._port.send(message):
            return
        if self._balloon(message.title, message.body):
            return
        self._last_resort(alerts)
        if not self._said:
            self._said = True
            log.warning("this desktop has no notification service")
            self._say_once(
                _tr(
                    "This desktop shows no notifications, so alerts appear only in the window "
                    "and in its history."
                )
            )


def has_balloons() -> bool:
    """Whether the tray can show messages of its own.

    On Linux a tray passes them to the same service that did not answer, and they are lost.
    """
    return sys.platform in ("win32", "darwin")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Notifications", text)
