"""What was known of other things than candles, and when."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.analysis.facts import FactBook, FactName, FactOf
from thebot_desktop.domain.market import Symbol

BTC = Symbol("BTCUSDT")
HOLDS = FactName.SPREAD.holds_ms


def at(book, *times, symbol=BTC):
    return book.as_of(FactName.SPREAD, symbol, np.array(times, dtype=np.int64)).tolist()


def test_a_fact_is_what_was_heard_last_and_nothing_that_came_later():
    """At the very time it was heard it is known."""
    book = FactBook()
    book.put(FactName.SPREAD, BTC, 1000, 1.0)
    book.put(FactName.SPREAD, BTC, 2000, 2.0)
    assert at(book, 1000, 1999, 2000, 2500) == [1.0, 1.0, 2.0, 2.0]
    assert math.isnan(at(book, 999)[0])
    assert math.isnan(at(book, 1000, symbol=None)[0])
    assert book.since(FactName.SPREAD, BTC) == 1000
    assert book.since(FactName.FEAR_GREED, None) is None


def test_what_was_not_heard_for_long_is_not_known_any_more():
    """Also where it is heard again later; what is heard again and again lasts."""
    book = FactBook()
    for time in (0, HOLDS, 2 * HOLDS, 9 * HOLDS):
        book.put(FactName.SPREAD, BTC, time, 1.0)
    assert at(book, 3 * HOLDS, 9 * HOLDS) == [1.0, 1.0]
    assert math.isnan(at(book, 3 * HOLDS + 1)[0])


def test_what_is_taken_back_is_unknown():
    """From then on, not before."""
    book = FactBook()
    book.put(FactName.SPREAD, BTC, 0, 1.0)
    for time in (10, 20, 30):
        book.put(FactName.SPREAD, BTC, time, math.nan)
    book.put(FactName.SPREAD, BTC, 40, 3.0)
    assert at(book, 9, 40) == [1.0, 3.0]
    assert all(math.isnan(value) for value in at(book, 10, 39))


def test_only_so_many_changes_are_kept():
    """The oldest fall out first."""
    book = FactBook(most=10)
    for time in range(1000):
        book.put(FactName.SPREAD, BTC, time, float(time))
    assert at(book, 999, 990) == [999.0, 990.0]
    assert math.isnan(at(book, 900)[0])


@given(st.lists(st.tuples(st.integers(0, 3 * HOLDS), st.integers(0, 3)), max_size=30))
def test_it_is_the_same_as_looking_through_all_that_was_heard(steps):
    """Whatever came when."""
    book, heard, time = FactBook(), [], 0
    for wait, value in steps:
        time += wait
        book.put(FactName.SPREAD, BTC, time, float(value))
        heard.append((time, float(value)))
    for asked in (t + shift for t, _ in heard for shift in (-1, 0, 1, HOLDS, HOLDS + 1)):
        past = [(t, v) for t, v in heard if t <= asked]
        known = past and asked - past[-1][0] <= HOLDS
        expected = past[-1][1] if known else math.nan
        assert at(book, asked) == [pytest.approx(expected, nan_ok=True)]


def test_facts_of_no_symbol_are_the_same_for_all():
    """Those of a symbol are of the one that is named, or else of the rule's own."""
    assert FactOf(FactName.SPREAD).of(BTC) == (FactName.SPREAD, BTC)
    named = FactOf(FactName.SPREAD, Symbol("ETHUSDT"))
    assert named.of(BTC) == (FactName.SPREAD, "ETHUSDT")
    assert FactOf(FactName.FEAR_GREED).of(BTC) == (FactName.FEAR_GREED, None)
    assert named.text == "ETHUSDT:spread"
    assert named.sentence == "the spread in percent of ETHUSDT"
