"""Which sound an alert has, and what happens where it cannot be played."""

import pytest

from tests.ui.notifications.test_toasts import alert, told
from thebot_desktop.alerts.alert_config import AlertConfig
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.app.notifier import NotificationError
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.notifications.sounds import BUNDLED, SoundSink, sound_file, sound_trouble


class Device:
    """Plays what it is given, unless it is broken or not there."""

    def __init__(self, *, there=True, broken=()):
        self.there, self.broken, self.played = there, broken, []

    async def play(self, path, volume):
        if path.name in self.broken:
            raise NotificationError(user_message=f"The sound {path.name} could not be played.")
        self.played.append((path.name, volume))
        return self.there

    def close(self):
        self.played.append("closed")


class Room:
    """A sink with its surroundings."""

    def __init__(self, device=None, tellings=None, **config):
        self.device = device or Device()
        self.tellings, self.now = tellings or {}, 0.0
        self.said, self.beeps, self.faults = [], [], []
        self.config = AlertConfig(**{"enable_audio": True, **config})
        self.sink = SoundSink(
            self.device,
            config=lambda: self.config,
            telling=lambda a: self.tellings.get(a.id, Telling()),
            say_once=self.said.append,
            report=self.faults.append,
            beep=lambda: self.beeps.append(1),
            seconds=lambda: self.now,
        )

    async def hear(self, *alerts):
        self.sink.tell(told(*alerts))
        await self.sink.playing.wait()
        assert self.faults == []
        return self.device.played


@pytest.mark.parametrize("name", BUNDLED)
def test_all_bundled_sounds_are_there(name):
    """In the resources, and small."""
    assert 10_000 < sound_file(name).stat().st_size < 150_000
    assert sound_trouble(name) == ""


async def test_each_type_has_its_sound():
    """At the volume that was chosen."""
    room = Room(volume=50)
    for kind in AlertType:
        await room.hear(alert(kind=kind))
        room.now += 2.0
    assert [name for name, _ in room.device.played] == [
        "buy.wav",
        "sell.wav",
        "warning.wav",
        "info.wav",
    ]
    assert room.device.played[0][1] == 0.5


async def test_a_rule_may_have_a_sound_of_its_own():
    """An urgent one has the urgent sound unless it says otherwise; another may have none."""
    own = "/tmp/own.wav"
    tellings = {
        "a1": Telling(sound=own),
        "a2": Telling(urgent=True),
        "a3": Telling(urgent=True, sound="info"),
        "a4": Telling(sound="none"),
    }
    room = Room(tellings=tellings)
    for number in range(1, 5):
        await room.hear(alert(number))
        room.now += 2.0
    assert [name for name, _ in room.device.played] == ["own.wav", "urgent.wav", "info.wav"]


async def test_several_at_once_are_one_sound():
    """Whether they come as one piece or one after the other."""
    room = Room()
    await room.hear(alert(1), alert(2))
    await room.hear(alert(3))
    assert len(room.device.played) == 1
    room.now = 1.5
    await room.hear(alert(4))
    assert len(room.device.played) == 2


@pytest.mark.parametrize("config", [{"enable_audio": False}, {"volume": 0}, {"sound_buy": "none"}])
async def test_silence_can_be_chosen(config):
    """As a whole, or for a type."""
    assert await Room(**config).hear(alert()) == []


async def test_without_a_device_it_beeps_and_says_so_once():
    """Better than nothing."""
    room = Room(Device(there=False))
    await room.hear(alert(1))
    room.now = 5.0
    await room.hear(alert(2))
    assert room.beeps == [1, 1]
    assert room.said == ["No device for sound was found, so alerts only beep."]


async def test_a_file_that_is_no_sound_gives_way_to_the_usual_one():
    """And the person hears why."""
    room = Room(Device(broken=("own.wav",)), sound_buy="/tmp/own.wav")
    await room.hear(alert())
    assert [name for name, _ in room.device.played] == ["buy.wav"]
    assert room.said == [
        "The sound own.wav could not be played. The usual sound is played instead."
    ]
    room.sink.close()
    assert room.device.played[-1] == "closed"


def test_a_file_of_ones_own_is_looked_at(tmp_path):
    """Its kind, whether it is there, and its size."""
    assert "kinds" in sound_trouble(str(tmp_path / "note.txt"))
    missing = tmp_path / "note.wav"
    assert sound_trouble(str(missing)) == f"There is no file {missing}."
    missing.write_bytes(b"x")
    assert sound_trouble(str(missing)) == ""
    with missing.open("wb") as file:
        file.truncate(21_000_000)
    assert "too large" in sound_trouble(str(missing))
    assert sound_trouble("none") == ""
