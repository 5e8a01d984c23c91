"""Comparison: the same few statistics of several symbols or indicators, to stand side by side."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from msgspec import Struct

from thebot_desktop.analysis.statistics import (
    Figure,
    Trend,
    aligned,
    correlation,
    percentile,
    returns,
    trend,
    z_score,
)
from thebot_desktop.domain.market import Candles, FloatArray, IntArray
from thebot_desktop.domain.time import DAY_MS, HOUR_MS

LINE_BLOCKS = 40
"""A small chart shows the lowest and the highest value of so many stretches."""


class Span(Struct, frozen=True):
    """How far back a change reaches: so many bars, or milliseconds."""

    length: int
    in_bars: bool = False

    def bars(self, interval_ms: int) -> int:
        """How many bars that is; 0 for less than one."""
        return self.length if self.in_bars else self.length // interval_ms


TIME_SPANS = (Span(HOUR_MS), Span(DAY_MS), Span(7 * DAY_MS), Span(30 * DAY_MS))
BAR_SPANS = tuple(Span(bars, in_bars=True) for bars in (1, 10, 50, 200))


class Question(Struct, frozen=True):
    """What is asked of everything that is compared."""

    interval_ms: int
    window: int = 100
    """Percentile, z-score, trend, correlation and small chart are about the newest so many bars."""
    spans: tuple[Span, ...] = TIME_SPANS

    @property
    def needed(self) -> int:
        """So many bars answer all of it."""
        return max(self.window, *(span.bars(self.interval_ms) for span in self.spans)) + 1


class Compared(Struct, frozen=True, eq=False):
    """The answers about one. ``line`` is its small chart, thinned out and a copy."""

    value: float = math.nan
    percentile: Figure = Figure()
    z_score: Figure = Figure()
    trend: Trend = Trend()
    correlation: Figure = Figure()
    changes: tuple[Figure, ...] = ()
    """One for each span: shares of a price, differences of anything else."""
    line: FloatArray = np.empty(0)
    bars: int = 0


def compare_prices(candles: Candles, base: Candles | None, question: Question) -> Compared:
    """Of one symbol, its returns correlated to those of ``base``."""
    return _compare(candles.open_time, candles.close, returns, base, question, of_price=True)


def compare_values(
    open_time: IntArray, values: FloatArray, base: Candles | None, question: Question
) -> Compared:
    """Of an indicator's output, its steps from bar to bar correlated to the returns of ``base``."""
    return _compare(open_time, values, _steps, base, question, of_price=False)


def _steps(values: FloatArray) -> FloatArray:
    steps = np.full(len(values), math.nan)
    steps[1:] = values[1:] - values[:-1]
    return steps


def _compare(
    open_time: IntArray,
    values: FloatArray,
    moves: Callable[[FloatArray], FloatArray],
    base: Candles | None,
    question: Question,
    *,
    of_price: bool,
) -> Compared:
    window, related = values[-question.window :], Figure()
    if base is not None:
        own = _newest_moves(open_time, values, moves, question)
        related = _related(own, _newest_moves(base.open_time, base.close, returns, question))
    return Compared(
        float(values[-1]) if len(values) else math.nan,
        percentile(window),
        z_score(window),
        trend(window),
        related,
        tuple(_change(open_time, values, s, question, of_price) for s in question.spans),
        thinned(window),
        len(values),
    )


def _newest_moves(
    open_time: IntArray,
    values: FloatArray,
    moves: Callable[[FloatArray], FloatArray],
    question: Question,
) -> tuple[IntArray, FloatArray]:
    """Those of the window alone, however long the series is."""
    count = question.window + 1
    return open_time[-count:], moves(values[-count:])


def _related(own: tuple[IntArray, FloatArray], other: tuple[IntArray, FloatArray]) -> Figure:
    _, (left, right) = aligned([own, other])
    return correlation(left, right)


def _change(
    open_time: IntArray,
    values: FloatArray,
    span: Span,
    question: Question,
    of_price: bool,  # noqa: FBT001 - private
) -> Figure:
    """Against the bar that was the newest ``span`` ago, also where bars are missing between."""
    bars, have = span.bars(question.interval_ms), len(values)
    if not bars:
        return Figure(math.nan, have, 0)
    at = have - 1 - bars
    if not span.in_bars and have:
        at = int(np.searchsorted(open_time, open_time[-1] - span.length, side="right")) - 1
    if at < 0:
        return Figure(math.nan, have, bars + 1)
    before, now = float(values[at]), float(values[-1])
    if not of_price:
        return Figure(now - before, have, bars + 1)
    return Figure(now / before - 1 if before > 0 else math.nan, have, bars + 1)


def thinned(values: FloatArray, blocks: int = LINE_BLOCKS) -> FloatArray:
    """A copy short enough for a small chart, extremes kept; what is missing is left out."""
    known = values[np.isfinite(values)]
    if len(known) <= 2 * blocks:
        return known.copy()
    edges = np.linspace(0, len(known), blocks + 1).astype(int)
    chosen = [0, len(known) - 1]
    for start, end in pairwise(edges.tolist()):
        block = known[start:end]
        chosen += [start + int(block.argmin()), start + int(block.argmax())]
    return known[np.unique(chosen)]
