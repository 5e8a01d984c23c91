"""Trades of one symbol over a stream and REST: complete, but never for long behind."""

from __future__ import annotations

import random

import pytest

from tests.adapters.feeds.line_rig import BTC, LineRig, offline
from tests.stream_server import until
from thebot_desktop.adapters.feeds import trade_line
from thebot_desktop.adapters.feeds.trade_line import TradeLine
from thebot_desktop.domain.errors import UnknownSymbolError
from thebot_desktop.domain.market import Trade
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market import trade_guard

pytestmark = pytest.mark.usefixtures("no_tasks_left")


def trade(number):
    return Trade(BTC, number, float(number), 1.0, False, UnixMs(number))


@pytest.fixture
async def rig(monkeypatch):
    monkeypatch.setattr(trade_line, "GRACE_SECONDS", 0.01)
    monkeypatch.setattr(trade_line, "backoff", lambda *_, **__: iter([0.01] * 1000))
    made = LineRig(
        lambda r: TradeLine(BTC, history=r.rest, emit=r.events.append, spawn=r.spawn, tally=r.tally)
    )
    made.rest.on_trades = lambda first, limit: [trade(n) for n in range(first, first + limit)]
    yield made
    await made.aclose()


def heard(rig, *numbers):
    for number in numbers:
        rig.line.accept(trade(number))


def ids(rig):
    return [t.trade_id for t in rig.events]


async def test_trades_go_straight_through_and_doubles_do_not(rig):
    """Nothing is asked for where nothing is missing."""
    heard(rig, 5, 6, 6, 5, 7)
    assert ids(rig) == [5, 6, 7]
    assert not rig.tasks


async def test_a_hole_is_fetched_and_comes_before_what_waited(rig):
    """As after a reconnect: the first new trade shows it."""
    heard(rig, 5)
    rig.rest.gate.clear()
    heard(rig, 9)
    await until(lambda: rig.rest.asked == [(BTC, 6, 1000)])
    heard(rig, 10, 11)
    assert ids(rig) == [5]
    rig.rest.gate.set()
    await until(lambda: len(rig.events) == 7)
    heard(rig, 12)
    assert ids(rig) == list(range(5, 13))
    assert [t.trade_id for t in rig.events if t.late] == list(range(6, 12))
    await until(lambda: rig.tally.trades_repaired == 3)


async def test_a_trade_that_was_only_overtaken_is_not_asked_for(rig):
    """It comes by itself in a moment."""
    heard(rig, 5, 7, 6)
    assert ids(rig) == [5, 6, 7]
    await until(lambda: all(task.done() for task in rig.tasks))
    assert not rig.rest.asked


async def test_a_long_hole_is_fetched_page_by_page(rig, monkeypatch):
    """Each page goes on at once, in order."""
    monkeypatch.setattr(trade_line, "PAGE", 10)
    heard(rig, 1, 45)
    await until(lambda: len(rig.events) == 45)
    assert ids(rig) == list(range(1, 46))
    assert [first for _, first, _ in rig.rest.asked] == [2, 12, 22, 32, 42]


async def test_rest_may_be_behind_and_fail_meanwhile(rig):
    """It is asked until it knows."""
    pages = iter([[], [trade(2)], [trade(n) for n in range(3, 9)]])
    rig.rest.on_trades = lambda _first, _limit: next(pages)
    rig.rest.errors = [offline()]
    heard(rig, 1, 6)
    await until(lambda: len(rig.events) == 6)
    assert ids(rig) == list(range(1, 7))
    assert len(rig.rest.asked) == 4


async def test_the_price_does_not_wait_for_long(rig, monkeypatch):
    """A hole that cannot be fetched in time is given up and counted."""
    monkeypatch.setattr(trade_line, "HOLD_SECONDS", 0.05)
    rig.rest.gate.clear()
    heard(rig, 1, 6)
    await until(lambda: len(rig.events) == 2)
    heard(rig, 7)
    assert ids(rig) == [1, 6, 7]
    assert rig.tally.trades_missed == 4
    rig.rest.gate.set()


async def test_not_too_many_wait(rig, monkeypatch):
    """A busy market would fill the memory."""
    rig.rest.gate.clear()
    rig.line._guard._limit = 4
    heard(rig, 1, 6, 7, 8)
    await until(lambda: rig.rest.asked)
    assert ids(rig) == [1]
    heard(rig, 9)
    assert ids(rig) == [1, 6, 7, 8, 9]
    assert rig.tally.trades_missed == 4
    assert trade_guard.HELD_LIMIT == 5000
    rig.rest.gate.set()
    heard(rig, 12)
    await until(lambda: len(rig.events) == 8)
    assert ids(rig)[-3:] == [10, 11, 12]


async def test_a_hole_of_hours_is_not_fetched(rig):
    """Its candles are, and they tell what was touched."""
    heard(rig, 1, 20_002 + 1)
    await until(lambda: len(rig.events) == 2)
    assert not rig.rest.asked
    assert rig.tally.trades_missed == 20_001


async def test_what_is_refused_is_given_up_at_once(rig):
    """Asking again would give the same answer."""
    rig.rest.errors = [UnknownSymbolError("-1121")]
    heard(rig, 1, 6)
    await until(lambda: len(rig.events) == 2)
    assert len(rig.rest.asked) == 1
    assert rig.tally.trades_missed == 4


async def test_a_line_that_is_closed_fetches_nothing_more(rig):
    """Also when an answer is on its way."""
    rig.rest.gate.clear()
    heard(rig, 1, 6)
    await until(lambda: rig.rest.asked)
    rig.line.close()
    rig.rest.gate.set()
    await until(lambda: all(task.done() for task in rig.tasks))
    assert ids(rig) == [1]


@pytest.mark.parametrize("seed", range(5))
async def test_random_losses_doubles_and_swaps_change_nothing(rig, monkeypatch, seed):
    """All trades arrive once, in order, while REST answers in its own time."""
    monkeypatch.setattr(trade_line, "PAGE", 7)
    chance = random.Random(seed)
    numbers = [n for n in range(1, 301) for _ in range(chance.choice((0, 1, 1, 1, 2)))]
    for i in range(len(numbers) - 1):
        if chance.random() < 0.1:
            numbers[i], numbers[i + 1] = numbers[i + 1], numbers[i]
    numbers = [1, *numbers, 301]
    rig.rest.errors = [offline() for _ in range(3)]
    for i, number in enumerate(numbers):
        heard(rig, number)
        if i % 25 == 0:
            await until(lambda: all(task.done() for task in rig.tasks))
    await until(lambda: len(rig.events) == 301)
    assert ids(rig) == list(range(1, 302))
    assert rig.tally.trades_missed == 0
