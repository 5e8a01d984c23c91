"""Swing highs and lows: candles that stand out from those around them, once those are known."""

from __future__ import annotations

import numpy as np

from thebot_desktop.analysis import talib_library
from thebot_desktop.domain.market import FloatArray, IntArray


def swing_highs(high: FloatArray, wing: int) -> IntArray:
    """Candles higher than the ``wing`` candles before and not lower than the ``wing`` after.

    The last ones are only known ``wing`` candles later. Of equal highs the first counts.
    Bill Williams, "Trading Chaos" (1995), calls them fractals and takes a wing of two.
    """
    return _standing_out(high, wing, "MAX", np.greater, np.greater_equal)


def swing_lows(low: FloatArray, wing: int) -> IntArray:
    """The mirror image: candles lower than those before and not higher than those after."""
    return _standing_out(low, wing, "MIN", np.less, np.less_equal)


def _standing_out(
    values: FloatArray, wing: int, extreme: str, before: np.ufunc, after: np.ufunc
) -> IntArray:
    """Where ``before`` holds against the extreme of the wing before, ``after`` against the next."""
    if len(values) <= 2 * wing:
        return np.empty(0, np.int64)
    one = wing == 1  # TA-Lib finds the highest of two candles or more
    extremes = values if one else talib_library.call(extreme, (values,), {"timeperiod": wing})[0]
    middle = values[wing:-wing]
    stands_out = after(middle, extremes[2 * wing :])
    stands_out &= before(middle, extremes[wing - 1 : -wing - 1])
    found: IntArray = np.flatnonzero(stands_out) + wing
    return found
