"""Player: plays sound files through miniaudio, on a thread of its own."""

from __future__ import annotations

import array
import asyncio
import logging
import math
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from thebot_desktop.app.notifier import NotificationError
from thebot_desktop.ui.notifications.sounds import LARGEST_FILE

log = logging.getLogger(__name__)

RATE = 44_100
CHANNELS = 2
LONGEST_SECONDS = 10
"""Longer sounds of a person's own are cut here."""
BUFFER_MS = 60
LOOK_AGAIN_SECONDS = 60.0
"""A device that was not there is looked for again after this."""
_KEPT = 16

Samples = array.array  # of signed 16 bit numbers, the channels in turn


class Player:
    """Decodes and plays one sound after the other; a new one ends the one before.

    The library is loaded when first needed: a system for which there is none stays silent.
    """

    def __init__(self, device: Callable[[], Any] | None = None) -> None:
        self._open_device = device or _open_device
        self._threads: ThreadPoolExecutor | None = None
        self._stop = threading.Event()
        self._decoded: dict[tuple[Path, int], Samples[int]] = {}
        self._no_device_until = -math.inf

    async def play(self, path: Path, volume: float) -> bool:
        """Start it; False where there is no device. Raises NotificationError for a bad file."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._no_device_until:
            return False
        self._stop.set()
        self._stop = stop = threading.Event()
        if self._threads is None:
            self._threads = ThreadPoolExecutor(1, "sound")
        started: Future[bool] = Future()
        self._threads.submit(self._play, path, volume, stop, started)
        heard = await asyncio.wrap_future(started)
        if not heard:
            self._no_device_until = loop.time() + LOOK_AGAIN_SECONDS
        return heard

    def close(self) -> None:
        """Fall silent; it can be used again."""
        self._stop.set()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None

    def _play(
        self, path: Path, volume: float, stop: threading.Event, started: Future[bool]
    ) -> None:
        """On the thread: until it has been heard, or another one is wanted."""
        if not started.set_running_or_notify_cancel():
            return
        try:
            samples = louder(self._samples(path), volume)
        except NotificationError as error:
            started.set_exception(error)
            return
        try:
            device = self._open_device()
        except Exception as cause:  # noqa: BLE001 - whatever the system has against sound
            log.info("no device for sound: %s", cause)
            started.set_result(False)
            return
        try:
            device.start(feed(samples))
            started.set_result(True)
            stop.wait(len(samples) / RATE / CHANNELS + 3 * BUFFER_MS / 1000)
        finally:
            device.close()

    def _samples(self, path: Path) -> Samples[int]:
        """Decoded once per state of the file."""
        try:
            key = path, path.stat().st_mtime_ns
        except OSError as cause:
            raise _bad(path) from cause
        if key not in self._decoded:
            while len(self._decoded) >= _KEPT:
                del self._decoded[next(iter(self._decoded))]
            self._decoded[key] = decode(path)
        return self._decoded[key]


@cache
def shared_player() -> Player:
    """One for the whole program: two sounds at once are a noise."""
    return Player()


def decode(path: Path) -> Samples[int]:
    """The beginning of a sound file as samples. Raises NotificationError."""
    try:
        import miniaudio

        if path.stat().st_size > LARGEST_FILE:
            raise _bad(path)
        decoded = miniaudio.decode_file(str(path), nchannels=CHANNELS, sample_rate=RATE)
    except (OSError, ValueError) as cause:
        raise _bad(path) from cause
    except ImportError:
        # Without the library there is no device either, and that is said.
        return array.array("h")
    except miniaudio.MiniaudioError as cause:
        raise _bad(path) from cause
    samples: Samples[int] = decoded.samples
    return samples[: RATE * CHANNELS * LONGEST_SECONDS]


def louder(samples: Samples[int], volume: float) -> Samples[int]:
    """At ``volume`` 0 to 1, by ear: half of it sounds half as loud."""
    import numpy as np

    scaled = np.frombuffer(samples, dtype=np.int16) * np.float32(volume**2)
    return array.array("h", scaled.astype(np.int16).tobytes())


def feed(samples: Samples[int]) -> Generator[bytes, int, None]:
    """Gives as many frames as the device asks for; started already, as it wants."""

    def frames() -> Generator[bytes, int, None]:
        at = 0
        count = yield b""
        while at < len(samples):
            part = samples[at : at + count * CHANNELS]
            at += len(part)
            count = yield part.tobytes()

    made = frames()
    next(made)
    return made


def _open_device() -> Any:  # noqa: ANN401 - the library has no types for it
    import miniaudio

    return miniaudio.PlaybackDevice(
        nchannels=CHANNELS,
        sample_rate=RATE,
        buffersize_msec=BUFFER_MS,
        app_name="THEBOT Desktop",
    )


def _bad(path: Path) -> NotificationError:
    sentence = QCoreApplication.translate("Sounds", "The sound {0} could not be played.")
    return NotificationError(str(path), user_message=sentence.format(path.name))
