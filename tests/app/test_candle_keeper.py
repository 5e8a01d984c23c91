"""Candles are kept whether or not the disk takes them."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, ETH_1M, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app import candle_keeper
from thebot_desktop.app.candle_keeper import RETRY_MS, CandleKeeper
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import SimulatedClock, UnixMs


class MoodyStore(CandleStore):
    """A store in memory that refuses to write, or does not answer at all."""

    full = False
    gone = False
    asked = 0

    def ready(self):
        if self.gone:
            raise StorageError("gone", user_message="The disk is gone.")
        super().ready()

    def add(self, series, rows):
        self.asked += 1
        if self.full or self.gone:
            raise StorageError("full", user_message="The disk is full.")
        return super().add(series, rows)

    def _transaction(self):
        if self.gone:
            raise StorageError("gone", user_message="The disk is gone.")
        return super()._transaction()


class Setting:
    def __init__(self, *, gone=False):
        self.store = MoodyStore(None, [])
        self.store.gone = gone
        self.clock = SimulatedClock(UnixMs(1_000_000))
        self.faults, self.reported = Observers(), []
        self.faults.add(self.reported.append)
        self.keeper = CandleKeeper(self.store, self.faults, self.clock)

    def save(self, *numbers, series=BTC_1M, origin=Origin.LIVE):
        self.keeper.save(series, [candle(n) for n in numbers], origin)

    def wait(self):
        self.clock.advance_to(UnixMs(self.clock.now() + RETRY_MS))
        self.keeper.retry()


@pytest.fixture
def setting():
    made = Setting()
    yield made
    made.store.gone = False
    made.keeper.close()


def test_a_store_that_takes_everything_is_all_there_is(setting):
    """Nothing waits, nothing is said."""
    setting.save(0, 1)
    assert setting.keeper.load(BTC_1M, 10).open_time.tolist() == [0, 60_000]
    assert setting.keeper.last_open_time(BTC_1M) == 60_000
    assert setting.keeper.last_open_time(ETH_1M) is None
    assert (setting.keeper.waiting, setting.keeper.refusal, setting.reported) == (0, "", [])


def test_a_full_disk_is_said_once_and_nothing_is_lost(setting):
    """What waits is found with what is stored, in order and with its origin."""
    setting.save(0, 1)
    setting.store.full = True
    setting.save(3, origin=Origin.REPAIRED)
    setting.save(2)
    setting.save(5, series=ETH_1M)
    assert [e.user_message for e in setting.reported] == ["The disk is full."]
    assert setting.keeper.refusal.startswith("The disk is full. The program goes on")
    assert setting.keeper.waiting == 3
    loaded = setting.keeper.load(BTC_1M, 3)
    assert loaded.open_time.tolist() == [60_000, 120_000, 180_000]
    assert loaded.origin.tolist() == [Origin.LIVE, Origin.LIVE, Origin.REPAIRED]
    assert setting.keeper.last_open_time(ETH_1M) == 300_000


def test_when_there_is_room_again_everything_is_stored(setting):
    """It is looked at now and then, not with every candle."""
    setting.store.full = True
    setting.save(0)
    asked = setting.store.asked
    setting.save(1)
    setting.keeper.retry()
    assert setting.store.asked == asked
    setting.wait()
    assert setting.keeper.waiting == 2
    setting.store.full = False
    setting.wait()
    assert (setting.keeper.waiting, setting.keeper.refusal) == (0, "")
    assert setting.store.load(BTC_1M, 5).open_time.tolist() == [0, 60_000]
    assert len(setting.reported) == 1
    setting.store.full = True
    setting.save(2)
    assert len(setting.reported) == 2


def test_the_last_attempt_is_made_at_the_end(setting):
    """Somebody may have made room without the program noticing."""
    setting.store.full = True
    setting.save(0)
    setting.store.full = False
    stored = []
    setting.store.close = lambda: stored.append(len(setting.store.load(BTC_1M, 5)))
    setting.keeper.close()
    assert stored == [1]


def test_a_store_that_cannot_be_opened_is_tried_again():
    """It is said once; from memory everything works."""
    setting = Setting(gone=True)
    setting.save(0)
    setting.wait()
    assert setting.keeper.refusal.startswith("The disk is gone.")
    assert [e.user_message for e in setting.reported] == ["The disk is gone."]
    assert setting.keeper.load(BTC_1M, 5).open_time.tolist() == [0]
    assert len(setting.keeper.load(ETH_1M, 5)) == 0
    setting.store.gone = False
    setting.wait()
    assert setting.keeper.refusal == ""
    assert len(setting.store.load(BTC_1M, 5)) == 1
    setting.keeper.close()


def test_what_waits_has_a_bound(setting, monkeypatch):
    """The largest series goes as a whole: a part of it would look like a hole in the market."""
    monkeypatch.setattr(candle_keeper, "MOST_WAITING", 10)
    setting.store.full = True
    setting.save(1, 2, series=ETH_1M)
    setting.save(*range(9))
    assert setting.keeper.waiting == 2
    assert len(setting.keeper.load(BTC_1M, 20)) == 0
    assert len(setting.keeper.load(ETH_1M, 20)) == 2
