"""Notifications of the desktop itself, with what is left where there are none."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.alerts.hours import LocalTime, utc_time
from thebot_desktop.app.notifier import Announcement, Occasion
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.signals import Alert
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.notifications.words import announcement_body, announcement_title

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

log = logging.getLogger(__name__)

APPLICATION = "THEBOT Desktop"


@dataclass(frozen=True, slots=True)
class NativeMessage:
    """What the desktop is asked to show; the first button is what a click on it does too."""

    title: str
    body: str
    buttons: tuple[tuple[str, Callable[[], object]], ...] = ()
    group: int = 0
    """It takes the place of the one before of the same group; 0 stands for itself."""


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
        self._group: tuple[int, str] = 0, ""
        """The group that was sent last, and what its message is called."""

    async def send(self, message: NativeMessage) -> bool:
        from desktop_notifier import Button, DesktopNotifier, Icon

        # That there is no service is said below in a sentence, not by it with a trace.
        logging.getLogger("desktop_notifier").setLevel(logging.ERROR)
        if self._notifier is None:
            symbol = Icon(path=self._symbol) if self._symbol.is_file() else None
            self._notifier = DesktopNotifier(app_name=APPLICATION, app_icon=symbol)
        notifier = self._notifier
        assert isinstance(notifier, DesktopNotifier)
        await self._take_away(notifier, message.group)
        taken: list[bool] = []
        # It does not raise when there is no service; it only never says "dispatched".
        called = await notifier.send(
            title=message.title,
            message=message.body,
            buttons=[Button(title=text, on_pressed=run) for text, run in message.buttons],
            on_clicked=message.buttons[0][1] if message.buttons else None,
            on_dispatched=lambda: taken.append(True),
        )
        if not taken:
            # It would open another connection with the next try, and keep this one too.
            self.close()
        elif message.group:
            self._group = message.group, called
        return bool(taken)

    async def _take_away(self, notifier: DesktopNotifier, group: int) -> None:
        """What was said of the group before."""
        last, called = self._group
        if group and group == last:
            with contextlib.suppress(KeyError):  # The person closed it.
                await notifier.clear(called)

    def close(self) -> None:
        # The library has no word for this.
        bus = getattr(getattr(self._notifier, "_backend", None), "bus", None)
        if bus is not None:
            bus.disconnect()
        self._notifier = None


@dataclass(frozen=True, slots=True)
class NativeActions:
    """What a click on a notification and its buttons do."""

    open_chart: Callable[[Alert], object]
    show_alerts: Callable[[], object]
    snooze: Callable[[Alert], object]
    mute: Callable[[], object]


class NativeSink:
    """Desktop service, else the tray's own balloon, else what the window can do itself."""

    name = "native"

    def __init__(
        self,
        port: NotificationPort,
        actions: NativeActions,
        *,
        config: Callable[[], AlertConfig],
        balloon: Callable[[str, str], bool],
        last_resort: Callable[[Announcement], object],
        say_once: Callable[[str], object],
        report: Callable[[TheBotError], None],
        local: LocalTime = utc_time,
    ) -> None:
        self._port = port
        self._actions = actions
        self._config = config
        self._local = local
        self._balloon = balloon
        self._last_resort = last_resort
        self._say_once = say_once
        self._said = False
        self._told: tuple[int, int] = 0, 0
        """The group that was told last, and how many it had."""
        self._deliver = AsyncCallbackWrapper(self._send, report, replace=False)

    @property
    def sending(self) -> AsyncCallbackWrapper[[NativeMessage, Announcement], None]:
        return self._deliver

    def tell(self, announcement: Announcement) -> None:
        """A group that grows is told when it begins, and with its number when it is complete."""
        if not self._config().enable_native or announcement.occasion is Occasion.AWAY:
            return
        if announcement.grown and not self._is_news(announcement):
            return
        self._told = announcement.group, len(announcement.alerts)
        message = NativeMessage(
            announcement_title(announcement),
            announcement_body(announcement, self._local),
            self._buttons(announcement),
            announcement.group,
        )
        self._deliver(message, announcement)

    def _is_news(self, announcement: Announcement) -> bool:
        return announcement.complete and self._told != (
            announcement.group,
            len(announcement.alerts),
        )

    def _buttons(self, announcement: Announcement) -> tuple[tuple[str, Callable[[], object]], ...]:
        actions, alert = self._actions, announcement.alerts[0]
        mute = (_tr("Mute for one hour"), actions.mute)
        show = (_tr("Show alerts"), actions.show_alerts)
        if len(announcement.alerts) > 1 or announcement.occasion is Occasion.HELD_BACK:
            return show, mute
        chart = (_tr("Open chart"), lambda: actions.open_chart(alert))
        snooze = (_tr("Snooze 10 min"), lambda: actions.snooze(alert))
        return (chart if alert.has_chart else show), snooze, mute

    def close(self) -> None:
        """What is on its way is given up."""
        self._deliver.cancel()
        self._port.close()

    async def _send(self, message: NativeMessage, announcement: Announcement) -> None:
        if await self._port.send(message):
            return
        if self._balloon(message.title, message.body):
            return
        self._last_resort(announcement)
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
