"""The squeeze against a plain formulation, and its release."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.analysis.indicators.squeeze import Squeeze
from thebot_desktop.domain.plots import Histogram
from thebot_desktop.domain.signals import Direction

nan = float("nan")


def _plain(candles, i, indicator):
    """Both values at candle ``i`` from slices; None where there are not enough candles."""
    b, k, m = indicator.bollinger, indicator.keltner, indicator.momentum
    squeezed = momentum = None
    if i >= max(b - 1, k):
        closes = candles.close[i - b + 1 : i + 1]
        spread = indicator.deviations * closes.std()
        before = candles.close[i - k : i]
        part = slice(i - k + 1, i + 1)
        ranges = np.maximum(candles.high[part], before) - np.minimum(candles.low[part], before)
        reach = indicator.ranges * ranges.mean()
        centre = candles.close[part].mean()
        inside_above = closes.mean() + spread < centre + reach
        squeezed = float(inside_above and closes.mean() - spread > centre - reach)
    if i >= k + m - 2:
        distances = [_distance(candles, j, k) for j in range(i - m + 1, i + 1)]
        slope, offset = np.polyfit(np.arange(m), distances, 1)
        momentum = offset + slope * (m - 1)
    return momentum, squeezed


def _distance(candles, i, period):
    part = slice(i - period + 1, i + 1)
    middle = (candles.high[part].max() + candles.low[part].min()) / 2
    return candles.close[i] - (middle + candles.close[part].mean()) / 2


@pytest.mark.parametrize(
    "indicator", [Squeeze(), Squeeze(10, 2.0, 30, 1.5, 5), Squeeze(30, 1.5, 8, 2.0, 20)]
)
def test_values_are_those_of_the_plain_formulation(indicator):
    """Also where the two periods differ and the bands have different middles."""
    candles = wandering(600, seed=9)
    values = indicator.compute(candles)
    states = set()
    for i in range(600):
        momentum, squeezed = _plain(candles, i, indicator)
        if momentum is None:
            assert np.isnan(values["momentum"][i])
        else:
            assert values["momentum"][i] == pytest.approx(momentum, rel=1e-7, abs=1e-9)
        if squeezed is None:
            assert np.isnan(values["squeezed"][i])
        else:
            assert values["squeezed"][i] == squeezed
            states.add(squeezed)
    assert states == {0.0, 1.0}


def _said(squeezed, momentum, start=0):
    candles = series(np.tile([100.0, 102.0], len(squeezed))[: len(squeezed)], spread=0)
    values = {"squeezed": np.array(squeezed, float), "momentum": np.array(momentum, float)}
    found = Squeeze().signals(BTC_1M, candles, values, start)
    return [(s.open_time // 60_000, s.direction, s) for s in found]


def test_it_speaks_when_the_squeeze_releases_with_the_sign_of_the_momentum():
    """Neither while it lasts nor when it begins."""
    found = _said([nan, 0, 1, 1, 0, 0, 1, 0, 0], [1, 1, 1, 1, 1, 1, -1, -1, 1])
    assert [(at, direction) for at, direction, _ in found] == [
        (4, Direction.BUY),
        (7, Direction.SELL),
    ]


def test_a_release_without_momentum_says_nothing():
    """Nor one whose momentum is not known yet."""
    assert _said([1, 0, 1, 0], [0, 0, nan, nan]) == []


def test_the_first_known_state_is_no_release():
    """It may have been free for long."""
    assert _said([nan, 0, 0], [1, 1, 1]) == []


def test_clarity_is_the_momentum_in_average_candles():
    """Every range is 2: momentum of 1 is half a candle, a quarter of what is clearest."""
    ((_, _, signal),) = _said([0, 1, 0], [1, 1, -1])
    assert signal.reason == "Squeeze released with downward momentum of 0.5 average candles"
    assert signal.confidence == pytest.approx(0.4 + 0.5 / 4)


def test_no_signal_comes_from_candles_before_the_start():
    """They were spoken about already."""
    squeezed = [1, 0, 1, 0]
    assert [at for at, *_ in _said(squeezed, [1] * 4, start=2)] == [3]
    assert [at for at, *_ in _said(squeezed, [1] * 4, start=3)] == [3]


def test_a_market_that_stands_still_is_not_squeezed():
    """Bands without width are not inside a channel without width."""
    assert not Squeeze().compute(series(np.full(60, 100.0), spread=0))["squeezed"][20:].any()


def test_the_momentum_is_drawn_as_bars():
    """All five parameters are part of the label."""
    assert Squeeze().plots == (Histogram("momentum"),)
    assert Squeeze().label == "SQUEEZE(20,2,20,1.5,12)"
