"""An order book over a stream and REST: a snapshot first, then an unbroken chain."""

from __future__ import annotations

import pytest

from tests.adapters.feeds.line_rig import BTC, LineRig, offline
from tests.stream_server import until
from thebot_desktop.adapters.feeds import book_line
from thebot_desktop.adapters.feeds.book_line import LEVELS, BookLine
from thebot_desktop.domain.errors import FatalFeedError, UnknownSymbolError
from thebot_desktop.domain.market import BookGap, BookSnapshot, BookUpdate
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.order_book import BookState, OrderBook

pytestmark = pytest.mark.usefixtures("no_tasks_left")

BIDS = tuple((100.0 - i, 1.0) for i in range(LEVELS))
ASKS = tuple((101.0 + i, 1.0) for i in range(LEVELS))


def snapshot(last, bids=BIDS, asks=ASKS):
    return BookSnapshot(BTC, last, bids, asks)


def update(first, last, bids=(), asks=()):
    return BookUpdate(BTC, first, last, tuple(bids), tuple(asks), UnixMs(last))


@pytest.fixture
async def rig(monkeypatch):
    for name in ("FIRST_UPDATE_SECONDS", "SPREAD_SECONDS", "MEND_SECONDS", "RENEWAL_SECONDS"):
        monkeypatch.setattr(book_line, name, 0.02)
    monkeypatch.setattr(book_line, "backoff", lambda _random: iter([0.01] * 1000))
    made = LineRig(
        lambda r: BookLine(
            BTC, history=r.rest, clock=r.clock, emit=r.events.append, spawn=r.spawn, tally=r.tally
        )
    )
    made.rest.on_book = lambda: snapshot(100)
    yield made
    await made.aclose()


def chain(rig):
    return [e.last_id for e in rig.events if isinstance(e, BookSnapshot | BookUpdate)]


async def test_updates_wait_for_the_snapshot_and_follow_it(rig):
    """It is asked for once, when the stream has begun."""
    rig.line.open()
    rig.line.accept(update(98, 102))
    rig.line.accept(update(103, 104))
    assert rig.events == []
    await until(lambda: rig.events)
    assert chain(rig) == [100, 102, 104]
    assert rig.events[0].limit == LEVELS
    assert rig.rest.asked == [(BTC, LEVELS)]
    rig.line.accept(update(105, 106))
    assert chain(rig)[-1] == 106


async def test_a_quiet_book_is_shown_without_waiting_for_a_change(rig):
    """Some books do not move for minutes."""
    rig.line.open()
    await until(lambda: chain(rig) == [100])


async def test_a_snapshot_from_before_the_stream_is_asked_for_again(rig):
    """REST may lag behind."""
    answers = iter([snapshot(90), snapshot(95), snapshot(103)])
    rig.rest.on_book = lambda: next(answers)
    rig.line.open()
    rig.line.accept(update(101, 105))
    await until(lambda: rig.events)
    assert chain(rig) == [103, 105]
    assert len(rig.rest.asked) == 3


async def test_a_missing_link_is_said_and_mended(rig):
    """A gap, then a new snapshot with what came meanwhile."""
    rig.line.open()
    await until(lambda: chain(rig) == [100])
    rig.rest.on_book = lambda: snapshot(112)
    rig.line.accept(update(101, 102))
    rig.line.accept(update(111, 112))
    rig.line.accept(update(113, 115))
    assert isinstance(rig.events[-1], BookGap)
    await until(lambda: chain(rig)[-1] == 115)
    assert chain(rig) == [100, 102, 112, 115]
    assert len(rig.of(BookGap)) == 1
    assert rig.tally.books_mended == 1


async def test_trouble_is_said_and_tried_again(rig):
    """As often as it takes, with the reason for people."""
    rig.rest.errors = [offline(), offline()]
    rig.line.open()
    await until(lambda: rig.line.problem is not None)
    await until(lambda: chain(rig) == [100])
    assert [g.reason for g in rig.of(BookGap)] == ["The exchange cannot be reached."] * 2
    assert rig.line.problem is None


async def test_a_symbol_that_the_exchange_does_not_know_is_not_asked_for_again(rig):
    """Trying again would give the same answer."""
    rig.rest.errors = [UnknownSymbolError("-1121")]
    rig.line.open()
    await until(lambda: rig.of(BookGap))
    assert rig.events[0].reason == "The exchange does not know this symbol."
    await until(lambda: all(task.done() for task in rig.tasks))
    rig.line.check()
    rig.line.restart()
    rig.line.accept(update(1, 2))
    assert len(rig.rest.asked) == 1


