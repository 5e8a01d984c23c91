"""Long series computed part by part, in memory that is quick because it is small."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from thebot_desktop.analysis.indicator import Values
from thebot_desktop.domain.market import Candles, FloatArray

PART = 1 << 18
"""Candles at once: what is worked out for them stays near the processor."""


def in_parts(
    compute: Callable[[Candles], Values], candles: Candles, lookback: int, part: int = PART
) -> Values:
    """The values of ``compute``, each of which needs ``lookback`` candles at most, its own too."""
    count, part = len(candles), max(part, 8 * lookback)
    if count < 2 * part:
        return compute(candles)
    whole: dict[str, FloatArray] = {}
    for begin in range(0, count, part):
        end, first = min(begin + part, count), max(0, begin - lookback)
        for name, found in compute(candles.upto(end).last(end - first)).items():
            whole.setdefault(name, np.empty(count))[begin:end] = found[begin - first :]
    return whole
