"""Mutes: for how long a person can ask for peace, and how that is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from thebot_desktop.alerts.hours import LocalTime
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.quiet import FOR_GOOD, Silence
from thebot_desktop.domain.time import HOUR_MS, MINUTE_MS
from thebot_desktop.ui.notifications.words import time_text


@dataclass(frozen=True, slots=True)
class MuteChoice:
    """One entry of a menu; ``id`` names its command."""

    id: str
    text: str
    run: Callable[[], object]


def mute_choices(notifier: Notifier) -> tuple[MuteChoice, ...]:
    """All of them; the last one ends a mute."""
    return (
        MuteChoice(
            "quarter", _tr("Mute for 15 minutes"), partial(notifier.mute_for, 15 * MINUTE_MS)
        ),
        MuteChoice("hour", _tr("Mute for one hour"), partial(notifier.mute_for, HOUR_MS)),
        MuteChoice("morning", _tr("Mute until the morning, 8:00"), notifier.mute_until_morning),
        MuteChoice("good", _tr("Mute until switched on again"), notifier.mute_for_good),
        MuteChoice("end", _tr("End the mute"), partial(notifier.mute_for, 0)),
    )


def quiet_text(notifier: Notifier, local: LocalTime) -> str:
    """Why nothing is told right now; empty while alerts are told."""
    silence = notifier.silence
    if silence is None:
        return ""
    if silence is Silence.HOURS:
        return _tr("Quiet hours")
    if notifier.muted_until >= FOR_GOOD:
        return _tr("Muted")
    return _tr("Muted until {0}").format(time_text(notifier.muted_until, local))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Mute", text)
