"""Candles where the exchange itself has none, so that the grid of a series stays whole."""

from __future__ import annotations

import numpy as np

from thebot_desktop.domain.market import (
    ByteArray,
    Candle,
    Candles,
    FloatArray,
    IntArray,
    Interval,
    Origin,
)
from thebot_desktop.domain.time import UnixMs

LIMIT = 1500
"""A hole of more candles stays a hole: flat lines over days would pretend a quiet market."""


def fillers(interval: Interval, first: UnixMs, last: UnixMs, close: float) -> list[Candle]:
    """Flat candles at ``close`` for the open times from ``first`` to ``last``, both included."""
    found = []
    when = first
    while when <= last:
        found.append(Candle(when, close, close, close, close, 0.0))
        when = interval.next_open(when)
    return found


def with_holes_filled(candles: Candles, interval: Interval, limit: int = LIMIT) -> Candles:
    """``candles`` with flat ones of origin EXCHANGE_HOLE in each hole of at most ``limit``."""
    missing = _missing(candles.open_time, interval)
    missing[missing > limit] = 0
    if not missing.any():
        return candles
    runs = missing + 1
    source = np.repeat(np.arange(len(candles)), runs)
    steps = np.arange(len(source)) - np.repeat(np.cumsum(runs) - runs, runs)
    return _extended(candles, interval, source, steps)


def mark_no_trades(candles: Candles) -> Candles:
    """``candles`` where those that nobody traded in say so; holes of the exchange stay such."""
    origin = candles.origin.copy()
    quiet = (candles.trades == 0) & (candles.volume == 0) & (origin != Origin.EXCHANGE_HOLE)
    origin[quiet] = Origin.NO_TRADES
    return _with_origin(candles, origin)


def with_origins_of(candles: Candles, known: Candles) -> Candles:
    """``candles`` with what is known of how the same ones came: fetched again is no news.

    ``known`` is in order. A candle that differs from the known one, or stands where a filler was,
    keeps its own origin.
    """
    if not len(known):
        return candles
    at = np.minimum(np.searchsorted(known.open_time, candles.open_time), len(known) - 1)
    is_same = (known.open_time[at] == candles.open_time) & (known.close[at] == candles.close)
    is_same &= (known.volume[at] == candles.volume) & (known.origin[at] != Origin.EXCHANGE_HOLE)
    return _with_origin(candles, np.where(is_same, known.origin[at], candles.origin))


def origin_of(candle: Candle, origin: Origin) -> Origin:
    """The origin to keep of a closed ``candle`` that came by way of ``origin``."""
    is_quiet = candle.trades == 0 and candle.volume == 0
    return Origin.NO_TRADES if is_quiet and origin is not Origin.EXCHANGE_HOLE else origin


def _missing(open_time: IntArray, interval: Interval) -> IntArray:
    """How many candles are missing after each one; after the last none is."""
    if interval.is_regular:
        steps = np.diff(open_time) // interval.milliseconds
    else:
        steps = np.diff(_months(open_time))
    return np.append(np.maximum(steps - 1, 0), 0)


def _extended(candles: Candles, interval: Interval, source: IntArray, steps: IntArray) -> Candles:
    """Row by row the candle at ``source``, or a filler so many ``steps`` after it."""
    is_filler = steps > 0
    close = candles.close[source]

    def price(column: FloatArray) -> FloatArray:
        return np.where(is_filler, close, column[source])

    def amount(column: FloatArray) -> FloatArray:
        return np.where(is_filler, 0.0, column[source])

    origin = np.where(is_filler, Origin.EXCHANGE_HOLE, candles.origin[source]).astype(np.uint8)
    return Candles(
        _times_after(candles.open_time[source], interval, steps),
        price(candles.open),
        price(candles.high),
        price(candles.low),
        close,
        amount(candles.volume),
        amount(candles.trades),
        origin,
    )


def _times_after(open_time: IntArray, interval: Interval, steps: IntArray) -> IntArray:
    if interval.is_regular:
        return open_time + steps * interval.milliseconds
    begins = (_months(open_time) + steps).astype("datetime64[M]").astype("datetime64[ms]")
    return np.where(steps > 0, begins.astype(np.int64), open_time)


def _months(open_time: IntArray) -> IntArray:
    """Whole months since the epoch."""
    return open_time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)


def _with_origin(candles: Candles, origin: ByteArray) -> Candles:
    return Candles(
        candles.open_time,
        candles.open,
        candles.high,
        candles.low,
        candles.close,
        candles.volume,
        candles.trades,
        origin,
    )
