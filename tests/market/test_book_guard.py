"""The updates of an order book, joined to a snapshot and to each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import SESSIONS, book_messages
from thebot_desktop.domain.market import BookSnapshot, BookUpdate, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.book_guard import BEHIND_LIMIT, BookGuard
from thebot_desktop.market.order_book import OrderBook

BTC = Symbol("BTCUSDT")


def update(first, last, previous=None):
    return BookUpdate(BTC, first, last, (), (), UnixMs(0), previous)


def snapshot(last):
    return BookSnapshot(BTC, last, (), ())


def ids(events):
    return [e.last_id for e in events]


def linked(last=100):
    guard = BookGuard(BTC)
    assert guard.start(snapshot(last))
    return guard


def test_updates_wait_for_the_snapshot():
    """What the snapshot knows already is left out, the rest follows it."""
    guard = BookGuard(BTC)
    for first, last in ((91, 95), (96, 100), (101, 104), (105, 105)):
        assert guard.accept(update(first, last)) == ()
    assert not guard.is_linked
    assert ids(guard.start(snapshot(100))) == [100, 104, 105]
    assert guard.is_linked
    assert guard.held == 0
    assert ids(guard.accept(update(106, 110))) == [110]


def test_the_first_update_may_begin_before_the_snapshot_or_right_behind_it():
    """The id after the snapshot's must lie in it."""
    assert ids(linked().accept(update(90, 101))) == [101]
    assert ids(linked().accept(update(101, 102))) == [102]
    assert linked().accept(update(102, 103)) == ()


def test_a_snapshot_older_than_the_first_update_is_asked_for_again():
    """Nothing is delivered, and what waits goes on waiting."""
    guard = BookGuard(BTC)
    guard.accept(update(110, 112))
    assert guard.start(snapshot(100)) == ()
    assert not guard.is_linked
    assert ids(guard.start(snapshot(111))) == [111, 112]


def test_a_missing_link_breaks_the_book():
    """From there on updates wait for another snapshot."""
    guard = linked()
    assert ids(guard.accept(update(101, 105))) == [105]
    assert guard.accept(update(107, 110)) == ()
    assert not guard.is_linked
    assert guard.links_lost == 1
    assert guard.accept(update(111, 112)) == ()
    assert ids(guard.start(snapshot(108))) == [108, 110, 112]


def test_doubles_change_nothing():
    """As they come from two connections that overlap."""
    guard = linked()
    guard.accept(update(101, 105))
    assert guard.accept(update(101, 105)) == ()
    assert guard.accept(update(99, 100)) == ()
    assert guard.is_linked
    waiting = BookGuard(BTC)
    waiting.accept(update(101, 105))
    waiting.accept(update(101, 105))
    assert waiting.held == 1


def test_futures_are_linked_by_the_id_that_they_name():
    """Their own ids leave room for other symbols."""
    guard = linked(1000)
    assert guard.accept(update(960, 990, previous=950)) == ()
    assert ids(guard.accept(update(1010, 1020, previous=990))) == [1020]
    assert ids(guard.accept(update(1031, 1040, previous=1020))) == [1040]
    assert guard.accept(update(1061, 1070, previous=1050)) == ()
    assert not guard.is_linked


def test_a_hole_among_waiting_updates_leaves_only_what_comes_behind_it():
    """No snapshot from before the hole can be used."""
    guard = BookGuard(BTC)
    guard.accept(update(90, 95))
    guard.accept(update(98, 99))
    assert guard.start(snapshot(95)) == ()
    assert ids(guard.start(snapshot(97))) == [97, 99]


def test_a_bounded_number_of_updates_waits():
    """The oldest go; a snapshot from before them is too old then."""
    guard = BookGuard(BTC, held_limit=5)
    for i in range(20):
        guard.accept(update(i, i))
    assert guard.held == 5
    assert guard.start(snapshot(10)) == ()
    assert ids(guard.start(snapshot(16))) == [16, 17, 18, 19]


def test_a_linked_book_can_be_renewed_without_losing_a_level():
    """What was delivered while the snapshot was under way is delivered again behind it."""
    guard = linked(100)
    guard.accept(update(101, 102))
    guard.hold()
    assert ids(guard.accept(update(103, 104))) == [104]
    assert ids(guard.accept(update(105, 106))) == [106]
    assert ids(guard.start(snapshot(104))) == [104, 106]
    assert guard.held == 0
    guard.hold()
    assert guard.start(snapshot(99)) == ()
    assert ids(guard.start(snapshot(106))) == [106]


