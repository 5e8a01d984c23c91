"""The first fill of a series, from disk and from the exchange."""

from __future__ import annotations

import pytest

from tests.fakes import BTC_1M, FakeArchive, FakeHistory, candle
from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.app.history import HistoryLoader
from thebot_desktop.domain.errors import StorageError, TransientFeedError
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.observers import Observers


async def test_an_empty_archive_is_filled_page_by_page():
    """Three pages of a thousand, in order and without a double."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(5000))
    loaded = await HistoryLoader(source, archive, 2500, Observers()).load(BTC_1M)
    assert loaded.open_time.tolist() == [i * 60_000 for i in range(2500, 5000)]
    assert len(source.requests) == 3


async def test_only_the_missing_stretch_is_fetched():
    """What the archive has is not asked for again."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(3000))
    archive.save(BTC_1M, [candle(i) for i in range(2990)], Origin.HISTORY)
    loaded = await HistoryLoader(source, archive, 2500, Observers()).load(BTC_1M)
    assert len(source.requests) == 1
    assert loaded.open_time.tolist() == [i * 60_000 for i in range(500, 3000)]


async def test_a_young_symbol_has_as_many_candles_as_it_has():
    """A short first page is the whole history."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(7))
    assert len(await HistoryLoader(source, archive, 500, Observers()).load(BTC_1M)) == 7


async def test_an_exchange_that_cannot_be_reached_is_said():
    """The caller tries again; what is stored was shown already."""
    source = FakeHistory()
    source.offline = True
    with pytest.raises(TransientFeedError):
        await HistoryLoader(source, FakeArchive(), 500, Observers()).load(BTC_1M)


async def test_a_hole_in_the_archive_is_filled():
    """As after days without the program, when fewer candles were fetched than were missed."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(5000))
    archive.save(BTC_1M, [candle(i) for i in range(2500)], Origin.HISTORY)
    archive.save(BTC_1M, [candle(i) for i in range(4500, 4990)], Origin.HISTORY)
    loaded = await HistoryLoader(source, archive, 3000, Observers()).load(BTC_1M)
    assert loaded.open_time.tolist() == [i * 60_000 for i in range(2000, 5000)]
    assert archive.load(BTC_1M, 3000).open_time.tolist() == loaded.open_time.tolist()


async def test_a_deeper_memory_than_before_fetches_what_is_older():
    """Somebody has asked for more candles in the settings."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(5000))
    archive.save(BTC_1M, [candle(i) for i in range(4000, 5000)], Origin.HISTORY)
    loaded = await HistoryLoader(source, archive, 2000, Observers()).load(BTC_1M)
    assert loaded.open_time.tolist() == [i * 60_000 for i in range(3000, 5000)]


async def test_what_the_exchange_does_not_have_is_bridged_and_remembered():
    """Flat candles say that they are a hole; the next start does not ask for them again."""
    rows = [candle(i) for i in range(2000) if i not in (700, 701, 1500)]
    archive, source = FakeArchive(), FakeHistory(rows)
    loader = HistoryLoader(source, archive, 1800, Observers())
    loaded = await loader.load(BTC_1M)
    assert loaded.open_time.tolist() == [i * 60_000 for i in range(200, 2000)]
    hole = loaded.origin == Origin.EXCHANGE_HOLE
    assert (loaded.open_time[hole] // 60_000).tolist() == [700, 701, 1500]
    assert loaded.close[hole].tolist() == [candle(699).close] * 2 + [candle(1499).close]
    source.requests.clear()
    again = await loader.load(BTC_1M)
    assert len(source.requests) == 1
    assert again.origin.tolist() == loaded.origin.tolist()


async def test_candles_of_the_future_are_left_out():
    """A clock that went wrong once does not hide the market for ever."""
    archive, source = FakeArchive(), FakeHistory(candle(i) for i in range(100))
    archive.save(BTC_1M, [candle(500)], Origin.HISTORY)
    loaded = await HistoryLoader(source, archive, 500, Observers()).load(BTC_1M)
    assert loaded.open_time[-1] == candle(99).open_time


class FullArchive(FakeArchive):
    """Refuses to keep anything."""

    def save(self, series, candles, origin):
        raise StorageError("full")


async def test_a_full_disk_is_said_and_the_candles_are_shown_all_the_same():
    """The program runs from memory."""
    faults, reported = Observers(), []
    faults.add(reported.append)
    source = FakeHistory(candle(i) for i in range(3000))
    loaded = await HistoryLoader(source, FullArchive(), 1500, faults).load(BTC_1M)
    assert len(loaded) == 1500
    assert {str(error) for error in reported} == {"full"}


async def test_candles_keep_how_they_once_came():
    """A repaired candle stays one after a restart, though the exchange tells it again."""
    rows = [candle(i) for i in range(50)]
    store = CandleStore(None, [])
    store.save(BTC_1M, rows[:40], Origin.LIVE)
    store.save(BTC_1M, rows[40:45], Origin.REPAIRED)
    loaded = await HistoryLoader(FakeHistory(rows), store, 50, Observers()).load(BTC_1M)
    expected = [Origin.LIVE] * 40 + [Origin.REPAIRED] * 5 + [Origin.HISTORY] * 5
    assert loaded.origin.tolist() == expected
    store.close()
