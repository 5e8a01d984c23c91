"""From how clear a case is to a Signal: one scale of strength and confidence for all indicators."""

from __future__ import annotations

from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.signals import Direction, Signal, Strength
from thebot_desktop.domain.time import UnixMs

GRADES = (Strength.WEAK, Strength.MEDIUM, Strength.STRONG, Strength.VERY_STRONG)
BARE_CONFIDENCE = 0.4
"""For the faintest case; a little less than a coin, since most of those come to nothing."""
FULL_CONFIDENCE = 0.9
"""For the clearest case; no single indicator deserves more."""


def opinion(
    series: SeriesKey,
    candles: Candles,
    index: int,
    *,
    source: str,
    direction: Direction,
    clarity: float,
    reason: str,
) -> Signal:
    """A Signal about the closed candle at ``index``.

    ``clarity`` runs from 0 to 1, what lies outside is cut off. Each quarter of it is one grade of
    strength; confidence rises with it in a straight line from 0.4 to 0.9.
    """
    clear = min(max(clarity, 0.0), 1.0)
    open_time = UnixMs(int(candles.open_time[index]))
    return Signal(
        series=series,
        open_time=open_time,
        source=source,
        direction=direction,
        strength=GRADES[min(int(clear * len(GRADES)), len(GRADES) - 1)],
        confidence=BARE_CONFIDENCE + (FULL_CONFIDENCE - BARE_CONFIDENCE) * clear,
        price=float(candles.close[index]),
        reason=reason,
        event_time=series.interval.next_open(open_time),
    )
