"""Volume profile: how much was traded at which prices, and a signal where its edges hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.held_tests import held_tests
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.periods import Period, held_until_next, period_begins
from thebot_desktop.analysis.volume_profiles import profile_of, spread
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, IntArray, Interval, SeriesKey
from thebot_desktop.domain.plots import Drawn, Line, Plot
from thebot_desktop.domain.shapes import OPEN_ENDED, Profile, Shapes
from thebot_desktop.domain.signals import Signal
from thebot_desktop.domain.time import DAY_MS

SESSIONS_DRAWN = 60
"""So many of the newest sessions are drawn."""
NEVER = 0
LAST_DAY = 21001231


class Span(Enum):
    """Which candles a profile is made of."""

    SESSION = "SESSION"
    FIXED = "FIXED"
    VISIBLE = "VISIBLE"


class VolumeProfile(Indicator, frozen=True):
    """Buys when an edge of the value area or the control price holds from above, sells from below.

    The prices of a session (a UTC day, week or month) are cut into bins of equal height. Each
    candle's volume is spread evenly over the bins between its low and its high. The point of
    control (POC) is the middle of the fullest bin; the value area around it (VAL to VAH) holds so
    many percent of the volume. The outputs are those of the last whole session.

    A fixed range goes from one day to another (as 20260131, both included, 0 for no bound); its
    values are known from the day after, where both are given. A profile of what is visible is
    only drawn: it has no values and signals.

    VAL and POC are supports, VAH and POC resistances. One holds when a candle after one that was
    outside reaches it and closes outside; the signal is the clearer the further that close is
    away, in average ranges. Nodes, bins that are fuller or emptier than those around, are drawn.

    P. Steidlmayer, "Markets and Market Logic" (1986); value areas by volume: J. Dalton, "Mind over
    Markets" (1990).
    """

    name: ClassVar[str] = "VOLUMEPROFILE"
    title: ClassVar[str] = "Volume Profile"
    group: ClassVar[str] = "Volume Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("poc", "vah", "val")
    label_fields: ClassVar[int] = 1

    span: Annotated[Span, Meta(title="Made of")] = Span.SESSION
    period: Annotated[Period, Meta(title="Session")] = Period.DAY
    bins: Annotated[int, Meta(ge=10, le=1000, title="Bins")] = 100
    area: Annotated[float, Meta(ge=10, le=99, title="Value Area in Percent")] = 70.0
    first_day: Annotated[int, Meta(ge=0, le=LAST_DAY, title="Fixed Range from Day")] = NEVER
    last_day: Annotated[int, Meta(ge=0, le=LAST_DAY, title="Fixed Range to Day")] = NEVER

    def __post_init__(self) -> None:
        begin, end = _day(self.first_day), _day(self.last_day)
        if self.first_day and self.last_day and end < begin:
            raise ParameterError(user_message="The fixed range must not end before it begins.")

    @property
    def plots(self) -> tuple[Plot, ...]:
        if self.span is not Span.SESSION:
            return (Drawn(),)
        return Line("poc"), Line("vah", dashed=True), Line("val", dashed=True), Drawn()

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(() if self.span is Span.SESSION else self.outputs)

    @property
    def lookback(self) -> int:
        return self.lookback_for(Interval.M1)

    def lookback_for(self, interval: Interval) -> int:
        return 1 if self.span is Span.VISIBLE else self.period.lookback(interval)

    def exact_start(self, open_time: IntArray) -> int | None:
        if self.span is Span.VISIBLE:
            return max(0, len(open_time) - 1)
        if self.span is Span.FIXED:
            # One candle before it shows that the range is there from its first candle on.
            return max(0, int(np.searchsorted(open_time, _day(self.first_day))) - 1)
        begins = period_begins(open_time, self.period)
        return int(begins[-2]) if len(begins) > 1 else 0

    def compute(self, candles: Candles) -> Values:
        begins = np.empty(0, np.int64)
        if self.span is Span.SESSION:
            begins = period_begins(candles.open_time, self.period)
        elif self.span is Span.FIXED and self.last_day:
            begins = self._fixed(candles)
        if len(begins) < 2:
            return {output: np.full(len(candles), np.nan) for output in self.outputs}
        areas = spread(candles.upto(int(begins[-1])), begins[:-1], self.bins).areas(self._share)
        rows = held_until_next(np.stack([areas.poc, areas.vah, areas.val]), begins, len(candles))
        return dict(zip(self.outputs, rows, strict=True))

    def shapes(self, candles: Candles) -> Shapes:
        if self.span is Span.VISIBLE or not len(candles):
            return Shapes()
        if self.span is Span.FIXED:
            begin, end = self._range(candles)
            return Shapes(profiles=self._profiles(candles, [begin, end]))
        begins = period_begins(candles.open_time, self.period)[-SESSIONS_DRAWN:].tolist()
        return Shapes(profiles=self._profiles(candles, [*begins, len(candles)]))

    def shapes_in_view(self, candles: Candles) -> Shapes:
        if self.span is not Span.VISIBLE:
            return Shapes()
        found = profile_of(candles, self.bins, self._share, OPEN_ENDED)
        return Shapes(profiles=() if found is None else (found,))

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        return held_tests(
            series,
            candles,
            start,
            source=self.label,
            supports={"VAL": values["val"], "POC": values["poc"]},
            resistances={"VAH": values["vah"], "POC": values["poc"]},
        )

    @property
    def _share(self) -> float:
        return self.area / 100

    def _range(self, candles: Candles) -> tuple[int, int]:
        """First candle of the fixed range and the one after its last; 0 leaves a side open."""
        begin = int(np.searchsorted(candles.open_time, _day(self.first_day)))
        if not self.last_day:
            return begin, len(candles)
        return begin, int(np.searchsorted(candles.open_time, _day(self.last_day) + DAY_MS))

    def _fixed(self, candles: Candles) -> IntArray:
        """The fixed range as one session, if it is whole and something came after it."""
        begin, end = self._range(candles)
        whole = begin < end < len(candles) and candles.open_time[0] <= _day(self.first_day)
        return np.array([begin, end] if whole else [], np.int64)

    def _profiles(self, candles: Candles, edges: list[int]) -> tuple[Profile, ...]:
        parts = [(candles.upto(end).last(end - begin)) for begin, end in pairwise(edges)]
        found = [
            profile_of(part, self.bins, self._share, int(part.open_time[-1]))
            for part in parts
            if len(part)
        ]
        return tuple(profile for profile in found if profile is not None)


def _day(number: int) -> int:
    """Begin of a day that is written as 20260131, in milliseconds; 0 stays 0."""
    if not number:
        return 0
    try:
        day = dt.datetime(number // 10_000, number // 100 % 100, number % 100, tzinfo=dt.UTC)
    except ValueError:
        raise ParameterError(user_message=f"{number} is no day; write it as 20260131.") from None
    return int(day.timestamp()) * 1000
