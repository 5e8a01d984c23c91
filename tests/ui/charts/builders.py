"""Candles, indicators and charts for the tests of the chart."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.errors import PluginError
from thebot_desktop.domain.market import (
    Candles,
    Instrument,
    Interval,
    Origin,
    SeriesKey,
    Symbol,
)
from thebot_desktop.domain.plots import Histogram, Level, Line, Pane, Scale
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.freshness import Freshness, FreshnessWord
from thebot_desktop.ui.theme import load_theme

START = 1_766_400_000_000
MINUTE = 60_000
BTC = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
BITCOIN = Instrument(Symbol("BTCUSDT"), "BTC", "USDT", 0.01, 0.00001, 2, 5)
DARK = load_theme("dark")


class Mean(Indicator, frozen=True):
    """A line over the price."""

    name = "MEAN"
    title = "Mean"
    group = "tests"
    outputs = ("mean",)
    period: int = 5

    @property
    def plots(self):
        return (Line("mean"),)

    @property
    def lookback(self):
        return self.period

    def compute(self, candles):
        values = np.full(len(candles), np.nan)
        if len(candles) >= self.period:
            kernel = np.ones(self.period) / self.period
            values[self.period - 1 :] = np.convolve(candles.close, kernel, "valid")
        return {"mean": values}


class Share(Indicator, frozen=True):
    """A bounded line in a pane of its own."""

    name = "SHARE"
    title = "Share"
    group = "tests"
    outputs = ("share",)

    @property
    def plots(self):
        return (Line("share", Pane.OWN), Level(30.0), Level(70.0), Scale(0.0, 100.0))

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        span = np.maximum(candles.high - candles.low, 1e-9)
        return {"share": (candles.close - candles.low) / span * 100}


class Spread(Indicator, frozen=True):
    """Bars and two lines in a pane of its own."""

    name = "SPREAD"
    title = "Spread"
    group = "tests"
    outputs = ("bars", "fast", "slow")

    @property
    def plots(self):
        return (Histogram("bars"), Line("fast", Pane.OWN), Line("slow", Pane.OWN))

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        change = candles.close - candles.open
        return {"bars": change, "fast": change * 2, "slow": change * 3}


def walk(count, seed=3, start=START, step=MINUTE):
    """A random walk of candles around 100."""
    rng = np.random.default_rng(seed)
    close = 100 + rng.normal(0, 0.5, count).cumsum()
    open_ = np.concatenate(([100.0], close[:-1]))
    return made(
        open_,
        np.maximum(open_, close) + rng.random(count) * 0.3,
        np.minimum(open_, close) - rng.random(count) * 0.3,
        close,
        1 + rng.random(count),
        start=start,
        step=step,
    )


def made(open_, high, low, close, volume=None, start=START, step=MINUTE):
    """Candles of given columns."""
    columns = [np.array(c, dtype=float) for c in (open_, high, low, close)]
    count = len(columns[0])
    return Candles(
        np.arange(count, dtype=np.int64) * step + start,
        *columns,
        np.ones(count) if volume is None else np.array(volume, dtype=float),
        np.ones(count),
        np.full(count, Origin.LIVE, np.uint8),
    )


def copied(candles):
    """The same candles in memory of their own."""
    return Candles(*(getattr(candles, f).copy() for f in candles.__slots__))


def moment(candles, *indicators, series=BTC, closed=False, at=None, broken=()):
    """The moment after the newest of these candles changed."""
    results = [IndicatorResult(i, i.compute(candles)) for i in indicators]
    results += [IndicatorResult(i, {}, PluginError("it broke")) for i in broken]
    when = int(candles.open_time[-1]) + 20_000 if at is None else at
    return Moment(series, candles, closed, UnixMs(when), Origin.LIVE, tuple(results))


def colour_at(image, x, y):
    return QColor(image.pixel(int(x), int(y))).name().upper()


def column_of(image, x, top, bottom):
    """Colours of one column of pixels."""
    return [colour_at(image, x, y) for y in range(int(top), int(bottom))]


def distance(one, other):
    """How different two colours are: the largest difference of a channel."""
    channels = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (one, other)]
    return max(abs(a - b) for a, b in zip(*channels, strict=True))


def fresh(word: FreshnessWord, age_ms: int | None = None) -> Freshness:
    return Freshness(word, age_ms)
