"""Newest price, ticker and quote of each symbol."""

from __future__ import annotations

import math

import pytest

from thebot_desktop.domain.market import Quote, Ticker
from thebot_desktop.market.quote_board import QuoteBoard


def test_a_price_older_than_the_one_held_changes_nothing():
    """The newest wins; the answer is the price before."""
    board = QuoteBoard()
    assert math.isnan(board.price("X", 1.0, 10, 100))
    assert board.price("X", 2.0, 20, 101) == 1.0
    assert board.price("X", 9.0, 15, 102) is None
    assert board.row("X").last == 2.0


def test_a_ticker_or_quote_out_of_order_is_dropped():
    """State, not a log."""
    board = QuoteBoard()
    assert board.ticker(Ticker("X", 5, 4, 6, 3, 1, 1, 10), 1)
    assert not board.ticker(Ticker("X", 7, 4, 6, 3, 1, 1, 9), 2)
    assert board.quote(Quote("X", 5, 1.0, 1, 1.5, 1), 1)
    assert not board.quote(Quote("X", 5, 9.0, 1, 9.5, 1), 2)
    assert board.row("X").spread == 0.5


def test_the_change_uses_the_newest_price():
    """Between two tickers the price moves, and the change with it."""
    board = QuoteBoard()
    assert board.row("X").change_percent is None
    board.ticker(Ticker("X", 100, 100, 100, 100, 1, 1, 10), 1)
    board.price("X", 110.0, 11, 2)
    assert board.row("X").change_percent == pytest.approx(10)


def test_after_a_lost_connection_the_next_price_has_none_before_it():
    """The last price stays on show."""
    board = QuoteBoard()
    board.price("X", 1.0, 10, 100)
    board.lose()
    assert board.row("X").last == 1.0
    assert math.isnan(board.price("X", 2.0, 20, 101))
    assert board.price("X", 3.0, 30, 102) == 2.0
