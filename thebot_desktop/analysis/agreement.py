"""Agreement: how one-sided a confidence is, over all opinions and over the intervals.

For each interval the shares of its opinions are added up: that is its voice. As

    agreement = |sum(share)| / sum(|share|)

says it of opinions, the same over the voices says whether the intervals pull one way.

Example: on one minute shares of +0.30 and -0.10, on the hour one of -0.05. The voices are +0.20
and -0.05, so the intervals agree by 0.15 / 0.25 = 0.6, the opinions by 0.15 / 0.45 = 0.33.
"""

from __future__ import annotations

import math

from msgspec import Struct

from thebot_desktop.analysis.confidence import Confidence
from thebot_desktop.domain.market import Interval


class Voice(Struct, frozen=True):
    """What the opinions on one interval come to."""

    interval: Interval
    opinions: int
    share: float


class Agreement(Struct, frozen=True):
    """From 0 (a draw) to 1 (nobody objects); NaN where nobody says buy or sell."""

    of_opinions: float = math.nan
    of_intervals: float = math.nan
    voices: tuple[Voice, ...] = ()
    """Shortest interval first."""


def agreement_of(confidence: Confidence) -> Agreement:
    shares: dict[Interval, list[float]] = {}
    for part in confidence.parts:
        shares.setdefault(part.signal.series.interval, []).append(part.share)
    voices = tuple(
        Voice(interval, len(own), sum(own))
        for interval, own in sorted(shares.items(), key=lambda item: item[0].milliseconds)
    )
    return Agreement(
        _one_sided([part.share for part in confidence.parts]),
        _one_sided([voice.share for voice in voices]),
        voices,
    )


def _one_sided(shares: list[float]) -> float:
    spoken = sum(abs(share) for share in shares)
    return abs(sum(shares)) / spoken if spoken else math.nan
