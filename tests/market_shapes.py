"""Candle series of many shapes, repeatable, for tests that hold for all of them."""

from __future__ import annotations

import numpy as np

from thebot_desktop.domain.market import Candles, Origin

MINUTE = 60_000


def series(close, *, spread=0.001, volume=None, times=None) -> Candles:
    """Candles whose closes are given; each opens where the one before it closed."""
    close = np.asarray(close, dtype=np.float64)
    count = len(close)
    open_ = np.concatenate([close[:1], close[:-1]])
    high = np.maximum(open_, close) * (1 + spread)
    low = np.minimum(open_, close) * (1 - spread)
    if volume is None:
        volume = np.full(count, 5.0)
    if times is None:
        times = np.arange(count, dtype=np.int64) * MINUTE
    return Candles(
        np.asarray(times, dtype=np.int64),
        open_,
        high,
        low,
        close,
        np.asarray(volume, dtype=np.float64),
        np.full(count, 10.0),
        np.full(count, Origin.HISTORY, np.uint8),
    )


def wandering(count: int, seed: int = 7, price: float = 100.0, swing: float = 1.0) -> Candles:
    """A random walk whose volatility comes in clusters, with wicks and uneven volume.

    ``swing`` makes all moves so many times larger.
    """
    random = np.random.default_rng(seed)
    volatility = 0.001 * np.exp(np.cumsum(random.normal(0, 0.05, count)) * 0.3)
    close = price * np.exp(
        np.cumsum(random.normal(0, 1, count) * np.clip(volatility, 2e-4, 5e-3) * swing)
    )
    base = series(close, spread=0.0)
    return Candles(
        base.open_time,
        base.open,
        base.high * (1 + np.abs(random.normal(0, 5e-4, count) * swing)),
        base.low * (1 - np.abs(random.normal(0, 5e-4, count) * swing)),
        base.close,
        random.lognormal(2, 1, count),
        base.trades,
        base.origin,
    )


def _gapped() -> Candles:
    steps = np.where(np.arange(400) % 97 == 0, 25, 1)
    jumps = np.where(steps > 1, 1.2, 1.0) * np.where(np.arange(400) % 194 == 0, 0.7, 1.0)
    return series(100 * np.cumprod(jumps), times=np.cumsum(steps) * MINUTE)


SHAPES = {
    "none": wandering(0),
    "one": wandering(1),
    "two": wandering(2),
    "thirty": wandering(30),
    "flat": series(np.full(400, 100.0), spread=0.0),
    "flat-dust": series(np.full(400, 1e-8), spread=0.0),
    "no-volume": series(100 + np.sin(np.arange(400) / 9), volume=np.zeros(400)),
    "gapped": _gapped(),
    "rising": series(np.linspace(1, 1e6, 400)),
    "huge": wandering(400, price=1e9),
}
