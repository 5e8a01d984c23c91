"""Closed candles on disk."""

from __future__ import annotations

import sqlite3

import pytest

from tests.fakes import BTC_1M, ETH_1M, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import Origin


def test_what_was_saved_is_there_after_a_restart(tmp_path):
    """Values, order and origin survive; another series is not touched."""
    path = tmp_path / "c.sqlite"
    store = CandleStore(path, [])
    store.save(BTC_1M, [candle(i) for i in (2, 0, 1)], Origin.REPAIRED)
    store.close()
    again = CandleStore(path, [])
    loaded = again.load(BTC_1M, 10)
    assert [loaded.at(i).close for i in range(3)] == [candle(i).close for i in range(3)]
    assert loaded.origin.tolist() == [Origin.REPAIRED] * 3
    assert again.last_open_time(BTC_1M) == 120_000
    assert len(again.load(ETH_1M, 10)) == 0
    assert again.last_open_time(ETH_1M) is None
    again.close()


def test_a_closed_candle_is_final(tmp_path):
    """The first one kept is the one that stays."""
    store = CandleStore(tmp_path / "c.sqlite", [])
    store.save(BTC_1M, [candle(0, close=1.0)], Origin.LIVE)
    store.save(BTC_1M, [candle(0, close=9.0)], Origin.HISTORY)
    assert store.load(BTC_1M, 1).close.tolist() == [1.0]
    store.close()


def test_only_the_newest_are_loaded():
    """A limit cuts at the old end. Without a path everything is in memory."""
    store = CandleStore(None, [])
    store.save(BTC_1M, [candle(i) for i in range(10)], Origin.LIVE)
    assert store.load(BTC_1M, 3).open_time.tolist() == [420_000, 480_000, 540_000]
    store.close()


def test_a_file_that_is_no_database_costs_a_notice_and_is_left_alone(tmp_path):
    """The program goes on in memory."""
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"not a database at all, but somebody's file" * 50)
    notices = []
    store = CandleStore(path, notices)
    store.save(BTC_1M, [candle(0)], Origin.LIVE)
    assert len(store.load(BTC_1M, 5)) == 1
    assert str(path) in notices[0]
    assert path.read_bytes().startswith(b"not a database")
    store.close()


def test_a_refusal_of_the_disk_is_our_own_error(tmp_path):
    """Callers know StorageError, not SQLite."""
    path = tmp_path / "c.sqlite"
    store = CandleStore(path, [])
    other = sqlite3.connect(path)
    other.execute("DROP TABLE candles")
    other.commit()
    other.close()
    with pytest.raises(StorageError):
        store.save(BTC_1M, [candle(0)], Origin.LIVE)
    store.close()
