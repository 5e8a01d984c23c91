"""Moment: everything known about one series after one event."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeAlias

from thebot_desktop.analysis.confidence import UNKNOWN, Confidence
from thebot_desktop.analysis.facts import FactsAsOf, nothing_known
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult, Values
from thebot_desktop.domain.market import (
    Candles,
    Interval,
    Origin,
    PriceMove,
    SeriesKey,
    Symbol,
    candles_of,
)
from thebot_desktop.domain.signals import Pattern, Signal
from thebot_desktop.domain.time import UnixMs

Look: TypeAlias = Callable[[Symbol, Interval, UnixMs], Candles]
"""Candles of any symbol and interval as they were visible at a time."""
ValuesOn: TypeAlias = Callable[[SeriesKey, Indicator, UnixMs, Look], Values]
"""What an indicator says of the candles of a series that had closed at a time."""


def _see_nothing(symbol: Symbol, interval: Interval, at: UnixMs) -> Candles:
    return candles_of([], Origin.HISTORY)


def _compute_nothing(series: SeriesKey, indicator: Indicator, at: UnixMs, look: Look) -> Values:
    return {}


def _no_opinions() -> Confidence:
    return UNKNOWN


def _as_it_was(confidence: Confidence) -> Confidence:
    return confidence


@dataclass(frozen=True, slots=True)
class Moment:
    """``candles`` and values are views of live memory: read them now or copy them.

    The newest candle is final when ``closed``. While it forms, ``results``, ``patterns`` and
    ``provisional`` are worked out when somebody looks at them: no rule does, and a chart only
    once per frame. ``history`` says that a whole stretch was loaded at once;
    ``late`` that this was true earlier and is only known now.
    """

    series: SeriesKey
    candles: Candles
    closed: bool
    event_time: UnixMs
    origin: Origin
    results: Sequence[IndicatorResult] = ()
    signals: tuple[Signal, ...] = ()
    patterns: Sequence[Pattern] = ()
    provisional: Sequence[Signal] = field(default=(), repr=False, compare=False)
    """What would be signals if the forming candle ended now; they come and go with the price."""
    history: bool = False
    look: Look = field(default=_see_nothing, repr=False, compare=False)
    values_on: ValuesOn = field(default=_compute_nothing, repr=False, compare=False)
    facts: FactsAsOf = field(default=nothing_known, repr=False, compare=False)
    weigh: Callable[[], Confidence] = field(default=_no_opinions, repr=False, compare=False)

    @property
    def confidence(self) -> Confidence:
        """What all opinions come to; worked out when somebody looks at it."""
        return self.weigh()

    @property
    def late(self) -> bool:
        return self.origin in (Origin.LATE, Origin.REPAIRED)

    @property
    def is_filler(self) -> bool:
        """Whether the newest candle stands in for one that the exchange itself does not have."""
        return self.origin is Origin.EXCHANGE_HOLE

    @property
    def price(self) -> float:
        return float(self.candles.close[-1])

    @property
    def open_time(self) -> UnixMs:
        return UnixMs(int(self.candles.open_time[-1]))

    def closed_candles(self, interval: Interval) -> Candles:
        """Candles of another interval that had ended when this happened; views of live memory."""
        return self.look(self.series.symbol, interval, self.event_time)

    def kept(self, most: int) -> Moment:
        """A copy of its newest ``most`` candles and values, for whoever reads it later."""
        count = min(most, len(self.candles))
        return replace(
            self,
            candles=self.candles.last(count).copied(),
            results=tuple(result.kept(count) for result in self.results),
            provisional=(),
            look=_see_nothing,
            values_on=_compute_nothing,
            facts=nothing_known,
            weigh=partial(_as_it_was, self.confidence),
        )

    def values_of(self, indicator: Indicator) -> Values | None:
        """The values of ``indicator`` on this series, if it is in use and works."""
        for result in self.results:
            if result.indicator == indicator and result.error is None:
                return result.values
        return None


PriceMoment = PriceMove
