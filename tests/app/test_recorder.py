"""Closed candles are written a few at a time."""

from __future__ import annotations

from tests.fakes import BTC_1M, FakeArchive, update
from thebot_desktop.app.recorder import CandleRecorder
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.observers import Observers


class FullDisk(FakeArchive):
    full = True

    def save(self, series, candles, origin):
        if self.full:
            raise StorageError("full")
        super().save(series, candles, origin)


def test_candles_are_kept_with_their_origin():
    """Live and repaired ones alike."""
    archive = FakeArchive()
    recorder = CandleRecorder(archive, Observers())
    recorder.add(update(0))
    recorder.add(update(1, origin=Origin.REPAIRED))
    recorder.flush()
    recorder.flush()
    assert [o for _, o in archive.kept[BTC_1M].values()] == [Origin.LIVE, Origin.REPAIRED]


def test_a_full_disk_is_said_once_and_loses_nothing():
    """When there is room again, everything is written."""
    faults, reported = Observers(), []
    faults.add(reported.append)
    archive = FullDisk()
    recorder = CandleRecorder(archive, faults)
    for index in range(5):
        recorder.add(update(index))
        recorder.flush()
    archive.full = False
    recorder.flush()
    assert len(reported) == 1
    assert len(archive.kept[BTC_1M]) == 5
