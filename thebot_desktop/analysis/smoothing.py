"""How long averages that feed on their own past remember where they began."""

from __future__ import annotations

import math
from collections.abc import Iterable

FORGOTTEN = 1e-12
"""Share of the starting value below which it no longer shows.

Far below the 1e-8 that a value promises to be repeatable to: the start may have been a thousand
times further away than the value itself is from zero.
"""


def settled_after(weight: float) -> int:
    """Candles after which an average that gives each new one ``weight`` forgot its start."""
    return 0 if weight >= 1 else math.ceil(math.log(FORGOTTEN) / math.log1p(-weight))


def exponential(period: int) -> int:
    """Candles until an exponential average has settled."""
    return settled_after(2 / (period + 1))


def wilder(period: int) -> int:
    """Candles until Wilder's average, as in RSI and ATR, has settled."""
    return settled_after(1 / period)


def cascade(stages: Iterable[int]) -> int:
    """Candles until averages of averages have settled, each of which alone takes so many.

    The slowest stage decides. The others delay it: equal stages the most, where the n-th adds a
    factor of order k·weight to what is left after k candles, which is under a quarter of a stage
    each (the tail of a negative binomial distribution).
    """
    slowest, *others = sorted(stages, reverse=True) or [0]
    return slowest + math.ceil(sum(others) / 4)


def until_broken(ranges: float) -> int:
    """Candles after which a trailing stop that many average ranges away has surely been broken.

    Two stops that began at different candles are one as soon as both were broken. A price that
    wanders needs of the order of the distance squared for that; what is left decays like an
    exponential, and fifty times the square is where it no longer shows. Only a trend that never
    pauses for longer keeps a stop longer in mind.
    """
    return math.ceil(50 * max(ranges, 1.0) ** 2)
