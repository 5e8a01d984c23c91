"""When two lines cross: one exact definition, used by indicators, conditions and alerts.

``a`` crosses above ``b`` at a candle when it was at or below ``b`` one candle earlier and is above
it now. Touching is not crossing, and leaving after a touch is. Unknown values cross nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray


def crosses_above(a_before: float, b_before: float, a: float, b: float) -> bool:
    """Whether ``a`` went from at or below ``b`` to above it."""
    return a_before <= b_before and a > b


def crosses_below(a_before: float, b_before: float, a: float, b: float) -> bool:
    """Whether ``a`` went from at or above ``b`` to below it."""
    return crosses_above(b_before, a_before, b, a)


def crossed_above(a: FloatArray, b: FloatArray | float) -> NDArray[np.bool_]:
    """At which candles ``a`` crosses above ``b``; never at the first, which has no past."""
    line = np.broadcast_to(np.asarray(b, dtype=np.float64), a.shape)
    crossed = np.zeros(a.shape, dtype=np.bool_)
    crossed[1:] = (a[:-1] <= line[:-1]) & (a[1:] > line[1:])
    return crossed


def crossed_below(a: FloatArray, b: FloatArray | float) -> NDArray[np.bool_]:
    """At which candles ``a`` crosses below ``b``."""
    return crossed_above(-a, -np.asarray(b, dtype=np.float64))
