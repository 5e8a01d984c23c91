"""The order book as rows of text: asks above, the spread between, bids below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from thebot_desktop.domain.market import FloatArray, Instrument
from thebot_desktop.market.order_book import BookSide, OrderBook
from thebot_desktop.ui.formatting import DASH, decimals_of, price_text, quantity_text

MULTIPLES = (1, 10, 100, 1_000, 10_000, 100_000)
"""Rows can be so many ticks high."""
FEWEST_ROWS = 4
"""A step is offered where the known part of the book fills so many rows of each side."""
MOST_REACH = 0.2
"""Of the price; rows of such a height say nothing any more."""
_LONGEST = 9
"""Quantities with more characters than this are written short: 1.25K."""


@dataclass(frozen=True, slots=True)
class LadderRow:
    """One price; ``share`` is its total as a part of the largest total that is shown."""

    value: float
    price: str
    quantity: str
    total: str
    share: float


@dataclass(frozen=True, slots=True)
class LadderPage:
    """Best rows first on both sides; ``bid_share`` None while there is no quantity."""

    asks: tuple[LadderRow, ...] = ()
    bids: tuple[LadderRow, ...] = ()
    mid: str = DASH
    spread: str = DASH
    spread_percent: str = DASH
    bid_share: float | None = None


def ladder_page(book: OrderBook, rows: int, step: float, instrument: Instrument) -> LadderPage:
    """The best ``rows`` of each side in steps of a price; ``step`` 0 is every level."""
    ladder = book.ladder(max(1, rows), step)
    sides = [side for side in (ladder.asks, ladder.bids) if len(side)]
    largest = max((float(side.total[-1]) for side in sides), default=0.0)
    decimals = instrument.price_decimals
    row_decimals = min(decimals, decimals_of(step)) if step else decimals
    imbalance = book.imbalance()
    return LadderPage(
        asks=_rows(ladder.asks, largest, row_decimals, instrument.quantity_decimals),
        bids=_rows(ladder.bids, largest, row_decimals, instrument.quantity_decimals),
        mid=mid_text(book.mid, decimals),
        spread=price_text(book.spread, decimals),
        spread_percent=DASH
        if math.isnan(book.spread)
        else f"{quantity_text(book.spread_percent)}%",
        bid_share=None if math.isnan(imbalance) else (imbalance + 1) / 2,
    )


def mid_text(mid: float, decimals: int) -> str:
    """The middle may lie between two ticks: then it has a decimal more."""
    halved = not math.isclose(mid, round(mid, decimals), rel_tol=1e-12)
    return price_text(mid, decimals + halved)


def tick_of(instrument: Instrument) -> float:
    """The smallest price step, guessed from how prices are written where nobody says it."""
    return instrument.tick_size or 10.0**-instrument.price_decimals


def multiples_of(book: OrderBook, tick: float, chosen: int = 1) -> list[int]:
    """How many ticks high rows can be with what is known of a book, the finest first.

    What is ``chosen`` stays as long as it shows anything, also when the known part shrinks.
    """
    low, high = book.covered
    mid = book.mid
    if math.isnan(mid):
        return [1]
    # A book that is known as a whole reaches from nothing to infinity: a part of it will do.
    reach = min(mid - low, high - mid, mid * MOST_REACH)
    rows = {m: 1 if m == chosen else FEWEST_ROWS for m in MULTIPLES}
    return [m for m in MULTIPLES if m == 1 or tick * m * rows[m] <= reach]


def _rows(
    side: BookSide, largest: float, price_decimals: int, quantity_decimals: int
) -> tuple[LadderRow, ...]:
    quantities = quantity_texts(side.quantity, quantity_decimals, shorten=False)
    totals = quantity_texts(side.total, quantity_decimals, shorten=True)
    return tuple(
        LadderRow(price, price_text(price, price_decimals), quantity, total, share / largest)
        for price, quantity, total, share in zip(
            side.price.tolist(), quantities, totals, side.total.tolist(), strict=True
        )
    )


def quantity_texts(values: FloatArray, decimals: int, *, shorten: bool) -> Sequence[str]:
    """One column, with points below each other: all with the same decimals, or all short.

    ``shorten``: some decimals may be left out, as of sums.
    """
    if not len(values):
        return ()
    largest = float(values.max())
    whole = len(price_text(largest, 0))
    room = _LONGEST - whole - 1
    if shorten:
        decimals = max(0, min(decimals, room))
    if whole > _LONGEST or decimals > max(0, room):
        return [quantity_text(value) for value in values.tolist()]
    return [price_text(value, decimals, subscript=False) for value in values.tolist()]
