"""The levels of an order book, and what is made of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.domain.market import BookSnapshot, BookUpdate, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.order_book import BookState, OrderBook

BTC = Symbol("BTCUSDT")
BIDS = ((100.0, 1.0), (99.5, 2.0), (99.0, 4.0), (98.2, 8.0))
ASKS = ((100.5, 3.0), (101.0, 1.0), (101.7, 2.0), (103.0, 5.0))


def book(bids=BIDS, asks=ASKS, limit=0):
    made = OrderBook(BTC)
    made.apply(BookSnapshot(BTC, 10, bids, asks, UnixMs(5), limit), UnixMs(7))
    return made


def change(made, bids=(), asks=(), at=11):
    made.apply(BookUpdate(BTC, at, at, tuple(bids), tuple(asks), UnixMs(at)), UnixMs(at))


def rows(side):
    return list(zip(side.price.tolist(), side.quantity.tolist(), side.total.tolist(), strict=True))


def test_the_best_prices_and_what_lies_between_them():
    """Spread in price and in percent of the middle."""
    made = book()
    assert (made.best_bid, made.best_ask, made.spread, made.mid) == (100.0, 100.5, 0.5, 100.25)
    assert made.spread_percent == pytest.approx(0.4987531)
    assert made.state is BookState.LIVE
    assert not made.is_crossed
    assert (made.last_id, made.event_time, made.received_at) == (10, 5, 7)


def test_an_empty_book_has_no_prices():
    """And no invented ones; an update alone makes no book."""
    made = OrderBook(BTC)
    change(made, bids=[(1.0, 1.0)])
    assert made.state is BookState.EMPTY
    assert math.isnan(made.best_bid)
    assert math.isnan(made.mid)
    assert math.isnan(made.imbalance())
    assert not made.is_crossed
    assert len(made.ladder(5).bids) == len(made.depth_curve().asks) == 0


def test_a_book_without_one_side_is_no_error():
    """As of a symbol that nobody wants to buy."""
    made = book(bids=())
    assert math.isnan(made.spread)
    assert made.imbalance() == -1.0
    assert rows(made.ladder(1, 1.0).asks) == [(101.0, 4.0, 4.0)]


def test_updates_set_add_and_remove_levels():
    """Quantities are absolute; a level that is not there can be removed too."""
    made = book()
    change(made, [(100.0, 0.0), (99.7, 6.0), (50.0, 0.0)], [(100.5, 0.5), (100.4, 9.0)])
    assert (made.best_bid, made.best_ask) == (99.7, 100.4)
    assert rows(made.ladder(2).bids) == [(99.7, 6.0, 6.0), (99.5, 2.0, 8.0)]
    assert rows(made.ladder(2).asks) == [(100.4, 9.0, 9.0), (100.5, 0.5, 9.5)]
    assert made.quantity_at(99.7) == 6.0
    assert made.quantity_at(100.0) == 0.0


def test_a_ladder_can_be_joined_to_steps():
    """Bids stand in the row below them, asks in the one above."""
    ladder = book(limit=5).ladder(10, 1.0)
    assert rows(ladder.bids) == [(100.0, 1.0, 1.0), (99.0, 6.0, 7.0), (98.0, 8.0, 15.0)]
    assert rows(ladder.asks) == [(101.0, 4.0, 4.0), (102.0, 2.0, 6.0), (103.0, 5.0, 11.0)]


def test_rows_that_are_only_partly_known_are_left_out():
    """A snapshot of so many levels ends somewhere within a step."""
    ladder = book(limit=4).ladder(10, 1.0)
    assert ladder.bids.price.tolist() == [100.0, 99.0]
    assert ladder.asks.price.tolist() == [101.0, 102.0, 103.0]


@pytest.mark.parametrize(("tick", "price"), [(0.01, 70123.45), (1e-8, 4.12e-6), (0.1, 0.3)])
def test_a_step_of_one_tick_changes_nothing(tick, price):
    """However a price times a tick is rounded."""
    bids = tuple((round(price - i * tick, 10), 1.0) for i in range(20))
    asks = tuple((round(price + i * tick, 10), 1.0) for i in range(1, 20))
    made = book(bids, asks)
    joined, plain = made.ladder(30, tick), made.ladder(30)
    assert joined.bids.price == pytest.approx(plain.bids.price)
    assert joined.asks.price == pytest.approx(plain.asks.price)


def test_the_depth_curve_tells_quantity_and_cost():
    """What it takes to move the price to each level."""
    asks = book().depth_curve().asks
    assert asks.total.tolist() == [3.0, 4.0, 6.0, 11.0]
    assert asks.cost.tolist() == pytest.approx([301.5, 402.5, 605.9, 1120.9])


def test_the_imbalance_compares_the_nearest_levels():
    """From all sellers to all buyers."""
    assert book().imbalance() == pytest.approx((15 - 11) / 26)
    assert book().imbalance(1) == pytest.approx((1 - 3) / 4)


def test_levels_beyond_the_snapshot_are_not_shown():
    """Between them and what is known may be others that nobody told of."""
    made = book(limit=4)
    change(made, bids=[(90.0, 50.0)], asks=[(110.0, 70.0)])
    assert made.covered == (98.2, 103.0)
    assert made.depth_curve().bids.price[-1] == 98.2
    assert made.depth_curve().asks.total[-1] == 11.0
    assert made.quantity_at(110.0) == 70.0


def test_a_snapshot_with_fewer_levels_than_asked_for_is_the_whole_book():
    """Then everything is known, wherever the price goes."""
    made = book(limit=1000)
    change(made, bids=[(90.0, 50.0)], asks=[(110.0, 70.0)])
    assert made.covered == (0.0, math.inf)
    assert made.depth_curve().asks.price[-1] == 110.0
    assert made.room > 0.9


def test_room_shrinks_as_the_price_nears_the_end_of_what_is_known():
    """Full when it came, nothing left at the edge."""
    made = book(limit=4)
    assert made.room == 1.0
    change(made, asks=[(100.5, 0.0), (101.0, 0.0)])
    assert made.room == pytest.approx((103.0 - 101.7) / 2.5)
    change(made, asks=[(101.7, 0.0), (103.0, 0.0), (104.0, 1.0)])
    assert made.room < 0
    assert OrderBook(BTC).room == 0.0


def test_a_lost_book_is_shown_as_it_was_until_something_joins_it():
    """The reason goes with it."""
    made = book()
    made.lose("Not reachable.")
    assert (made.state, made.reason, made.best_bid) == (BookState.LOST, "Not reachable.", 100.0)
    change(made, bids=[(100.1, 1.0)])
    assert (made.state, made.reason, made.best_bid) == (BookState.LIVE, "", 100.1)
    empty = OrderBook(BTC)
    empty.lose("Not reachable.")
    assert empty.state is BookState.EMPTY


def test_a_crossed_book_is_known_for_wrong():
    """A bid at an ask's price would have been traded."""
    made = book()
    change(made, bids=[(100.5, 1.0)])
    assert made.is_crossed


def test_a_book_can_be_handed_on():
    """Its own snapshot makes the same book again."""
    made = book()
    change(made, bids=[(99.9, 3.0)])
    again = OrderBook(BTC)
    again.apply(made.snapshot())
    assert rows(again.ladder(9).bids) == rows(made.ladder(9).bids)
    assert again.last_id == 11


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3)), max_size=60),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 3)), max_size=60),
)
def test_any_sequence_of_updates_leaves_what_a_plain_dict_would(first, second):
    """Sorted, without empty levels, with true totals."""
    made, truth = book((), (), limit=100), {}
    for part in (first, second):
        change(made, bids=[(float(p), float(q)) for p, q in part])
        truth |= dict(part)
        best_first = sorted(((p, q) for p, q in truth.items() if q), reverse=True)
        side = made.depth_curve().bids
        assert list(zip(side.price, side.quantity, strict=True)) == best_first
        assert side.total.tolist() == [
            sum(q for _, q in best_first[: i + 1]) for i in range(len(best_first))
        ]
