"""Tally: what the lines of trades and books of one feed count together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    trades_repaired: int = 0
    """Missed on the stream, fetched by REST."""
    trades_missed: int = 0
    """Missed and given up, so that the price stays fresh."""
    books_mended: int = 0
    """Order books that lost a link and were fetched anew."""
