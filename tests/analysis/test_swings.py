"""Swing highs and lows against their definition."""

from __future__ import annotations

import numpy as np
import pytest

from tests.market_shapes import wandering
from thebot_desktop.analysis.swings import swing_highs, swing_lows


def _naive(high, wing):
    return [
        i
        for i in range(wing, len(high) - wing)
        if all(high[i] > h for h in high[i - wing : i])
        and all(high[i] >= h for h in high[i + 1 : i + wing + 1])
    ]


@pytest.mark.parametrize("wing", [2, 5, 9])
def test_they_are_those_of_the_definition(wing):
    """On prices in whole steps, so that many are equal."""
    candles = wandering(2000)
    high, low = np.round(candles.high * 5), np.round(candles.low * 5)
    assert swing_highs(high, wing).tolist() == _naive(high.tolist(), wing)
    assert swing_lows(low, wing).tolist() == _naive((-low).tolist(), wing)


def test_where_there_are_too_few_candles_there_is_none():
    """A wing on each side and one between them are needed."""
    assert swing_highs(np.array([1.0, 2, 3, 2]), 2).tolist() == []
    assert swing_highs(np.array([1.0, 2, 3, 2, 1]), 2).tolist() == [2]
    assert swing_highs(np.ones(50), 2).tolist() == []
