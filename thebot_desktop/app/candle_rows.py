"""CandleRows: closed candles with everything that is kept of them, one record each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import Candle, Candles, IntArray, Origin

CandleRows: TypeAlias = NDArray[np.void]
"""An array of ROW, oldest first."""

ROW: np.dtype[Any] = np.dtype(
    [
        ("open_time", "<i8"),
        ("open", "<f8"),
        ("high", "<f8"),
        ("low", "<f8"),
        ("close", "<f8"),
        ("volume", "<f8"),
        ("quote_volume", "<f8"),
        ("trades", "<i8"),
        ("taker_buy_volume", "<f8"),
        ("origin", "u1"),
    ]
)
"""The values of a Candle in its order, then the origin. Files hold it: its layout never changes."""


def rows_of(candles: Iterable[Candle], origin: Origin) -> CandleRows:
    """Records made of ``candles``, in the order they come."""
    return np.array([(*msgspec.structs.astuple(c), origin) for c in candles], dtype=ROW)


def columns_of(rows: CandleRows) -> Candles:
    """What charts and indicators need of ``rows``, as contiguous columns."""
    o, h, low, close, volume = (
        np.ascontiguousarray(rows[name]) for name in ("open", "high", "low", "close", "volume")
    )
    return Candles(
        np.ascontiguousarray(rows["open_time"], dtype=np.int64),
        o,
        h,
        low,
        close,
        volume,
        rows["trades"].astype(np.float64),
        np.ascontiguousarray(rows["origin"]),
    )


def in_order(rows: CandleRows) -> CandleRows:
    """Each open time once, oldest first; of two rows with one time the first stays.

    A filler stands where the exchange had nothing: it gives way to any real candle.
    """
    return rows[places_in_order(rows)]


def places_in_order(rows: CandleRows) -> IntArray:
    """Which of ``rows`` stay in order, by their places."""
    times, is_filler = rows["open_time"], rows["origin"] == Origin.EXCHANGE_HOLE
    order = np.lexsort((is_filler, times))
    found = times[order]
    return order[np.append(True, found[1:] != found[:-1])] if len(found) else order
