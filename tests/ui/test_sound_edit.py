"""Choosing a sound, and hearing it."""

import pytest
from PySide6.QtCore import Qt

from tests.ui.notifications.test_sounds import Device
from thebot_desktop.ui.sound_edit import USUAL, SoundEdit

pytestmark = pytest.mark.ui


class Desk:
    """A person who chooses a file, or none."""

    def __init__(self, file=""):
        self.file, self.asked = file, []

    def ask(self, _parent, title, kinds, chosen):
        self.asked.append((title, kinds))
        if self.file:
            chosen(self.file)


@pytest.fixture
def make(qtbot):
    def make(file="", **given):
        desk, device = Desk(file), given.pop("device", Device())
        edit = SoundEdit(ask=desk.ask, port=device, **given)
        qtbot.addWidget(edit)
        edit.show()
        edit.desk, edit.device = desk, device
        return edit

    return make


def texts(edit):
    return [edit.box.itemText(i) for i in range(edit.box.count())]


def choose(edit, text):
    edit.box.setCurrentIndex(edit.box.findText(text))


async def hear(edit, qtbot):
    qtbot.mouseClick(edit.play, Qt.MouseButton.LeftButton)
    await edit.playing.wait()


def test_ours_none_and_a_file_are_offered(make):
    """Where there is a usual one it comes first, and cannot be tried: it is not known here."""
    edit = make()
    assert texts(edit)[-2:] == ["No sound", "A file of your own…"]
    assert edit.read() == "buy"
    usual = make(usual="As for its type")
    assert usual.read() == USUAL
    assert not usual.play.isVisible()


async def test_a_sound_is_tried(make, qtbot):
    """At the volume of the form."""
    edit = make(volume=lambda: 40)
    choose(edit, "Falling")
    await hear(edit, qtbot)
    assert edit.device.played == [("sell.wav", 0.4)]
    assert edit.said == ""
    choose(edit, "No sound")
    assert edit.read() == "none"
    assert not edit.play.isVisible()


async def test_a_try_says_what_is_in_the_way(make, qtbot):
    """No device; a file that is no sound."""
    edit = make(device=Device(there=False))
    await hear(edit, qtbot)
    assert edit.said == "No device for sound was found."
    broken = make(device=Device(broken=("buy.wav",)))
    await hear(broken, qtbot)
    assert broken.said == "The sound buy.wav could not be played."


def test_a_file_becomes_an_entry(make, tmp_path):
    """It stays chosen when another file is not."""
    file = tmp_path / "gong.wav"
    file.write_bytes(b"x")
    edit, told = make(str(file)), []
    edit.edited.connect(lambda: told.append(edit.read()))
    choose(edit, "A file of your own…")
    assert told == [str(file)]
    assert edit.box.currentText() == "gong.wav"
    assert edit.problem == ""
    edit.desk.file = ""
    choose(edit, "A file of your own…")
    assert edit.read() == str(file)
    assert edit.box.currentText() == "gong.wav"
    assert len(edit.desk.asked) == 2
    assert "*.flac" in edit.desk.asked[0][1]


def test_a_file_that_is_gone_is_said(make, tmp_path):
    """It was there when it was chosen."""
    edit = make()
    edit.write(str(tmp_path / "gone.wav"))
    assert edit.box.currentText() == "gone.wav"
    assert edit.problem == f"There is no file {tmp_path / 'gone.wav'}."
