"""SignalExaminer: what a signal was made of, and what became of it, from the candles around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from msgspec import Struct

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.confidence import Confidence
from thebot_desktop.analysis.expressions import Catalogue, parse_indicator
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.scoreboard import Outcome, outcomes
from thebot_desktop.domain.errors import InputError, PluginError
from thebot_desktop.domain.market import Candle, Candles, SeriesKey, Symbol
from thebot_desktop.domain.signals import Pattern, Signal
from thebot_desktop.domain.time import UnixMs

BEFORE, AFTER = 80, 40
"""So many candles are shown before and after that of the signal."""
_LEAST_BEFORE = 400
"""So many at least go into the values: some count from wherever the candles begin."""


class Input(Struct, frozen=True):
    """One value of an indicator at the signal's candle and at the one before.

    ``output`` is empty where the indicator has but one.
    """

    source: str
    output: str
    before: float
    value: float


class SignalDetails(Struct, frozen=True):
    """``candles`` are those around the signal's, which is at ``at``; none where none are known.

    ``results`` hold the values of the signal's own indicator over ``candles``.
    """

    signal: Signal
    candles: Candles
    at: int
    results: tuple[IndicatorResult, ...]
    inputs: tuple[Input, ...]
    confidence: Confidence
    patterns: tuple[Pattern, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def candle(self) -> Candle | None:
        return self.candles.at(self.at) if len(self.candles) else None


class SignalExaminer:
    """``candles`` gives the closed candles of a series from a time on. Raises StorageError."""

    def __init__(
        self,
        signals: SignalAggregator,
        candles: Callable[[SeriesKey, UnixMs], Candles],
        catalogue: Catalogue,
    ) -> None:
        self._signals = signals
        self._candles = candles
        self._catalogue = catalogue

    def examine(self, signal: Signal) -> SignalDetails:
        """Everything as it was when ``signal`` was born. Raises StorageError."""
        confidence = self._signals.calculate_confidence(signal.series, signal.event_time)
        others = (part.signal for part in confidence.parts if part.signal.series == signal.series)
        sources = dict.fromkeys([signal.source, *(s.source for s in others)])
        indicators = self._indicators(sources)
        candles, at = self._around(signal, indicators)
        results = [
            _result(indicator, candles, self._others(indicator, signal.series, candles))
            for indicator in indicators
        ]
        shown = min(len(candles), len(candles) - at + BEFORE) if len(candles) else 0
        own = [r.kept(shown) for r in results if r.indicator.label == signal.source]
        return SignalDetails(
            signal,
            candles.last(shown),
            at - (len(candles) - shown),
            tuple(own),
            tuple(each for result in results for each in _inputs(result, at)),
            confidence,
            self._signals.detect_patterns(signal.series, signal.event_time),
            tuple(outcomes([signal], candles)),
        )

    def _indicators(self, sources: Iterable[str]) -> list[Indicator]:
        """Those that are known: a plug-in may be gone since then."""
        found: list[Indicator] = []
        for source in sources:
            try:
                found.append(parse_indicator(source, self._catalogue))
            except InputError:
                continue
        return found

    def _others(
        self, indicator: Indicator, series: SeriesKey, candles: Candles
    ) -> Mapping[Symbol, Candles]:
        since = UnixMs(int(candles.open_time[0]) if len(candles) else 0)
        return {s: self._candles(SeriesKey(s, series.interval), since) for s in indicator.others}

    def _around(self, signal: Signal, indicators: Iterable[Indicator]) -> tuple[Candles, int]:
        """A copy of the candles that the indicators need and a person sees, and the signal's."""
        interval = signal.series.interval
        longest = max((each.lookback_for(interval) for each in indicators), default=0)
        count = max(_LEAST_BEFORE, BEFORE + longest)
        since = signal.open_time - count * interval.milliseconds
        found = self._candles(signal.series, UnixMs(max(0, since)))
        at = int(np.searchsorted(found.open_time, signal.open_time))
        if at == len(found) or found.open_time[at] != signal.open_time:
            return found.upto(0), 0
        ahead = found.upto(min(len(found), at + 1 + AFTER))
        return ahead.last(len(ahead) - max(0, at - count)).copied(), min(at, count)


def _result(
    indicator: Indicator, candles: Candles, others: Mapping[Symbol, Candles]
) -> IndicatorResult:
    """Its values; one that fails says why instead."""
    if not len(candles):
        return IndicatorResult(indicator, {})
    try:
        return IndicatorResult(indicator, indicator.compute_with(candles, others))
    except Exception as cause:  # noqa: BLE001 - plug-in boundary
        said = f"{indicator.label} could not be computed."
        error = PluginError(f"{indicator.label}: {cause!r}", user_message=said)
        error.__cause__ = cause
        return IndicatorResult(indicator, {}, error)


def _inputs(result: IndicatorResult, at: int) -> Iterable[Input]:
    """Outputs that say something there."""
    for output, column in result.values.items():
        before = float(column[at - 1]) if at else math.nan
        value = float(column[at])
        if math.isfinite(before) or math.isfinite(value):
            name = output if len(result.values) > 1 else ""
            yield Input(result.indicator.label, name, before, value)
