"""Ichimoku against slices of the candles, and its crossings with the cloud's side."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.ichimoku import Ichimoku
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.plots import Fill, Line
from thebot_desktop.domain.signals import Direction

nan = float("nan")


def _middle(candles, i, period):
    part = slice(i - period + 1, i + 1)
    if part.start < 0:
        return nan
    return (candles.high[part].max() + candles.low[part].min()) / 2


def test_values_are_those_of_slices():
    """The cloud is the one that was drawn ahead so many candles ago."""
    candles = wandering(400)
    values = Ichimoku().compute(candles)
    for i in range(400):
        ago = i - 26
        span_a = (_middle(candles, ago, 9) + _middle(candles, ago, 26)) / 2
        expected = {
            "conversion": _middle(candles, i, 9),
            "base": _middle(candles, i, 26),
            "span_a": span_a if ago >= 0 else nan,
            "span_b": _middle(candles, ago, 52) if ago >= 0 else nan,
        }
        for output, value in expected.items():
            np.testing.assert_equal(values[output][i], value)


def _said(conversion, base, span_a, span_b, closes, start=0):
    values = {
        "conversion": np.array(conversion, float),
        "base": np.array(base, float),
        "span_a": np.array(span_a, float),
        "span_b": np.array(span_b, float),
    }
    return list(Ichimoku().signals(BTC_1M, series(closes), values, start))


@pytest.mark.parametrize(
    ("close", "confidence", "stands"), [(25, 0.85, "above"), (15, 0.65, "in"), (5, 0.45, "below")]
)
def test_a_crossing_upwards_counts_as_much_as_the_cloud_supports_it(close, confidence, stands):
    """Above the cloud it is strong, in it neutral, below it weak."""
    (signal,) = _said([1, 3], [2, 2], [20, 20], [10, 10], [close, close])
    assert signal.direction is Direction.BUY
    assert signal.open_time == 60_000
    assert signal.confidence == pytest.approx(confidence)
    assert signal.reason == f"Conversion line crossed above base line, close {stands} the cloud"


@pytest.mark.parametrize(("close", "confidence"), [(5, 0.85), (10, 0.65), (25, 0.45)])
def test_downwards_it_is_the_mirror(close, confidence):
    """At the edge of the cloud is still in it, whichever span is the upper one."""
    (signal,) = _said([3, 1], [2, 2], [10, 10], [20, 20], [close, close])
    assert signal.direction is Direction.SELL
    assert signal.confidence == pytest.approx(confidence)


def test_without_a_cloud_there_is_no_signal():
    """One whose side is not known says nothing."""
    assert _said([1, 3], [2, 2], [20, 20], [nan, nan], [25, 25]) == []


def test_touching_is_not_crossing():
    """Leaving after a touch is."""
    spans = [20] * 4, [10] * 4
    found = _said([1, 2, 2, 2], [2, 2, 2, 2], *spans, [25] * 4)
    assert found == []
    found = _said([1, 2, 3, 3], [2, 2, 2, 2], *spans, [25] * 4)
    assert [s.open_time // 60_000 for s in found] == [2]


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    found = _said([1, 3, 1], [2, 2, 2], [20] * 3, [10] * 3, [25] * 3, start=2)
    assert [s.direction for s in found] == [Direction.SELL]


def test_lines_spans_and_the_cloud_are_drawn():
    """The spans dashed; the displacement is in the label only when it was changed."""
    assert Ichimoku().plots == (
        Line("conversion"),
        Line("base"),
        Line("span_a", dashed=True),
        Line("span_b", dashed=True),
        Fill("span_a", "span_b", by_side=True),
    )
    assert Ichimoku().label == "ICHIMOKU(9,26,52)"
    assert Ichimoku(9, 26, 52, 30).label == "ICHIMOKU(9,26,52,30)"


@pytest.mark.parametrize("periods", [(26, 9, 52), (9, 52, 26), (9, 9, 52)])
def test_periods_must_become_longer(periods):
    """With a sentence."""
    with pytest.raises(InputError) as refused:
        Ichimoku(*periods)
    assert refused.value.user_message == (
        "The periods of ICHIMOKU must become longer from line to line: "
        f"{periods[0]}, {periods[1]}, {periods[2]} do not."
    )
