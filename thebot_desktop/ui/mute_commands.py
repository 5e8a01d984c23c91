"""Commands that ask for peace, for as long as one likes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from thebot_desktop.app.notifier import Notifier
from thebot_desktop.ui.actions import Command
from thebot_desktop.ui.notifications.mutes import mute_choices

MENU = "alerts.mute"
END = "alert.mute.end"
_HOUR = "hour"


def mute_commands(notifier: Notifier, toggle: Callable[[], object]) -> list[Command]:
    """The hour can be ended by the same command; its tick says whether a mute holds."""
    commands = [
        Command(f"alert.mute.{choice.id}", choice.text, choice.run, menu=MENU)
        for choice in mute_choices(notifier)
        if choice.id != _HOUR
    ]
    hour = Command(
        "alert.mute",
        _tr("Mute for one hour"),
        toggle,
        menu=MENU,
        icon="mute",
        checkable=True,
        tip=_tr("Show no notifications for an hour; alerts are kept in the history"),
    )
    return [commands[0], hour, *commands[1:]]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mute", text)
