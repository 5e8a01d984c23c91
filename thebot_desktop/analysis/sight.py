"""Sight: what a condition sees at the candles of a series, of theirs and of anything else.

A value of another series at a candle is that of the other's newest candle which had closed when
that candle closed: never of one that still formed, never of a later one. While the candle that
closed last is not known yet, the value is not known either.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from thebot_desktop.analysis.expressions import IndicatorOutput
from thebot_desktop.analysis.facts import FactOf, FactsAsOf
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.moment import Look, Moment, ValuesOn
from thebot_desktop.analysis.wording import exact
from thebot_desktop.domain.market import Candles, FloatArray, Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs

ValuesOf: TypeAlias = Callable[[Indicator], Values | None]
"""What an indicator computed on the same candles, None if it does not work."""


class Column(Enum):
    """A column of the candles themselves."""

    OPEN = "open"
    HIGH = "high"
    LOW = "low"
    CLOSE = "close"
    VOLUME = "volume"


class OtherValue(Struct, frozen=True):
    """A value of another series; what is left out is as in the condition's own."""

    value: Column | IndicatorOutput
    symbol: Symbol | None = None
    interval: Interval | None = None

    @property
    def text(self) -> str:
        """As one writes it: ``ETHUSDT:RSI(14)@1h``."""
        before = "" if self.symbol is None else f"{self.symbol}:"
        after = "" if self.interval is None else f"@{self.interval.value}"
        return f"{before}{own_text(self.value)}{after}"

    @property
    def sentence(self) -> str:
        """In plain words."""
        of = "" if self.symbol is None else f" of {self.symbol}"
        on = "" if self.interval is None else f" on {self.interval.value}"
        return f"the {own_text(self.value)}{of}{on}"

    def series(self, own: SeriesKey) -> SeriesKey:
        """Which series it is of, for a condition about ``own``."""
        return SeriesKey(self.symbol or own.symbol, self.interval or own.interval)


Value: TypeAlias = float | Column | IndicatorOutput | OtherValue | FactOf


def own_text(value: Column | IndicatorOutput) -> str:
    """As one writes it."""
    return value.text if isinstance(value, IndicatorOutput) else value.value


def value_text(value: Value) -> str:
    """As one writes it; reading it gives an equal value."""
    if isinstance(value, float):
        return exact(value)
    return value.text if isinstance(value, OtherValue | FactOf) else own_text(value)


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to see beside the candles of ``series``, none of it from after ``at``."""

    series: SeriesKey
    at: UnixMs
    look: Look
    facts: FactsAsOf
    values_on: ValuesOn
    _seen: dict[SeriesKey, Candles] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, moment: Moment) -> Around:
        """The end of a closed candle is its time, however much later it became known."""
        at = moment.event_time
        if moment.closed and len(moment.candles):
            at = moment.series.interval.next_open(moment.open_time)
        return cls(moment.series, at, moment.look, moment.facts, moment.values_on)

    def other(self, value: OtherValue, time: UnixMs) -> float:
        """What ``value`` was at ``time``, NaN where that is not known."""
        series = value.series(self.series)
        candles = self._candles(series)
        index = newest_closed(candles, series.interval, time)
        if index is None:
            return math.nan
        if isinstance(value.value, Column):
            column: FloatArray | None = getattr(candles, value.value.value)
        else:
            values = self.values_on(series, value.value.indicator, self.at, self.look)
            column = values.get(value.value.output)
        return math.nan if column is None or index >= len(column) else float(column[index])

    def fact(self, fact: FactOf, time: UnixMs) -> float:
        """What ``fact`` was at ``time``, NaN where that is not known."""
        name, symbol = fact.of(self.series.symbol)
        return float(self.facts(name, symbol, np.array([time], dtype=np.int64))[0])

    def _candles(self, series: SeriesKey) -> Candles:
        candles = self._seen.get(series)
        if candles is None:
            candles = self.look(series.symbol, series.interval, self.at)
            self._seen[series] = candles
        return candles


def newest_closed(candles: Candles, interval: Interval, time: UnixMs) -> int | None:
    """The index of the candle that closed last at ``time``; None if that one is not there."""
    index = int(np.searchsorted(candles.open_time, time)) - 1
    if index >= 0 and interval.next_open(int(candles.open_time[index])) > time:
        index -= 1
    if index < 0:
        return None
    end_of_next = interval.next_open(interval.next_open(int(candles.open_time[index])))
    return None if end_of_next <= time else index


class Sight:
    """The candles a condition is about, and whatever else there is to see at their ends."""

    def __init__(self, candles: Candles, values_of: ValuesOf, around: Around | None = None) -> None:
        self._candles = candles
        self._values_of = values_of
        self._around = around

    def value(self, value: Value, back: int) -> float:
        """``value`` at the candle ``back`` before the newest; NaN where there is none."""
        if isinstance(value, float):
            return value
        if len(self._candles) <= back:
            return math.nan
        if isinstance(value, Column):
            column: FloatArray = getattr(self._candles, value.value)
            return float(column[-1 - back])
        if isinstance(value, IndicatorOutput) and not (self._around and value.indicator.others):
            values = self._values_of(value.indicator)
            known = values is not None and len(values[value.output]) > back
            return float(values[value.output][-1 - back]) if values and known else math.nan
        if self._around is None:
            return math.nan
        time = self._end_of(self._around, back)
        if isinstance(value, FactOf):
            return self._around.fact(value, time)
        other = OtherValue(value) if isinstance(value, IndicatorOutput) else value
        return self._around.other(other, time)

    def _end_of(self, around: Around, back: int) -> UnixMs:
        """One that still forms has got as far as it is known."""
        end = around.series.interval.next_open(int(self._candles.open_time[-1 - back]))
        return min(end, around.at)
