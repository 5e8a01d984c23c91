"""The market at a glance: opinions on many series, how many prices rise, which moved farthest."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.confidence import UNKNOWN, Confidence, weigh
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.analysis.statistics import Trend, trend
from thebot_desktop.domain.market import Candles, FloatArray, Interval, SeriesKey, Symbol
from thebot_desktop.domain.signals import Signal
from thebot_desktop.domain.time import UnixMs

LOOK_BACK = 300
"""So many closed candles are asked for opinions: older ones count next to nothing."""
TREND_BARS = 50
RSI_PERIOD = 14
AVERAGES = (20, 50)
"""Bars of the simple averages that breadth compares prices with."""
FEWEST = RSI_PERIOD + 1


def net_opinion(
    series: SeriesKey,
    closed: Candles,
    indicators: Iterable[Indicator],
    now: UnixMs,
    config: SignalConfig,
    weights: Mapping[str, float],
) -> Confidence:
    """What ``indicators`` come to on one series, by the formula of the confidence.

    Longer intervals are not heard: each cell of a table of intervals speaks for itself.
    """
    newest: dict[str, Signal] = {}
    for indicator in indicators:
        if indicator.others:
            continue  # It needs candles of another symbol.
        recent = closed.last(indicator.lookback_for(series.interval) + LOOK_BACK)
        values, start = indicator.compute(recent), max(0, len(recent) - LOOK_BACK)
        for signal in indicator.signals(series, recent, values, start):
            newest[signal.source] = signal
    return weigh(newest.values(), series, now, config, weights)


class Breadth(Struct, frozen=True):
    """How many prices rise and fall, and how many stand above their averages."""

    rising: int = 0
    falling: int = 0
    unchanged: int = 0
    above: tuple[tuple[int, int, int], ...] = ()
    """Bars of the average, how many are above it, of how many it is known."""

    @property
    def count(self) -> int:
        return self.rising + self.falling + self.unchanged


def breadth(changes: Iterable[float | None], closes: Iterable[FloatArray]) -> Breadth:
    """``changes`` in percent over one day, None where unknown; ``closes`` as far as known."""
    known = [change for change in changes if change is not None and math.isfinite(change)]
    columns = list(closes)
    return Breadth(
        rising=sum(change > 0 for change in known),
        falling=sum(change < 0 for change in known),
        unchanged=sum(change == 0 for change in known),
        above=tuple(_above(columns, bars) for bars in AVERAGES),
    )


def _above(columns: Sequence[FloatArray], bars: int) -> tuple[int, int, int]:
    long_enough = [column[-bars:] for column in columns if len(column) >= bars]
    above = sum(float(column[-1]) > float(column.mean()) for column in long_enough)
    return bars, above, len(long_enough)


class Mover(Struct, frozen=True):
    """A symbol and how far it moved in a day."""

    symbol: Symbol
    price: float
    change_percent: float
    quote_volume: float


def movers(found: Iterable[Mover], least_volume: float, most: int) -> tuple[list[Mover], ...]:
    """Those that rose farthest and those that fell farthest, at least so much traded."""
    traded = [m for m in found if m.quote_volume >= least_volume]
    ordered = sorted(traded, key=lambda m: m.change_percent, reverse=True)
    gainers = [m for m in ordered if m.change_percent > 0][:most]
    losers = [m for m in reversed(ordered) if m.change_percent < 0][:most]
    return gainers, losers


class IntervalView(Struct, frozen=True):
    """One symbol on one interval: where it stands. NaN where candles are too few."""

    interval: Interval
    bars: int
    change_percent: float = math.nan
    rsi: float = math.nan
    trend: Trend = Trend()
    opinion: Confidence = UNKNOWN
    line: tuple[float, ...] = ()


def interval_view(
    series: SeriesKey, candles: Candles, opinion: Confidence, shown: int
) -> IntervalView:
    """Of closed and forming ``candles``; the change is that of the newest bar."""
    closes = candles.close
    if len(closes) < FEWEST:
        return IntervalView(series.interval, len(closes))
    before, now = float(closes[-2]), float(closes[-1])
    rsi = talib_library.call("RSI", (closes[-250:],), {"timeperiod": RSI_PERIOD})[0]
    return IntervalView(
        series.interval,
        len(closes),
        (now / before - 1) * 100 if before > 0 else math.nan,
        float(rsi[-1]),
        trend(closes[-TREND_BARS:]),
        opinion,
        tuple(closes[-shown:].tolist()),
    )
