"""CandleRows: closed candles with everything that is kept of them, one record each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import Candle, Candles, Origin

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
    """Each open time once, oldest first; of two rows with one time the first stays."""
    _, first = np.unique(rows["open_time"], return_index=True)
    return rows[first]
