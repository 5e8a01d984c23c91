"""Series that are computed part by part."""

from __future__ import annotations

import numpy as np

from tests.market_shapes import series, wandering
from thebot_desktop.analysis.parts import PART, in_parts


def _last_three(candles):
    """The sum of three closes, NaN before there are three."""
    found = np.full(len(candles), np.nan)
    found[2:] = candles.close[2:] + candles.close[1:-1] + candles.close[:-2]
    return {"sum": found}


def test_the_values_are_those_of_the_whole():
    """Also where parts meet, and in the last one, which is shorter."""
    candles = wandering(3 * PART + 5)
    found = in_parts(_last_three, candles, 3)
    assert np.array_equal(found["sum"], _last_three(candles)["sum"], equal_nan=True)


def test_a_part_is_several_times_the_look_back():
    """Otherwise most of the work would be done twice; short series are computed at once."""
    asked = []

    def count(candles):
        asked.append(len(candles))
        return {"one": np.ones(len(candles))}

    candles = series(np.ones(3 * PART))
    assert len(in_parts(count, candles, PART)["one"]) == 3 * PART
    assert asked == [3 * PART]
    asked.clear()
    in_parts(count, candles, PART // 8)
    assert asked == [PART, PART + PART // 8, PART + PART // 8]
