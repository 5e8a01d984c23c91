"""An order book as rows of text."""

from __future__ import annotations

import numpy as np
import pytest

from thebot_desktop.domain.market import BookSnapshot, BookUpdate, Instrument, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.order_book import OrderBook
from thebot_desktop.ui.models.order_book import (
    LadderPage,
    ladder_page,
    mid_text,
    multiples_of,
    quantity_texts,
    tick_of,
)

BTC = Symbol("BTCUSDT")
BITCOIN = Instrument(BTC, "BTC", "USDT", 0.01, 0.00001, 2, 5)


def book(bids, asks, limit=0):
    made = OrderBook(BTC)
    made.apply(BookSnapshot(BTC, 1, tuple(bids), tuple(asks), limit=limit))
    return made


def deep(levels=1000, limit=1000):
    bids = [(round(70000 - i * 0.01, 2), 1.0) for i in range(1, levels + 1)]
    asks = [(round(70000 + i * 0.01, 2), 1.0) for i in range(1, levels + 1)]
    return book(bids, asks, limit)


def texts(rows):
    return [(r.price, r.quantity, r.total) for r in rows]


def test_rows_have_price_quantity_and_total_best_first():
    """By tick size and step size; bars are shares of the largest total."""
    made = book([(100.0, 1.5), (99.99, 0.5)], [(100.02, 1.0)])
    page = ladder_page(made, 5, 0.0, BITCOIN)
    assert texts(page.bids) == [
        ("100.00", "1.50000", "1.50000"),
        ("99.99", "0.50000", "2.00000"),
    ]
    assert texts(page.asks) == [("100.02", "1.00000", "1.00000")]
    assert [r.share for r in page.bids] == [0.75, 1.0]
    assert page.asks[0].share == 0.5
    assert (page.mid, page.spread, page.spread_percent) == ("100.01", "0.02", "0.02%")
    assert page.bid_share == pytest.approx(2 / 3)


def test_rows_of_a_larger_step_are_written_by_it():
    """Decimals that are always zero are left out."""
    page = ladder_page(deep(), 3, 1.0, BITCOIN)
    assert [r.price for r in page.asks] == ["70,001", "70,002", "70,003"]
    assert [r.price for r in page.bids] == ["69,999", "69,998", "69,997"]
    assert page.asks[1].quantity == "100.00000"


def test_an_empty_book_has_no_rows_and_no_numbers():
    """Dashes, not zeros."""
    assert ladder_page(OrderBook(BTC), 5, 0.0, BITCOIN) == LadderPage()
    one_sided = ladder_page(book([(1.0, 1.0)], []), 5, 0.0, BITCOIN)
    assert (one_sided.mid, one_sided.spread, one_sided.spread_percent) == ("–", "–", "–")
    assert one_sided.bid_share == 1.0


@pytest.mark.parametrize(
    ("mid", "decimals", "text"),
    [(100.01, 2, "100.01"), (100.015, 2, "100.015"), (7e-8, 8, "0.0₇7"), (float("nan"), 2, "–")],
)
def test_a_middle_between_two_ticks_has_a_decimal_more(mid, decimals, text):
    """It would look like one of the best prices otherwise."""
    assert mid_text(mid, decimals) == text


def test_steps_are_offered_as_far_as_the_book_is_known():
    """Ten units a side: rows of one unit make sense, rows of ten do not."""
    assert multiples_of(deep(), 0.01) == [1, 10, 100]
    assert multiples_of(deep(), 0.01, chosen=1000) == [1, 10, 100, 1000]
    assert multiples_of(deep(), 0.01, chosen=10_000) == [1, 10, 100]
    assert multiples_of(OrderBook(BTC), 0.01) == [1]
    whole = deep(levels=10)
    assert multiples_of(whole, 0.01) == [1, 10, 100, 1_000, 10_000, 100_000]


def test_a_chosen_step_stays_while_the_known_part_shrinks():
    """As long as one row of it is known."""
    made = deep()
    gone = tuple((round(70000 + i * 0.01, 2), 0.0) for i in range(1, 801))
    made.apply(BookUpdate(BTC, 2, 2, (), gone, UnixMs(2)))
    assert multiples_of(made, 0.01) == [1, 10, 100]
    gone = tuple((round(70000 + i * 0.01, 2), 0.0) for i in range(801, 951))
    made.apply(BookUpdate(BTC, 3, 3, (), gone, UnixMs(3)))
    assert multiples_of(made, 0.01, chosen=100) == [1, 10, 100]


def test_the_smallest_step_is_guessed_from_the_decimals_where_nobody_tells_it():
    """As in recordings."""
    assert tick_of(BITCOIN) == 0.01
    assert tick_of(Instrument(BTC, "BTC", "USDT", price_decimals=3)) == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("values", "decimals", "shorten", "shown"),
    [
        ([0.5, 12.25], 5, False, ["0.50000", "12.25000"]),
        ([0.5, 1234.25], 5, True, ["0.500", "1,234.250"]),
        ([0.00012, 1234.25], 5, False, ["0.00012", "1.23K"]),
        ([5.0, 12_345_678.0], 0, False, ["5", "12.35M"]),
        ([5.0, 345_678.0], 0, True, ["5", "345,678"]),
        ([], 2, False, []),
    ],
)
def test_a_column_has_one_way_of_writing(values, decimals, shorten, shown):
    """The same decimals in all rows, or all short; sums may lose decimals."""
    assert list(quantity_texts(np.array(values), decimals, shorten=shorten)) == shown
