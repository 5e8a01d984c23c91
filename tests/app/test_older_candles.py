"""Candles from before the memory of a series, fetched when somebody scrolls there."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import BTC_1M, ETH_1M, Core, FakeArchive, FakeHistory, candle, candles
from thebot_desktop.app.history import OLDER, HistoryLoader
from thebot_desktop.app.older_candles import RETRY_MS, Older, OlderCandles
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.domain.market import CandleHistory, Origin
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs


class Rig:
    """A memory of the newest five hundred of five thousand candles."""

    def __init__(self, missing=()):
        self.core = Core()
        self.source = FakeHistory(candle(i) for i in range(5000) if i not in missing)
        self.archive = FakeArchive()
        self.loader = HistoryLoader(self.source, self.archive, 500, Observers())
        self.tasks = []
        self.states = []
        self.older = OlderCandles(
            self.loader.older,
            stream=self.core.stream,
            pipeline=self.core.pipeline,
            clock=self.core.clock,
            spawn=lambda _name, work: self.tasks.append(asyncio.ensure_future(work)),
        )
        self.older.changed.add(lambda series: self.states.append(self.older.state(series)))
        history = CandleHistory(BTC_1M, candles(500, 4500), UnixMs(5000 * 60_000))
        self.core.pipeline.apply(history)

    async def scroll(self):
        self.older.want(BTC_1M)
        await asyncio.gather(*self.tasks)
        self.tasks.clear()

    @property
    def times(self):
        return (self.core.stream.candles(BTC_1M).open_time // 60_000).tolist()


async def test_older_candles_are_put_before_those_there_are():
    """In order, without a double, and more than the memory was made for."""
    rig = Rig()
    await rig.scroll()
    assert rig.times == list(range(4500 - OLDER, 5000))
    assert rig.states == [Older.LOADING, Older.UNKNOWN]


async def test_scrolling_on_ends_where_the_exchange_begins():
    """Then nothing is asked any more."""
    rig = Rig()
    for _ in range(5):
        await rig.scroll()
    assert rig.times == list(range(5000))
    assert rig.older.state(BTC_1M) is Older.NOTHING
    rig.source.requests.clear()
    await rig.scroll()
    assert rig.source.requests == []


async def test_one_fetch_at_a_time():
    """Every frame of a scroll may ask; the exchange is asked once."""
    rig = Rig()
    for _ in range(5):
        rig.older.want(BTC_1M)
    assert len(rig.tasks) == 1
    await asyncio.gather(*rig.tasks)


async def test_what_is_stored_is_not_fetched():
    """The archive answers when it has all of it."""
    rig = Rig()
    rig.archive.save(BTC_1M, [candle(i) for i in range(1000, 5000)], Origin.HISTORY)
    await rig.scroll()
    assert rig.source.requests == []
    assert rig.times == list(range(4500 - OLDER, 5000))


async def test_what_the_exchange_lacks_is_bridged():
    """The grid stays whole, and says where it was not."""
    rig = Rig(missing=(3500, 3501))
    await rig.scroll()
    memory = rig.core.stream.candles(BTC_1M)
    assert len(memory) == memory.open_time[-1] // 60_000 - memory.open_time[0] // 60_000 + 1
    holes = memory.open_time[memory.origin == Origin.EXCHANGE_HOLE] // 60_000
    assert holes.tolist() == [3500, 3501]


async def test_a_failure_can_be_tried_again():
    """Nothing is lost; the next scroll asks anew."""
    rig = Rig()
    rig.source.offline = True
    await rig.scroll()
    assert rig.older.state(BTC_1M) is Older.FAILED
    rig.source.offline = False
    await rig.scroll()
    assert rig.times[0] == 4500, "asked again at once"
    rig.core.clock.advance_to(UnixMs(rig.core.clock.now() + RETRY_MS))
    await rig.scroll()
    assert rig.times[0] == 4500 - OLDER


async def test_a_series_that_was_closed_meanwhile_stays_closed():
    """What comes too late is let go."""
    rig = Rig()
    rig.older.want(BTC_1M)
    rig.core.stream.forget(BTC_1M)
    rig.older.forget(BTC_1M)
    await asyncio.gather(*rig.tasks)
    assert not len(rig.core.stream.candles(BTC_1M))
    rig.older.want(ETH_1M)
    assert len(rig.tasks) == 1


async def test_a_recording_has_nothing_older():
    """Without a source nothing is asked."""
    core = Core()
    older = OlderCandles(
        None,
        stream=core.stream,
        pipeline=core.pipeline,
        clock=core.clock,
        spawn=lambda _name, _work: pytest.fail("nothing to fetch"),
    )
    older.want(BTC_1M)
    assert older.state(BTC_1M) is Older.NOTHING


async def test_an_archive_that_refuses_is_no_reason_to_stop():
    """The candles are shown from memory."""
    rig = Rig()

    def refuse(*_):
        raise StorageError("full")

    rig.archive.save = refuse
    await rig.scroll()
    assert rig.times[0] == 4500 - OLDER
