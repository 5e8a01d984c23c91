"""Speech: alerts read aloud by the system's own voice, as a program of its own."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Qt

from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.app.notifier import Announcement
from thebot_desktop.ui.notifications.words import count_text

LONGEST_TEXT = 240
MOST_WAITING = 3
"""What would be said later than that is not worth saying."""
_QT_MODULE = "PySide6.QtTextToSpeech"
_WINDOWS = (
    "Add-Type -AssemblyName System.Speech; "
    "[Console]::InputEncoding = [Text.Encoding]::UTF8; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak([Console]::In.ReadToEnd())"
)


@dataclass(frozen=True, slots=True)
class VoiceProgram:
    """A program that speaks. The text goes to its standard input, or is its last argument."""

    path: str
    arguments: tuple[str, ...]
    by_argument: bool = False


class VoicePort(Protocol):
    """What can speak on this computer."""

    def say(self, text: str) -> None: ...

    def close(self) -> None: ...


class Voice(QObject):
    """Speaks one text after the other with a program of the system."""

    def __init__(self, program: VoiceProgram) -> None:
        super().__init__()
        self._program = program
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._process = QProcess(self)
        self._text = ""
        self._busy = False
        self._process.started.connect(self._hand_over)
        # Not at once: a program that cannot be started is still starting then.
        for ended in (self._process.finished, self._process.errorOccurred):
            ended.connect(self._next, Qt.ConnectionType.QueuedConnection)

    @property
    def speaking(self) -> bool:
        """Also between two texts."""
        return self._busy

    def say(self, text: str) -> None:
        self._waiting.append(plain(text))
        if not self._busy:
            self._next()

    def close(self) -> None:
        """Fall silent at once."""
        self._waiting.clear()
        if self._busy:
            self._process.kill()
            self._process.waitForFinished(1_000)
            self._busy = False

    def _next(self) -> None:
        if self._process.state() is not QProcess.ProcessState.NotRunning:
            return
        self._busy = bool(self._waiting)
        if not self._busy:
            return
        self._text = self._waiting.popleft()
        last = [self._text] if self._program.by_argument else []
        self._process.start(self._program.path, [*self._program.arguments, *last])

    def _hand_over(self) -> None:
        if not self._program.by_argument:
            self._process.write(self._text.encode())
        self._process.closeWriteChannel()


class QtVoice:
    """Speaks through Qt, where its module for it is installed."""

    def __init__(self, engine: Any) -> None:  # noqa: ANN401 - the module may not be there
        self._engine = engine

    def say(self, text: str) -> None:
        self._engine.enqueue(plain(text))

    def close(self) -> None:
        self._engine.stop()


class SpeechSink:
    """Reads aloud what alerts of the chosen types say."""

    name = "speech"

    def __init__(self, port: VoicePort, config: Callable[[], AlertConfig]) -> None:
        self._port = port
        self._config = config

    def tell(self, announcement: Announcement) -> None:
        spoken = [a for a in announcement.alerts if a.type in self._config().spoken]
        if len(spoken) == 1:
            alert = spoken[0]
            self._port.say(f"{alert.series.symbol} {alert.type.value.lower()}: {alert.message}")
        elif spoken:
            self._port.say(count_text(len(spoken)))

    def close(self) -> None:
        self._port.close()


def make_voice(program: VoiceProgram | None) -> VoicePort | None:
    """Qt's own voice where there is one, else ``program``, else none."""
    if has_qt_voice():
        return QtVoice(importlib.import_module(_QT_MODULE).QTextToSpeech())
    return None if program is None else Voice(program)


def has_qt_voice() -> bool:
    """Whether Qt can speak here; its module belongs to the larger PySide6."""
    return importlib.util.find_spec(_QT_MODULE) is not None


def voice_program(
    platform: str = sys.platform, find: Callable[[str], str | None] = shutil.which
) -> VoiceProgram | None:
    """The program with which this system speaks; None where it has none."""
    known = {
        "darwin": (("say", ("-f", "-"), False),),
        "win32": (("powershell", ("-NoProfile", "-NonInteractive", "-Command", _WINDOWS), False),),
    }
    linux = (("spd-say", ("--wait", "--"), True), ("espeak-ng", ("--stdin",), False))
    for name, arguments, by_argument in known.get(platform, linux):
        path = find(name)
        if path is not None:
            return VoiceProgram(path, arguments, by_argument)
    return None


def speech_trouble(program: VoiceProgram | None, platform: str = sys.platform) -> str:
    """Why nothing can be read aloud here, in a sentence; empty if it can."""
    if program is not None or has_qt_voice():
        return ""
    if platform.startswith("linux"):
        return _tr("This system has no voice: install speech-dispatcher (spd-say) or espeak-ng.")
    return _tr("This system has no voice.")


def plain(text: str) -> str:
    """On one line, without what no voice can say, and not too long."""
    words = "".join(letter if letter.isprintable() else " " for letter in text).split()
    return " ".join(words)[:LONGEST_TEXT]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Speech", text)
