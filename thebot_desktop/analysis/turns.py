"""From the candles where an indicator turns to its signals, in order and none before the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.signals import Direction, Signal

BoolArray: TypeAlias = NDArray[np.bool_]
Judge: TypeAlias = Callable[[int, Direction], tuple[float, str]]
"""How clear the case at a candle is, and the reason in words."""


def turns(
    series: SeriesKey,
    candles: Candles,
    start: int,
    *,
    source: str,
    buys: BoolArray,
    sells: BoolArray,
    judge: Judge,
) -> Iterator[Signal]:
    """One signal for each candle from ``start`` on that is marked in ``buys`` or ``sells``."""
    for at in (np.flatnonzero(buys[start:] | sells[start:]) + start).tolist():
        direction = Direction.BUY if buys[at] else Direction.SELL
        clarity, reason = judge(at, direction)
        yield opinion(
            series,
            candles,
            at,
            source=source,
            direction=direction,
            clarity=clarity,
            reason=reason,
        )


def turned(trend: NDArray[np.float64]) -> tuple[BoolArray, BoolArray]:
    """Where a trend of 1 and -1 turns up and where it turns down; its first value is no turn."""
    change = np.diff(trend, prepend=np.nan)
    return change > 0, change < 0


def delayed(values: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    """At each candle the value of the candle ``by`` before it; NaN where there is none."""
    moved = np.empty(len(values))
    moved[:by] = np.nan
    moved[by:] = values[: max(0, len(values) - by)]
    return moved
