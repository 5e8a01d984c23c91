"""Sounds of alerts: which there are, which one is played, and what is left without a device."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from thebot_desktop.alerts.alert_config import NO_SOUND, AlertConfig, SoundChoice
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.app.notifier import Announcement, NotificationError
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.signals import Alert
from thebot_desktop.ui.async_callback import AsyncCallbackWrapper
from thebot_desktop.ui.resources import resource

BUNDLED = ("buy", "sell", "warning", "info", "urgent")
URGENT = SoundChoice("urgent")
OWN_KINDS = (".wav", ".mp3", ".flac", ".ogg")
LARGEST_FILE = 20_000_000
APART_SECONDS = 1.0
"""Alerts that follow each other closer than this make one sound."""


class SoundPort(Protocol):
    """What plays sounds on this computer."""

    async def play(self, path: Path, volume: float) -> bool:
        """Start it at ``volume`` (0 to 1); False where there is nothing to play it on.

        Raises NotificationError for a file that is no sound.
        """
        ...

    def close(self) -> None:
        """Fall silent."""
        ...


class SoundSink:
    """The sound of the rule, else of the type of alert; one for all that come at once."""

    name = "sound"

    def __init__(
        self,
        port: SoundPort,
        *,
        config: Callable[[], AlertConfig],
        telling: Callable[[Alert], Telling],
        say_once: Callable[[str], object],
        report: Callable[[TheBotError], None],
        beep: Callable[[], object] = QApplication.beep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._config = config
        self._telling = telling
        self._say_once = say_once
        self._beep = beep
        self._seconds = seconds
        self._played_at = -APART_SECONDS
        self._said: set[str] = set()
        self._play = AsyncCallbackWrapper(self._play_one, report, replace=False)

    @property
    def playing(self) -> AsyncCallbackWrapper[[Alert, SoundChoice], None]:
        return self._play

    def tell(self, announcement: Announcement) -> None:
        if not self._config().enable_audio or self._config().volume == 0:
            return
        now = self._seconds()
        if now - self._played_at < APART_SECONDS:
            return
        for alert in announcement.alerts:
            choice = self.choice_for(alert)
            if choice != NO_SOUND:
                self._played_at = now
                self._play(alert, choice)
                return

    def choice_for(self, alert: Alert) -> SoundChoice:
        """What its rule says; an urgent one that says nothing has the urgent sound."""
        telling = self._telling(alert)
        if telling.sound:
            return SoundChoice(telling.sound)
        usual = self._config().sound_of(alert.type)
        return URGENT if telling.urgent and usual != NO_SOUND else usual

    def close(self) -> None:
        self._play.cancel()
        self._port.close()

    async def _play_one(self, alert: Alert, choice: SoundChoice) -> None:
        volume = self._config().volume / 100
        try:
            heard = await self._port.play(sound_file(choice), volume)
        except NotificationError as error:
            self._say(f"{error.user_message} {_tr('The usual sound is played instead.')}")
            heard = await self._port.play(sound_file(SoundChoice(alert.type.value.lower())), volume)
        if not heard:
            self._beep()
            self._say(_tr("No device for sound was found, so alerts only beep."))

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say_once(sentence)


def sound_file(choice: SoundChoice) -> Path:
    """The bundled sound of this name, or the file of a person's own."""
    return resource("sounds", f"{choice}.wav") if choice in BUNDLED else Path(choice)


def sound_trouble(choice: SoundChoice) -> str:
    """Why a file cannot be a sound, in a sentence; empty if it may be one."""
    if choice in (*BUNDLED, NO_SOUND):
        return ""
    path = Path(choice)
    if path.suffix.lower() not in OWN_KINDS:
        return _tr("A sound is a file of one of these kinds: {0}.").format(" ".join(OWN_KINDS))
    try:
        size = path.stat().st_size
    except OSError:
        return _tr("There is no file {0}.").format(choice)
    if not path.is_file() or size > LARGEST_FILE:
        return _tr("This file is too large for a sound.")
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sounds", text)
