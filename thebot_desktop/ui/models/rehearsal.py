"""When a rule would have spoken, and what the price did afterwards, as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QDateTime, QLocale, QObject

from thebot_desktop.app.rehearsal import Firing
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.formatting import DASH, percent_text, price_text
from thebot_desktop.ui.models.table import Column, RowModel

LATER = 10
"""So many candles later the price is compared."""


class FiringRow(Struct, frozen=True):
    """``change`` is in percent until LATER candles after; NaN where there are not so many."""

    open_time: UnixMs
    price: float
    decimals: int
    change: float


def firing_rows(
    firings: Sequence[Firing], candles: Candles, decimals: int
) -> tuple[FiringRow, ...]:
    """Newest first."""
    fired = [firing.open_time for firing in firings]
    places = np.searchsorted(candles.open_time, fired) + LATER
    later = np.append(candles.close, math.nan)[np.minimum(places, len(candles))]
    changes = [(float(b) / f.price - 1) * 100 for f, b in zip(firings, later, strict=True)]
    rows = (
        FiringRow(f.open_time, f.price, decimals, change)
        for f, change in zip(firings, changes, strict=True)
    )
    return tuple(rows)[::-1]


def when_text(open_time: int) -> str:
    return QLocale().toString(QDateTime.fromMSecsSinceEpoch(open_time), "d MMM yyyy HH:mm")


COLUMNS: tuple[Column[FiringRow], ...] = (
    Column("time", "Candle", lambda r: when_text(r.open_time), lambda r: r.open_time),
    Column(
        "price", "Close", lambda r: price_text(r.price, r.decimals), lambda r: r.price, right=True
    ),
    Column(
        "change",
        "10 bars later",
        lambda r: DASH if math.isnan(r.change) else percent_text(r.change),
        lambda r: -math.inf if math.isnan(r.change) else r.change,
        right=True,
    ),
)


class FiringsModel(RowModel[FiringRow]):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, parent)
