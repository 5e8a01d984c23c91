"""Statistics of several series side by side."""

from __future__ import annotations

import math
import statistics as plain

import numpy as np
import pytest

from tests.market_shapes import series
from thebot_desktop.analysis.comparison import (
    BAR_SPANS,
    Question,
    Span,
    compare_prices,
    compare_values,
    thinned,
)
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS

HOURLY = Question(HOUR_MS, spans=(Span(HOUR_MS), Span(DAY_MS), Span(10, in_bars=True)))


def hourly(close):
    return series(close, times=np.arange(len(close)) * HOUR_MS)


def wave(count, phase=0.0):
    return 100 + 10 * np.sin(np.arange(count) / 5 + phase)


def test_prices_are_compared_by_their_returns():
    """The newest hundred returns of both, as the standard library correlates them."""
    left, right = wave(150), wave(150, 1.0)
    found = compare_prices(hourly(left), hourly(right), HOURLY)
    steps = [[b / a - 1 for a, b in zip(c[-101:], c[-100:], strict=False)] for c in (left, right)]
    assert found.correlation.value == pytest.approx(plain.correlation(*steps))
    assert found.correlation.have == 100
    assert found.value == left[-1]
    assert found.z_score.value == pytest.approx(
        (left[-1] - plain.mean(left[-100:])) / plain.stdev(left[-100:])
    )


def test_correlation_pairs_candles_of_the_same_time():
    """A base that is one candle behind is not shifted into place."""
    close = wave(80)
    behind = series(close[:-1], times=np.arange(79) * HOUR_MS)
    found = compare_prices(hourly(close), behind, HOURLY)
    assert found.correlation.value == pytest.approx(1.0)
    assert found.correlation.have == 78


def test_changes_are_shares_over_each_span():
    """An hour back, a day back, ten bars back."""
    close = np.arange(1.0, 51.0)
    found = compare_prices(hourly(close), None, HOURLY).changes
    assert [c.value for c in found] == pytest.approx([50 / 49 - 1, 50 / 26 - 1, 50 / 40 - 1])


def test_a_span_of_time_is_found_by_time():
    """Where candles are missing, fewer bars make a day."""
    times = np.concatenate([np.arange(10), np.arange(20, 40)]) * HOUR_MS
    candles = series(np.arange(1.0, 31.0), times=times)
    found = compare_prices(candles, None, HOURLY).changes[1]
    # A day before hour 39 is hour 15; the newest candle then was that of hour 9.
    assert found.value == pytest.approx(30 / 10 - 1)


def test_what_is_missing_for_a_change_is_told():
    """A day of hours needs 25 candles; a span shorter than a candle cannot be had."""
    found = compare_prices(hourly(np.arange(1.0, 13.0)), None, HOURLY).changes
    assert (found[1].have, found[1].needed, found[1].is_short) == (12, 25, True)
    daily = Question(DAY_MS, spans=(Span(HOUR_MS),))
    short = compare_prices(hourly(np.arange(1.0, 13.0)), None, daily).changes[0]
    assert not short.known
    assert not short.is_short


def test_an_indicator_changes_in_its_own_units():
    """From minus two to plus three is five, not a percentage."""
    values = np.full(40, -2.0)
    values[-1] = 3.0
    times = np.arange(40) * MINUTE_MS
    asked = Question(MINUTE_MS, spans=BAR_SPANS)
    found = compare_values(times, values, None, asked)
    assert found.changes[0].value == 5.0
    assert found.changes[2].needed == 51


def test_an_indicator_is_correlated_by_its_steps():
    """One that follows the price moves with it, warm-up left out."""
    close = wave(120)
    values = close * 2 - 50
    values[:60] = math.nan
    asked = Question(HOUR_MS, window=200)
    found = compare_values(np.arange(120) * HOUR_MS, values, hourly(close), asked)
    assert found.correlation.value > 0.99
    assert found.correlation.have == 59
    assert found.percentile.have == 60


def test_nothing_yet_is_nothing():
    """A series without candles has no numbers and no line."""
    found = compare_prices(hourly(np.empty(0)), None, HOURLY)
    assert math.isnan(found.value)
    assert not found.percentile.known
    assert not any(change.known for change in found.changes)
    assert len(found.line) == 0


def test_a_small_chart_keeps_its_extremes_and_ends():
    """A single spike among ten thousand values is seen."""
    values = np.zeros(10_000)
    values[5003], values[-1], values[17] = 9.0, 4.0, math.nan
    line = thinned(values)
    assert len(line) <= 82
    assert line.max() == 9.0
    assert line[-1] == 4.0
    assert np.isfinite(line).all()


def test_the_bars_that_are_needed():
    """The longest of window and spans, and the one before."""
    assert HOURLY.needed == 101
    assert Question(HOUR_MS).needed == 721
