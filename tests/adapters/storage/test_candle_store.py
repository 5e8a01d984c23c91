"""Closed candles on disk."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest

from tests.fakes import BTC_1M, ETH_1M, candle
from thebot_desktop.adapters.storage.candle_store import BLOCK, CandleStore
from thebot_desktop.app.candle_rows import ROW, rows_of
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
    """It is tried again each time: somebody may have taken the file away."""
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"not a database at all, but somebody's file" * 50)
    notices = []
    store = CandleStore(path, notices)
    assert str(path) in notices[0]
    with pytest.raises(StorageError):
        store.save(BTC_1M, [candle(0)], Origin.LIVE)
    with pytest.raises(StorageError):
        store.load(BTC_1M, 5)
    assert path.read_bytes().startswith(b"not a database")
    path.unlink()
    store.save(BTC_1M, [candle(0)], Origin.LIVE)
    assert len(store.load(BTC_1M, 5)) == 1
    store.close()


def test_a_refusal_of_the_disk_is_our_own_error(tmp_path):
    """Callers know StorageError, not SQLite."""
    path = tmp_path / "c.sqlite"
    store = CandleStore(path, [])
    other = sqlite3.connect(path)
    other.execute("DROP TABLE blocks")
    other.commit()
    other.close()
    with pytest.raises(StorageError):
        store.save(BTC_1M, [candle(0)], Origin.LIVE)
    store.close()


def test_a_stretch_comes_with_every_value(tmp_path):
    """Both ends count; candles far apart and added out of order are one series."""
    store = CandleStore(tmp_path / "c.sqlite", [])
    store.save(BTC_1M, [candle(i) for i in (500, 65, 64, 0, 63)], Origin.LIVE)
    store.save(BTC_1M, [candle(i) for i in (64, 62)], Origin.REPAIRED)
    kept = [0, 62, 63, 64, 65, 500]
    assert store.rows(BTC_1M).tolist() == [
        (*msgspec.structs.astuple(candle(i)), 2 if i == 62 else 0) for i in kept
    ]
    part = store.rows(BTC_1M, candle(62).open_time, candle(65).open_time)
    assert part["open_time"].tolist() == [candle(i).open_time for i in kept[1:5]]
    assert len(store.rows(ETH_1M)) == 0
    assert store.load(BTC_1M, 2).open_time.tolist() == [candle(i).open_time for i in (65, 500)]
    store.close()


def test_what_was_added_is_counted():
    """A candle that is there already is not new."""
    store = CandleStore(None, [])
    rows = rows_of([candle(i) for i in range(200)], Origin.IMPORTED)
    assert store.add(BTC_1M, rows[:100]) == 100
    assert store.add(BTC_1M, rows[50:]) == 100
    assert store.add(BTC_1M, rows) == 0
    assert store.add(BTC_1M, rows[:0]) == 0
    assert store.rows(BTC_1M).tolist() == rows.tolist()
    store.close()


def test_the_file_of_an_older_version_is_taken_over(tmp_path):
    """It had a table with a row per candle."""
    path = tmp_path / "c.sqlite"
    older = sqlite3.connect(path)
    names = ("symbol", "interval", *(ROW.names))
    older.execute(f"CREATE TABLE candles ({', '.join(names)})")
    values = [("BTCUSDT", "1m", *row) for row in rows_of([candle(1), candle(0)], 3).tolist()]
    older.executemany(f"INSERT INTO candles VALUES ({','.join('?' * 12)})", values)
    older.commit()
    older.close()
    notices = []
    for _ in range(2):
        store = CandleStore(path, notices)
        assert store.rows(BTC_1M).tolist() == rows_of([candle(0), candle(1)], 3).tolist()
        store.close()
    assert notices == []


@pytest.mark.parametrize("damage", ["x'0102'", "rows || x'00'", "substr(rows, 74) || rows"])
def test_a_damaged_block_is_left_out_and_replaced(tmp_path, damage, caplog):
    """The other blocks stay; what is missing is fetched one day and put in its place."""
    path = tmp_path / "c.sqlite"
    store = CandleStore(path, [])
    store.save(BTC_1M, [candle(i) for i in range(3 * BLOCK)], Origin.LIVE)
    other = sqlite3.connect(path)
    other.execute(f"UPDATE blocks SET rows = CAST({damage} AS BLOB) WHERE block = 1")
    other.commit()
    other.close()
    times = [candle(i).open_time for i in range(3 * BLOCK)]
    assert store.rows(BTC_1M)["open_time"].tolist() == times[:BLOCK] + times[2 * BLOCK :]
    assert "damaged" in caplog.text
    store.save(BTC_1M, [candle(i) for i in range(3 * BLOCK)], Origin.HISTORY)
    loaded = store.load(BTC_1M, 1000)
    assert loaded.open_time.tolist() == times
    assert set(loaded.origin[BLOCK : 2 * BLOCK]) == {Origin.HISTORY}
    store.close()


def test_an_origin_that_does_not_exist_is_damage(tmp_path):
    """Nobody downstream meets a number without a meaning."""
    store = CandleStore(tmp_path / "c.sqlite", [])
    rows = rows_of([candle(0)], Origin.LIVE)
    rows["origin"] = 99
    store.add(BTC_1M, rows)
    assert len(store.load(BTC_1M, 5)) == 0
    store.close()


def test_each_candle_keeps_its_own_origin(tmp_path):
    """In the file, in columns and in rows."""
    path = tmp_path / "c.sqlite"
    store = CandleStore(path, [])
    for number, origin in enumerate(Origin):
        store.save(BTC_1M, [candle(number)], origin)
    store.close()
    again = CandleStore(path, [])
    assert again.load(BTC_1M, 10).origin.tolist() == list(Origin)
    assert again.rows(BTC_1M)["origin"].tolist() == list(Origin)
    again.close()


@pytest.mark.parametrize("real", [o for o in Origin if o is not Origin.EXCHANGE_HOLE])
def test_a_filler_gives_way_to_any_real_candle(real):
    """Whichever of the two came first; of real ones the first stays."""
    store = CandleStore(None, [])
    fillers = rows_of([candle(i, close=1.0) for i in range(3)], Origin.EXCHANGE_HOLE)
    assert store.add(BTC_1M, fillers) == 3
    assert store.add(BTC_1M, rows_of([candle(1, close=5.0)], real)) == 1
    assert store.add(BTC_1M, fillers) == 0
    store.save(BTC_1M, [candle(1, close=9.0)], Origin.HISTORY)
    loaded = store.load(BTC_1M, 10)
    assert loaded.close.tolist() == [1.0, 5.0, 1.0]
    assert loaded.origin.tolist() == [Origin.EXCHANGE_HOLE, real, Origin.EXCHANGE_HOLE]
    store.close()


def test_what_is_stored_can_be_asked_by_name():
    """Each series once."""
    store = CandleStore(None, [])
    for series in (ETH_1M, BTC_1M):
        store.save(series, [candle(i) for i in range(200)], Origin.LIVE)
    assert store.series() == [BTC_1M, ETH_1M]
    store.close()
