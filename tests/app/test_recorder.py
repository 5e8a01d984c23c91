"""Closed candles are written a few at a time."""

from __future__ import annotations

from tests.fakes import BTC_1M, FakeArchive, update
from thebot_desktop.app.recorder import CandleRecorder
from thebot_desktop.domain.market import Origin


def test_candles_are_kept_once_with_their_origin():
    """Live and repaired ones alike."""
    archive = FakeArchive()
    recorder = CandleRecorder(archive)
    recorder.add(update(0))
    recorder.add(update(1, origin=Origin.REPAIRED))
    recorder.flush()
    archive.kept[BTC_1M].clear()
    recorder.add(update(2))
    recorder.flush()
    recorder.flush()
    assert [o for _, o in archive.kept[BTC_1M].values()] == [Origin.LIVE]


def test_each_origin_of_a_batch_is_told():
    """One transaction for each series and origin."""
    archive = FakeArchive()
    recorder = CandleRecorder(archive)
    for index, origin in enumerate((Origin.LIVE, Origin.REPAIRED, Origin.EXCHANGE_HOLE)):
        recorder.add(update(index, origin=origin))
    recorder.flush()
    kept = [origin for _, origin in archive.kept[BTC_1M].values()]
    assert kept == [Origin.LIVE, Origin.REPAIRED, Origin.EXCHANGE_HOLE]
