"""Alerts read aloud by a program of the system."""

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace

import pytest

from tests.ui.notifications.test_toasts import alert, told
from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.notifications.speech import (
    LONGEST_TEXT,
    SpeechSink,
    Voice,
    VoiceProgram,
    has_qt_voice,
    make_voice,
    plain,
    speech_trouble,
    voice_program,
)

READS = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '|')"
TAKES = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + '|')"


class Mouth:
    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)

    def close(self):
        self.said.append("closed")


def test_only_chosen_types_are_read():
    """Several are a number."""
    mouth = Mouth()
    config = AlertConfig(spoken=(AlertType.BUY,))
    sink = SpeechSink(mouth, lambda: config)
    sink.tell(told(alert()))
    sink.tell(told(alert(2, AlertType.SELL)))
    sink.tell(told(alert(1), alert(2), alert(3, AlertType.SELL)))
    sink.close()
    assert mouth.said == ["BTCUSDT buy: message 1", "2 alerts", "closed"]


@pytest.mark.parametrize(("program", "by_argument"), [(READS, False), (TAKES, True)])
def test_a_program_is_given_one_text_after_the_other(qtbot, tmp_path, program, by_argument):
    """As it is, whatever it looks like to a shell; the oldest of too many is left out."""
    heard = tmp_path / "heard"
    heard.touch()
    voice = Voice(VoiceProgram(sys.executable, ("-c", program, str(heard)), by_argument))
    texts = ["$(reboot) ; -x 'quoted'", "two", "three", "four", "five"]
    for text in texts:
        voice.say(text)
    qtbot.waitUntil(lambda: not voice.speaking, timeout=20_000)
    assert heard.read_text() == "|".join([texts[0], *texts[2:], ""])
    voice.close()


def test_silence_comes_at_once(qtbot):
    """Nothing of what waits is said."""
    voice = Voice(VoiceProgram(sys.executable, ("-c", "import time; time.sleep(60)")))
    voice.say("one")
    voice.say("two")
    qtbot.waitUntil(lambda: voice.speaking)
    voice.close()
    assert not voice.speaking


def test_a_program_that_does_not_start_harms_nobody(qtbot, tmp_path):
    """It may be taken away while the program runs."""
    voice = Voice(VoiceProgram(str(tmp_path / "gone"), ()))
    voice.say("one")
    voice.say("two")
    qtbot.waitUntil(lambda: not voice.speaking)
    voice.close()


def test_each_system_has_its_voice():
    """Or a sentence that says what to install."""
    there = {"say", "powershell", "espeak-ng"}
    find = lambda name: f"/bin/{name}" if name in there else None  # noqa: E731
    assert voice_program("darwin", find).path == "/bin/say"
    assert voice_program("win32", find).path == "/bin/powershell"
    assert voice_program("linux", find).arguments == ("--stdin",)
    there.add("spd-say")
    assert voice_program("linux", find).by_argument
    assert voice_program("linux", lambda _name: None) is None
    assert speech_trouble(voice_program("linux", find)) == ""
    assert "spd-say" in speech_trouble(None, "linux")
    assert speech_trouble(None, "darwin") == "This system has no voice."


def test_what_no_voice_can_say_is_left_out():
    """Line ends, control characters, and the end of a long text."""
    assert plain("a\n\x1bb\t c") == "a b c"
    assert len(plain("word " * 200)) <= LONGEST_TEXT


def test_qt_speaks_where_its_module_is_installed(monkeypatch):
    """Its queue is its own; without it the program of the system speaks."""
    heard = []
    engine = SimpleNamespace(enqueue=heard.append, stop=lambda: heard.append("stopped"))
    module = ModuleType("PySide6.QtTextToSpeech")
    module.QTextToSpeech = lambda: engine
    module.__spec__ = ModuleSpec(module.__name__, None)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert speech_trouble(None, "linux") == ""
    voice = make_voice(None)
    voice.say("one\ntwo")
    voice.close()
    assert heard == ["one two", "stopped"]


@pytest.mark.skipif(has_qt_voice(), reason="Qt can speak here")
def test_without_qt_s_module_a_program_speaks_or_nobody():
    """As the system has it."""
    assert make_voice(None) is None
    assert isinstance(make_voice(VoiceProgram("say", ())), Voice)
