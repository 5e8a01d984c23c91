"""Trades: each once, in order, without a hole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.domain.market import Symbol, Trade
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.trade_guard import TradeGuard, TradeHole

BTC = Symbol("BTCUSDT")


def trade(number):
    return Trade(BTC, number, 100.0 + number, 1.0, False, UnixMs(number))


def trades(*numbers):
    return [trade(n) for n in numbers]


def ids(delivered):
    return [t.trade_id for t in delivered]


def late(delivered):
    return [t.trade_id for t in delivered if t.late]


def guard(*seen):
    made = TradeGuard(BTC)
    for number in seen:
        made.accept(trade(number))
    return made


def test_the_first_trade_opens_the_chain_and_others_follow():
    """Nothing is held back and nothing is late where nothing is missing."""
    made = TradeGuard(BTC)
    assert made.expected is None
    delivered = [t for n in (7, 8, 9) for t in made.accept(trade(n))]
    assert ids(delivered) == [7, 8, 9]
    assert late(delivered) == []
    assert made.hole is None


def test_doubles_are_dropped():
    """Those before, and those that wait."""
    made = guard(7, 8)
    assert made.accept(trade(8)) == ()
    assert made.accept(trade(3)) == ()
    made.accept(trade(12))
    made.accept(trade(12))
    assert made.held == 1


def test_a_missing_id_holds_the_later_ones_back():
    """Until the hole is filled; then they follow, marked late like the fetched ones."""
    made = guard(7)
    assert made.accept(trade(10)) == ()
    assert made.accept(trade(11)) == ()
    assert made.hole == TradeHole(8, 9)
    assert made.hole.count == 2
    delivered = made.fill(trades(8, 9, 10, 11, 12))
    assert ids(delivered) == [8, 9, 10, 11]
    assert late(delivered) == [8, 9, 10, 11]
    assert made.repaired == 2
    assert late(made.accept(trade(12))) == []


def test_a_trade_that_was_only_overtaken_needs_no_repair():
    """It comes by the stream itself, a little later."""
    made = guard(7, 9)
    delivered = made.accept(trade(8))
    assert ids(delivered) == [8, 9]
    assert made.hole is None


def test_a_hole_is_filled_page_by_page():
    """What is known to be complete goes on at once."""
    made = guard(1, 8)
    assert ids(made.fill(trades(2, 3, 4))) == [2, 3, 4]
    assert made.hole == TradeHole(5, 7)
    assert ids(made.fill([])) == []
    assert ids(made.fill(trades(5, 6, 7, 8))) == [5, 6, 7, 8]


def test_ids_that_the_exchange_does_not_have_are_passed_over():
    """Within a page and at its ends."""
    made = guard(1, 10)
    assert ids(made.fill(trades(3, 5))) == [3, 5]
    assert made.hole == TradeHole(6, 9)
    assert ids(made.fill(trades(11, 12))) == [10]
    assert made.missed == 0


def test_several_holes_are_filled_one_after_the_other():
    """Each is shown when it is the first."""
    made = guard(1, 4, 7)
    assert made.hole == TradeHole(2, 3)
    assert ids(made.fill(trades(2, 3, 4, 5))) == [2, 3, 4]
    assert made.hole == TradeHole(5, 6)
    assert made.is_waiting


def test_a_hole_can_be_given_up():
    """The price must stay fresh: all that waits goes on, what is lost is counted."""
    made = guard(1, 5, 6, 9)
    delivered = made.give_up()
    assert ids(delivered) == [5, 6, 9]
    assert late(delivered) == [5, 6, 9]
    assert made.missed == 5
    assert not made.is_waiting
    assert ids(made.accept(trade(10))) == [10]


def test_it_says_when_too_many_wait():
    """So that memory stays bounded."""
    made = TradeGuard(BTC, held_limit=3)
    for n in (1, 5, 6):
        made.accept(trade(n))
    assert not made.is_full
    made.accept(trade(7))
    assert made.is_full


def test_filling_without_a_hole_changes_nothing():
    """The trade came by the stream while the page was under way."""
    made = guard(1, 2)
    assert made.fill(trades(1, 2, 3)) == ()
    assert ids(made.accept(trade(3))) == [3]


@given(st.data())
def test_whatever_is_lost_doubled_or_swapped_all_trades_come_once_in_order(data):
    """Random schedules; pages of any length; ids that do not exist at all."""
    exists = sorted(data.draw(st.sets(st.integers(1, 60), min_size=3)))
    sent = data.draw(st.lists(st.sampled_from(exists), max_size=80))
    made, seen = TradeGuard(BTC), list(TradeGuard(BTC).give_up())
    for number in [exists[0], *sent, exists[-1]]:
        seen += made.accept(trade(number))
        if made.is_waiting and data.draw(st.booleans()):
            first = made.hole.first
            size = data.draw(st.integers(1, 20))
            seen += made.fill(trades(*[n for n in exists if n >= first][:size]))
    while (hole := made.hole) is not None:
        seen += made.fill(trades(*[n for n in exists if n >= hole.first][:20]))
    assert ids(seen) == exists
    assert made.missed == 0


@given(st.lists(st.integers(1, 60), max_size=80), st.integers(0, 5))
def test_given_up_or_not_nothing_comes_twice_or_backwards(sent, patience):
    """And what is missing is counted exactly."""
    made, seen = TradeGuard(BTC), []
    for i, number in enumerate(sent):
        seen += made.accept(trade(number))
        if i % (patience + 1) == patience:
            seen += made.give_up()
    seen += made.give_up()
    numbers = ids(seen)
    assert numbers == sorted(set(numbers))
    if numbers:
        assert made.missed == numbers[-1] - numbers[0] + 1 - len(numbers)