def test_an_exchange_that_counts_anew_is_heard_again():
    """Ids that stay behind for seconds are no doubles."""
    guard = linked(10_000)
    for i in range(BEHIND_LIMIT):
        guard.accept(update(i, i))
    assert not guard.is_linked
    assert ids(guard.start(snapshot(BEHIND_LIMIT - 1))) == [BEHIND_LIMIT - 1]


@given(st.data())
def test_whatever_is_lost_or_doubled_a_linked_book_equals_the_exchanges(data):
    """Levels by updates over snapshots at any time, with holes, doubles and old snapshots."""
    levels = data.draw(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4)), min_size=1))
    futures = data.draw(st.booleans())
    guard, book, truth = BookGuard(BTC), OrderBook(BTC), {}
    states = [dict(truth)]
    for i, (price, quantity) in enumerate(levels, 1):
        truth[price] = quantity
        states.append({p: q for p, q in truth.items() if q})
        first, previous = (i * 10 - 3, i * 10 - 10) if futures else (i * 10 - 9, None)
        bids = ((float(price), float(quantity)),)
        change = BookUpdate(BTC, first, i * 10, bids, (), UnixMs(0), previous)
        for _ in range(data.draw(st.sampled_from((1, 1, 1, 0, 2)))):
            for event in guard.accept(change):
                book.apply(event)
        if data.draw(st.booleans()):
            if data.draw(st.booleans()):
                guard.hold()
            at = data.draw(st.integers(max(0, i - 3), i))
            bids = tuple((float(p), float(q)) for p, q in states[at].items())
            # A book of futures shares its ids with others: one may lie between two updates.
            lead = data.draw(st.integers(0, 6)) if futures else 0
            for event in guard.start(BookSnapshot(BTC, at * 10 + lead, bids, (), limit=100)):
                book.apply(event)
        if guard.is_linked:
            assert guard.last_id == book.last_id
            assert dict(book.snapshot().bids) == states[book.last_id // 10]


def as_update(data):
    bids, asks = (tuple((float(p), float(q)) for p, q in data[side]) for side in "ba")
    return BookUpdate(
        Symbol(data["s"]), data["U"], data["u"], bids, asks, UnixMs(data["E"]), data.get("pu")
    )


def as_snapshot(symbol, data):
    bids, asks = (tuple((float(p), float(q)) for p, q in data[side]) for side in ("bids", "asks"))
    return BookSnapshot(Symbol(symbol), data["lastUpdateId"], bids, asks)


@pytest.mark.parametrize("name", SESSIONS)
def test_every_recorded_book_synchronises_and_stays_linked(recorded, name):
    """Four books a session, spot and futures; best prices are those of the recorded quotes."""
    guards, books, tops, delivered = {}, {}, {}, dict.fromkeys(("update", "snapshot"), 0)
    compared = 0

    def apply(symbol, events):
        for event in events:
            books[symbol].apply(event)
            delivered["update"] += isinstance(event, BookUpdate)
            assert books[symbol].best_bid < books[symbol].best_ask
            top = (books[symbol].best_bid, books[symbol].best_ask)
            tops[symbol][event.last_id] = top

    for kind, symbol, data in book_messages(recorded, name):
        if symbol not in guards:
            guards[symbol], books[symbol], tops[symbol] = (
                BookGuard(symbol),
                OrderBook(symbol),
                {},
            )
        if kind == "update":
            apply(symbol, guards[symbol].accept(as_update(data)))
        elif kind == "snapshot":
            events = guards[symbol].start(as_snapshot(symbol, data))
            assert events
            apply(symbol, events)
            delivered["snapshot"] += 1
        elif data["u"] in tops[symbol]:
            compared += 1
            assert tops[symbol][data["u"]] == (float(data["b"]), float(data["a"]))

    # A quote comes before the update that ends with its id, too: compared once more at the end.
    for kind, symbol, data in book_messages(recorded, name):
        if kind == "quote" and data["u"] in tops[symbol]:
            compared += 1
            assert tops[symbol][data["u"]] == (float(data["b"]), float(data["a"]))
    assert len(guards) == 4
    assert all(guard.is_linked and guard.links_lost == 0 for guard in guards.values())
    assert delivered["snapshot"] == 4
    assert delivered["update"] > 400
    assert compared >= 10
