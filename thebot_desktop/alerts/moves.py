"""How a price moved: through a level, or far within some candles; for every rule that asks."""

from __future__ import annotations

from enum import Enum

from thebot_desktop.analysis.crossing import crosses_above, crosses_below
from thebot_desktop.domain.market import FloatArray, PriceMove


class Crossing(Enum):
    ABOVE = "above"
    BELOW = "below"
    EITHER = "either way"


class Move(Enum):
    RISES = "rises"
    FALLS = "falls"
    EITHER = "rises or falls"


def crossed(
    move: PriceMove, before: float, now: float, wanted: Crossing = Crossing.EITHER
) -> Crossing | None:
    """How a move went through a line that was at ``before`` and is at ``now``; None if it did not.

    From where the price was to the farthest it went. It went both ways only if it sat on the
    line: then what is wanted counts, or where it ended.
    """
    above = crosses_above(move.previous, before, move.high, now)
    below = crosses_below(move.previous, before, move.low, now)
    if above and below:
        fell = wanted is Crossing.EITHER and move.last < now
        return Crossing.BELOW if wanted is Crossing.BELOW or fell else Crossing.ABOVE
    return Crossing.ABOVE if above else Crossing.BELOW if below else None


def farthest_move(closes: FloatArray, bars: int, move: Move = Move.EITHER) -> float:
    """How far in percent the newest close is from the lowest or the highest of ``bars`` before it.

    The farther of those that ``move`` means, with its sign; 0 where there are not so many closes.
    """
    if len(closes) <= bars:
        return 0.0
    window, last = closes[-bars - 1 : -1], float(closes[-1])
    low, high = float(window.min()), float(window.max())
    if low <= 0:
        return 0.0
    risen, fallen = (last / low - 1) * 100, (last / high - 1) * 100
    if move is Move.RISES:
        return max(0.0, risen)
    if move is Move.FALLS:
        return min(0.0, fallen)
    return risen if risen >= -fallen else fallen


def bars_in_words(bars: int) -> str:
    return "a bar" if bars == 1 else f"{bars} bars"
