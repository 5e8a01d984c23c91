"""Confidence: one number from several opinions, and the parts it is made of.

Every source's newest opinion on the series, and on longer intervals of the same symbol, is one
part. With

    weight     what the person gives the indicator (1), for a longer interval times 0.5,
    freshness  0.5 ^ (age / 10), age in candles of the part's own interval,
    sign       1 for BUY, -1 for SELL, 0 for NEUTRAL,

the confidence is the weighted mean

    value = sum(weight * freshness * confidence * sign) / sum(weight),

from -1 (all say sell, surely and just now) to 1. Opinions against each other cancel out, and one
that is old or neutral pulls towards 0, so a lonely or stale one never looks like certainty.
Agreement says how one-sided the parts are,

    agreement = |sum(weight * freshness * confidence * sign)|
                / sum(weight * freshness * confidence * |sign|),

from 0 (a draw) to 1 (nobody objects). Opinions are born when a candle closes, so a longer
interval counts with its closed candles only.

Example: on one minute RSI says BUY with 0.8 just now and EMACROSS says SELL with 0.4 ten candles
ago, and RSI on the hour says BUY with 0.6 just now. Then

    value = (1 * 1 * 0.8 - 1 * 0.5 * 0.4 + 0.5 * 1 * 0.6) / (1 + 1 + 0.5) = 0.9 / 2.5 = 0.36,
    agreement = 0.9 / (0.8 + 0.2 + 0.3) = 0.69.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.domain.time import UnixMs

SIGN = MappingProxyType({Direction.BUY: 1.0, Direction.SELL: -1.0, Direction.NEUTRAL: 0.0})


class Part(Struct, frozen=True):
    """One opinion in a confidence. ``share`` is what it adds to the value, with its sign."""

    signal: Signal
    weight: float
    freshness: float
    share: float


class Confidence(Struct, frozen=True):
    """``value`` from -1 to 1, ``agreement`` from 0 to 1, parts with the largest share first."""

    value: float = 0.0
    agreement: float = 0.0
    parts: tuple[Part, ...] = ()


UNKNOWN = Confidence()
"""Nobody has an opinion."""


def weigh(
    opinions: Iterable[Signal],
    series: SeriesKey,
    now: UnixMs,
    config: SignalConfig,
    weights: Mapping[str, float],
) -> Confidence:
    """The confidence of ``series`` at ``now`` from the newest opinion of each source.

    ``weights`` are by name of the indicator; one that is not there counts 1.
    """
    counted: list[tuple[Signal, float, float]] = []
    for signal in opinions:
        weight = weights.get(signal.source.partition("(")[0], 1.0)
        weight *= _weight_of_interval(signal.series, series, config)
        if weight > 0 and signal.event_time <= now:
            counted.append((signal, weight, _freshness(signal, now, config)))
    total = sum(weight for _, weight, _ in counted)
    if not total:
        return UNKNOWN
    parts = [
        Part(s, weight, fresh, weight * fresh * s.confidence * SIGN[s.direction] / total)
        for s, weight, fresh in counted
    ]
    parts.sort(key=lambda part: -abs(part.share))
    value = sum(part.share for part in parts)
    spoken = sum(abs(part.share) for part in parts)
    return Confidence(value, abs(value) / spoken if spoken else 0.0, tuple(parts))


def _weight_of_interval(heard: SeriesKey, series: SeriesKey, config: SignalConfig) -> float:
    """A shorter interval knows nothing of a longer one: it does not count."""
    if heard == series:
        return 1.0
    longer = heard.interval.milliseconds > series.interval.milliseconds
    return config.longer_interval if longer else 0.0


def _freshness(signal: Signal, now: UnixMs, config: SignalConfig) -> float:
    age = (now - signal.event_time) / signal.series.interval.milliseconds
    return float(0.5 ** (age / config.half_life_candles))
