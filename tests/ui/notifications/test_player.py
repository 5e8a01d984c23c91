"""Playing sound files, on the device of the library that discards what it plays."""

import array
import time

import pytest

from thebot_desktop.app.notifier import NotificationError
from thebot_desktop.ui.notifications.player import CHANNELS, RATE, Player, decode, feed, louder
from thebot_desktop.ui.notifications.sounds import sound_file

miniaudio = pytest.importorskip("miniaudio", reason="there is no miniaudio for this system")


class Null:
    """Opens the null device, and knows which are open."""

    def __init__(self):
        self.opened, self.closed = 0, 0

    def __call__(self):
        outer = self
        self.opened += 1

        class Device(miniaudio.PlaybackDevice):
            def close(self):
                outer.closed += self.running or 1
                super().close()

        return Device(nchannels=CHANNELS, sample_rate=RATE, backends=[miniaudio.Backend.NULL])


async def test_a_sound_is_played_without_keeping_anyone_waiting():
    """It begins at once; the next one ends it."""
    device = Null()
    player = Player(device)
    begun = time.monotonic()
    assert await player.play(sound_file("urgent"), 0.5)
    assert await player.play(sound_file("info"), 0.5)
    assert time.monotonic() - begun < 1.0
    player.close()
    assert device.opened == device.closed == 2


async def test_it_can_be_used_again_after_it_was_closed():
    """Closing only means silence."""
    device = Null()
    player = Player(device)
    player.close()
    assert await player.play(sound_file("buy"), 1.0)
    player.close()
    assert device.closed == 1


async def test_without_a_device_it_says_so_and_does_not_ask_each_time():
    """Asking takes a while on some systems."""
    asked = []

    def none():
        asked.append(1)
        raise miniaudio.MiniaudioError("no device")

    player = Player(none)
    assert not await player.play(sound_file("buy"), 1.0)
    assert not await player.play(sound_file("buy"), 1.0)
    assert asked == [1]
    player.close()


async def test_what_is_no_sound_is_refused(tmp_path):
    """By name; whether it is missing, empty or something else."""
    player = Player(Null())
    text = tmp_path / "note.wav"
    text.write_text("no sound")
    for path in (text, tmp_path / "missing.wav"):
        with pytest.raises(NotificationError) as refused:
            await player.play(path, 1.0)
        assert path.name in refused.value.user_message
    player.close()


def test_a_bundled_sound_is_loud_and_ends_silent():
    """No click at the end, no overflow."""
    samples = decode(sound_file("buy"))
    assert 0.4 < max(samples) / 32_767 < 0.8
    assert abs(samples[-1]) < 40


def test_the_volume_is_by_ear():
    """Half of it is a quarter of the swing."""
    samples = array.array("h", [20_000, -20_000, 0])
    assert list(louder(samples, 1.0)) == [20_000, -20_000, 0]
    assert list(louder(samples, 0.5)) == [5_000, -5_000, 0]
    assert list(louder(samples, 0.0)) == [0, 0, 0]


def test_a_device_is_fed_what_it_asks_for():
    """Then no more."""
    frames = feed(array.array("h", range(10)))
    assert len(frames.send(3)) == 3 * CHANNELS * 2
    assert len(frames.send(9)) == 2 * CHANNELS * 2
    with pytest.raises(StopIteration):
        frames.send(1)
