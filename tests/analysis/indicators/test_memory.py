"""Indicators that feed on their own past: from when on it does not matter where they began."""

from __future__ import annotations

import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from thebot_desktop.analysis.indicators.atr_stop import AtrStop
from thebot_desktop.analysis.indicators.heikin_ashi import HeikinAshiTrend
from thebot_desktop.analysis.indicators.keltner import Keltner
from thebot_desktop.analysis.indicators.squeeze import Squeeze
from thebot_desktop.analysis.indicators.supertrend import SuperTrend

WALK = wandering(60_000, seed=11)
RECURSIVE = [
    SuperTrend(),
    SuperTrend(2, 1.0),
    SuperTrend(10, 6.0),
    AtrStop(),
    AtrStop(5, 1.0),
    AtrStop(14, 5.0),
    Keltner(),
    HeikinAshiTrend(),
    Squeeze(),
]
by_label = pytest.mark.parametrize("indicator", RECURSIVE, ids=lambda i: i.label)


@by_label
def test_values_agree_once_the_lookback_has_passed(indicator):
    """Begun at forty places of a long walk, all that comes after the look-back is the same."""
    whole = indicator.compute(WALK)
    for begin in np.linspace(100, 55_000, 40).astype(int):
        part = WALK.upto(begin + indicator.lookback + 300).last(indicator.lookback + 300)
        found = indicator.compute(part)
        settled = slice(indicator.lookback - 1, None)
        for output in indicator.outputs:
            expected = whole[output][begin : begin + len(part)]
            usual = np.nanmedian(np.abs(expected))
            np.testing.assert_allclose(
                found[output][settled], expected[settled], rtol=1e-8, atol=1e-8 * usual
            )


@by_label
def test_signals_agree_once_the_lookback_has_passed(indicator):
    """What was said at a candle is said again when the history begins later."""
    start = indicator.lookback
    for begin in (500, 20_000, 41_234):
        part = WALK.upto(begin + start + 2000).last(start + 2000)
        first = int(WALK.open_time[begin + start])
        said = [
            (s.open_time, s.direction, s.reason)
            for s in indicator.signals(BTC_1M, part, indicator.compute(part), start)
        ]
        past = WALK.upto(begin + start + 2000)
        expected = [
            (s.open_time, s.direction, s.reason)
            for s in indicator.signals(BTC_1M, past, indicator.compute(past), begin + start)
        ]
        assert said == expected
        assert all(at >= first for at, *_ in said)