async def test_what_was_refused_is_asked_for_again_after_a_reconnect(rig):
    """A firewall may have let go meanwhile."""
    rig.rest.errors = [FatalFeedError("403", user_message="Refused.")]
    rig.line.open()
    await until(lambda: rig.of(BookGap))
    await until(lambda: all(task.done() for task in rig.tasks))
    rig.line.check()
    assert len(rig.rest.asked) == 1
    rig.line.restart()
    await until(lambda: chain(rig) == [100])


async def test_a_book_whose_price_wanders_off_is_fetched_anew(rig):
    """Before the price leaves what the snapshot told; what is there serves meanwhile."""
    rig.line.open()
    await until(lambda: chain(rig) == [100])
    gone = tuple((price, 0.0) for price, _ in ASKS[: LEVELS * 4 // 5])
    rig.line.accept(update(101, 101, asks=gone))
    rig.rest.on_book = lambda: snapshot(102, asks=tuple((900.0 + i, 1.0) for i in range(LEVELS)))

    def looked():
        rig.line.check()
        return len(rig.rest.asked) == 2

    await until(looked)
    rig.line.accept(update(102, 103))
    await until(lambda: chain(rig)[-2:] == [102, 103])
    assert not rig.of(BookGap)
    rig.line.check()
    assert len(rig.rest.asked) == 2


async def test_a_book_that_cannot_be_true_is_fetched_anew(rig):
    """A bid above an ask, as after a level that was never removed."""
    rig.line.open()
    await until(lambda: chain(rig) == [100])
    rig.line.accept(update(101, 101, bids=[(500.0, 1.0)]))
    rig.rest.on_book = lambda: snapshot(101)

    def looked():
        rig.line.check()
        return chain(rig)[-2:] == [101, 101]

    await until(looked)
    book = OrderBook(BTC)
    for event in rig.events:
        book.apply(event)
    assert not book.is_crossed


async def test_after_a_reconnect_the_book_is_fetched_at_once(rig):
    """A quiet book shows no missing link for long; trouble with it is no news."""
    rig.line.restart()
    assert not rig.rest.asked
    rig.line.open()
    await until(lambda: chain(rig) == [100])
    await until(lambda: all(task.done() for task in rig.tasks))
    rig.rest.on_book = lambda: snapshot(150)
    rig.line.restart()
    await until(lambda: chain(rig) == [100, 150])
    await until(lambda: all(task.done() for task in rig.tasks))
    rig.rest.errors = [offline()]
    rig.line.restart()
    await until(lambda: len(rig.rest.asked) == 3 and all(task.done() for task in rig.tasks))
    assert not rig.of(BookGap)


async def test_a_line_that_is_closed_says_nothing_more(rig):
    """Also when an answer is on its way."""
    rig.rest.gate.clear()
    rig.line.open()
    await until(lambda: rig.rest.asked)
    rig.line.close()
    rig.rest.gate.set()
    await until(lambda: all(task.done() for task in rig.tasks))
    assert rig.events == []


async def test_whatever_is_lost_the_book_that_is_shown_becomes_the_exchanges(rig):
    """A long run with holes: every state that is shown as live is one that the exchange had."""
    truth, states, last = {}, {}, 100
    states[last] = dict(BIDS[:5])
    truth.update(states[last])
    book = OrderBook(BTC)
    rig.rest.on_book = lambda: snapshot(last, bids=tuple(sorted(truth.items(), reverse=True)))
    rig.line.open()
    seen, checked = 0, 0
    for i in range(300):
        last += 1
        price, quantity = float(i * 7 % 90), float(i % 4)
        truth[price] = quantity
        truth = {p: q for p, q in truth.items() if q}
        states[last] = dict(truth)
        if i % 41 != 40:
            rig.line.accept(update(last, last, bids=[(price, quantity)]))
        if i % 10 == 0:
            await until(lambda: rig.line._guard.is_linked)
        for event in rig.events[seen:]:
            if isinstance(event, BookGap):
                book.lose()
            else:
                book.apply(event)
                known = {p: q for p, q in book.snapshot().bids if q}
                assert known == states[event.last_id]
                checked += 1
        seen = len(rig.events)
    assert checked > 200
    assert rig.tally.books_mended >= 5
    assert book.state in (BookState.LIVE, BookState.LOST)
