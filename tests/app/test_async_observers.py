"""Coroutines that listen: told everything in order, delaying nobody, leaving nothing behind."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from tests.alerts.test_manager import Always
from tests.fakes import BTC_1M, Core, FakeAlertLog, update
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.app.async_observers import AsyncObservers
from thebot_desktop.domain.errors import ObserverError, StorageError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.once import once

pytestmark = pytest.mark.usefixtures("no_tasks_left")


async def until(condition, seconds=2.0):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, within the timeout
            await asyncio.sleep(0)


class Fixture:
    def __init__(self):
        self.faults, self.reported, self.source = Observers(), [], Observers()
        self.faults.add(self.reported.append)
        self.observers = AsyncObservers(self.faults)
        self.heard = []
        self.gate = asyncio.Event()

    async def hear(self, value):
        self.heard.append(value)

    async def hear_slowly(self, value):
        await self.gate.wait()
        self.heard.append(value)


@pytest.fixture
async def fixture():
    made = Fixture()
    yield made
    await made.observers.aclose()
    assert len(made.observers) == 0
    assert len(made.source) == 0


async def test_values_are_told_in_order(fixture):
    """Each once, after the one who told them has gone on."""
    fixture.observers.add(fixture.source, fixture.hear)
    for value in range(5):
        fixture.source.notify(value)
    assert fixture.heard == []
    await until(lambda: len(fixture.heard) == 5)
    assert fixture.heard == [0, 1, 2, 3, 4]


async def test_a_slow_one_delays_neither_the_teller_nor_the_others(fixture):
    """It has a queue of its own."""
    quick = []

    async def hear_quickly(value):
        quick.append(value)

    fixture.observers.add(fixture.source, fixture.hear_slowly)
    fixture.observers.add(fixture.source, hear_quickly)
    for value in range(3):
        fixture.source.notify(value)
    await until(lambda: quick == [0, 1, 2])
    assert fixture.heard == []
    fixture.gate.set()
    await until(lambda: fixture.heard == [0, 1, 2])


async def test_one_that_raises_is_reported_and_goes_on(fixture):
    """With our own errors as they are and foreign ones as a cause."""

    async def fail(value):
        if value == 1:
            raise ValueError("no")
        if value == 2:
            raise StorageError("full")
        fixture.heard.append(value)

    fixture.observers.add(fixture.source, fail)
    for value in range(4):
        fixture.source.notify(value)
    await until(lambda: fixture.heard == [0, 3])
    first, second = fixture.reported
    assert isinstance(first, ObserverError)
    assert isinstance(first.__cause__, ValueError)
    assert isinstance(second, StorageError)


async def test_beyond_the_limit_the_oldest_is_dropped_counted_and_said_once(fixture):
    """Once again after it has caught up."""
    fixture.observers.add(fixture.source, fixture.hear_slowly, limit=3)
    fixture.source.notify("first")
    await asyncio.sleep(0)
    for value in range(8):
        fixture.source.notify(value)
    assert fixture.observers.dropped == 5
    assert len(fixture.reported) == 1
    assert "too slow" in str(fixture.reported[0])
    fixture.gate.set()
    await until(lambda: fixture.heard == ["first", 5, 6, 7])
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    fixture.gate.clear()
    for value in range(5):
        fixture.source.notify(value)
    assert len(fixture.reported) == 2
    assert fixture.observers.dropped == 7


async def test_of_values_with_one_key_the_newest_waits(fixture):
    """In its own place among the others; those without a key all wait."""
    fixture.observers.add(fixture.source, fixture.hear_slowly, key=lambda v: v[0])
    fixture.source.notify(("a", 0))
    await asyncio.sleep(0)
    for value in [("a", 1), (None, 2), ("b", 3), ("a", 4), (None, 5), ("a", 6)]:
        fixture.source.notify(value)
    fixture.gate.set()
    await until(lambda: len(fixture.heard) == 5)
    assert [n for _, n in fixture.heard] == [0, 2, 3, 5, 6]
    assert fixture.observers.dropped == 0


async def test_who_leaves_hears_no_more_even_in_the_middle(fixture):
    """What waited is let go of; leaving twice does no harm."""
    leave = fixture.observers.add(fixture.source, fixture.hear_slowly)
    fixture.source.notify(1)
    fixture.source.notify(2)
    await asyncio.sleep(0)
    leave()
    leave()
    fixture.gate.set()
    fixture.source.notify(3)
    await asyncio.sleep(0)
    assert fixture.heard == []


async def test_the_end_waits_for_the_tasks_to_end(fixture):
    """Also for one that has something to put in order first."""
    ended = []

    async def work(_value):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    fixture.observers.add(fixture.source, work)
    fixture.source.notify(1)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await fixture.observers.aclose()
    assert ended == [True]


async def test_an_observer_may_end_everything_itself(fixture):
    """It does not wait for itself."""
    done = []

    async def finish(_value):
        await fixture.observers.aclose()
        done.append(True)

    fixture.observers.add(fixture.source, finish)
    fixture.source.notify(1)
    await until(lambda: len(fixture.observers) == 0)
    await asyncio.sleep(0)
    assert len(done) <= 1


async def test_moments_of_a_series_can_be_heard_by_a_coroutine():
    """Every closed candle, the newest forming one, and values that later candles do not change."""
    core, heard, gate = Core(FakeAlertLog()), [], asyncio.Event()

    async def hear(moment):
        await gate.wait()
        heard.append(moment)

    leave = once(core.subscriber.subscribe_async(BTC_1M, hear))
    for index in range(300):
        for close in (1.0, 2.0, 3.0):
            core.pipeline.apply(update(index, close, closed=False))
        if index < 200:
            core.pipeline.apply(update(index, 4.0))
    gate.set()
    await until(lambda: heard and heard[-1].open_time == 299 * 60_000)
    closed = [m for m in heard if m.closed]
    assert [m.open_time // 60_000 for m in closed] == list(range(200))
    assert [len(m.candles) for m in closed] == list(range(1, 201))
    assert {m.price for m in closed} == {4.0}
    live = core.stream.candles(BTC_1M)
    assert not np.shares_memory(heard[-1].candles.close, live.close)
    leave()
    await core.subscriber.async_observers.aclose()


async def test_a_slow_coroutine_is_told_of_every_alert_of_a_bar():
    """Alerts are values like others; nobody waits for whoever listens to them."""
    core, heard, done = Core(), [], asyncio.Event()
    for number in range(60):
        core.alerts.arm(ArmedRule(f"r{number}", Always(), BTC_1M.symbol))

    async def listen(alert):
        await asyncio.sleep(0)
        heard.append(alert.rule_id)
        if len(heard) == len(core.alerts.armed):
            done.set()

    observers = AsyncObservers(core.faults)
    observers.add(core.alerts.raised, listen)
    core.pipeline.apply(update(0))
    assert heard == []
    async with asyncio.timeout(5):
        await done.wait()
    assert heard == [f"r{number}" for number in range(60)]
    await observers.aclose()
