"""Swing highs and lows: candles that stand out from those around them, once those are known."""

from __future__ import annotations

import numpy as np

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.turns import delayed
from thebot_desktop.domain.market import FloatArray, IntArray


def swing_highs(high: FloatArray, wing: int) -> IntArray:
    """Candles higher than the ``wing`` candles before and not lower than the ``wing`` after.

    The last ones are only known ``wing`` candles later. Of equal highs the first counts.
    Bill Williams, "Trading Chaos" (1995), calls them fractals and takes a wing of two.
    """
    if len(high) <= 2 * wing:
        return np.empty(0, np.int64)
    one = wing == 1  # TA-Lib finds the highest of two candles or more
    highest = high if one else talib_library.call("MAX", (high,), {"timeperiod": wing})[0]
    stands_out = high[:-wing] >= highest[wing:]
    stands_out &= high[:-wing] > delayed(highest, 1)[:-wing]
    found: IntArray = np.flatnonzero(stands_out)
    return found


def swing_lows(low: FloatArray, wing: int) -> IntArray:
    """The mirror image: candles lower than those before and not higher than those after."""
    return swing_highs(-low, wing)
