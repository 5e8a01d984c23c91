"""When the clocks are compared, and what comes of it."""

from __future__ import annotations

import asyncio

import pytest

from thebot_desktop.app import clock_watch
from thebot_desktop.app.clock_watch import SAMPLES, ClockWatch
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.errors import TransientFeedError
from thebot_desktop.domain.market import ConnectionChange, ConnectionState, TimeTick, Trade
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import FreshnessBook


class TwoClocks:
    """A wall clock that can be set, and one that only runs on."""

    def __init__(self):
        self.wall = 1_000_000
        self.steady = 50.0

    def now(self):
        return UnixMs(self.wall)

    def monotonic(self):
        return self.steady

    def pass_time(self, ms):
        self.wall += ms
        self.steady += ms / 1000


class FakeExchange:
    """Tells its time, ``ahead`` of ours, after a way there and a way back."""

    def __init__(self, clocks, ahead=0, trips=((20, 20),)):
        self.clocks = clocks
        self.ahead = ahead
        self.trips = list(trips)
        self.asked = 0
        self.fails = False

    async def server_time(self):
        there, back = self.trips[self.asked % len(self.trips)]
        self.asked += 1
        if self.fails:
            raise TransientFeedError("no route")
        self.clocks.pass_time(there)
        told = UnixMs(self.clocks.wall + self.ahead)
        self.clocks.pass_time(back)
        return told


class Rig:
    def __init__(self, **given):
        self.clocks = TwoClocks()
        self.exchange = FakeExchange(self.clocks, **given)
        self.subscriber = RealTimeDataSubscriber()
        self.book = FreshnessBook(self.clocks)
        self.exchange_clock = self.book.exchange_clock
        self.watch = ClockWatch(
            self.exchange,
            self.book,
            self.clocks,
            self.subscriber,
            monotonic=self.clocks.monotonic,
            calm_seconds=0,
        )

    async def measured(self, times):
        async with asyncio.timeout(5):
            while self.exchange.asked < times * SAMPLES:  # noqa: ASYNC110 - a count
                await asyncio.sleep(0)
        await self.settle()

    async def settle(self):
        for _ in range(10):
            await asyncio.sleep(0)

    def say(self, state):
        self.subscriber.tell(ConnectionChange(state, "", self.clocks.now()))

    def tick(self):
        self.subscriber.tell(TimeTick(self.clocks.now()))


@pytest.fixture
async def run():
    tasks = []

    def start(rig):
        tasks.append(asyncio.ensure_future(rig.watch.run()))

    yield start
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("ahead", [0, -12_000, 12_000])
async def test_the_clocks_are_compared_at_the_start(run, ahead):
    """Half the round trip is on the way there."""
    rig = Rig(ahead=ahead)
    run(rig)
    await rig.measured(1)
    assert rig.exchange_clock.offset_ms == ahead


async def test_answers_that_took_long_are_left_out(run):
    """The first one has to open the connection, which takes its time on the way there."""
    rig = Rig(ahead=500, trips=((900, 20), (20, 20), (22, 20), (20, 400), (21, 21)))
    run(rig)
    await rig.measured(1)
    assert abs(rig.exchange_clock.offset_ms - 500) <= 1


async def test_a_connection_that_came_back_is_a_reason_to_compare_again(run):
    """The computer may have slept or moved."""
    rig = Rig()
    run(rig)
    rig.say(ConnectionState.CONNECTING)
    rig.say(ConnectionState.LIVE)
    await rig.measured(1)
    assert rig.exchange.asked == SAMPLES
    rig.exchange.ahead = 3000
    rig.say(ConnectionState.OFFLINE)
    await rig.settle()
    assert rig.exchange.asked == SAMPLES
    rig.say(ConnectionState.LIVE)
    await rig.measured(2)
    assert rig.exchange_clock.offset_ms == 3000


async def test_a_clock_that_jumps_is_compared_again(run):
    """It was set, or the computer slept; seconds that simply pass are no jump."""
    rig = Rig()
    run(rig)
    await rig.measured(1)
    for _ in range(5):
        rig.clocks.pass_time(1000)
        rig.tick()
    await rig.settle()
    assert rig.exchange.asked == SAMPLES
    rig.clocks.wall += 3_600_000
    rig.exchange.ahead = -3_600_000
    rig.tick()
    await rig.measured(2)
    assert rig.exchange_clock.offset_ms == -3_600_000


@pytest.mark.parametrize("lag", [5_000, -5_000])
async def test_messages_far_too_late_or_from_the_future_make_it_doubt_the_clock(run, lag):
    """Once a minute at most, since the line may really be slow."""
    rig = Rig()
    run(rig)
    await rig.measured(1)
    for second in range(70):
        rig.clocks.pass_time(1000)
        rig.book.hear(Trade("BTCUSDT", second, 1.0, 1.0, False, UnixMs(rig.clocks.wall - lag)))
        rig.tick()
        await rig.settle()
        assert rig.exchange.asked == SAMPLES * (1 if second < 60 else 2)


async def test_without_an_answer_it_is_tried_again(run, monkeypatch):
    """Nothing is made up meanwhile, and what was known stays."""
    monkeypatch.setattr(clock_watch, "RETRY_SECONDS", 0.0)
    rig = Rig(ahead=700)
    rig.exchange.fails = True
    run(rig)
    await rig.settle()
    assert rig.exchange_clock.offset_ms is None
    rig.exchange.fails = False
    rig.exchange.asked = 0
    await rig.measured(1)
    assert rig.exchange_clock.offset_ms == 700


async def test_now_and_then_it_is_compared_by_itself(run, monkeypatch):
    """Clocks drift."""
    monkeypatch.setattr(clock_watch, "EVERY_SECONDS", 0.0)
    rig = Rig()
    run(rig)
    await rig.measured(3)
    assert rig.exchange_clock.offset_ms == 0
