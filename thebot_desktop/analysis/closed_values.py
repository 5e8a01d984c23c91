"""ClosedValues: indicators on closed candles of any series, computed once for all who ask."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.moment import Look
from thebot_desktop.domain.market import Candles, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs

MOST_HELD = 2_000
"""So many indicators on series are remembered; beyond that the one computed first goes."""

_Stamp = tuple[int, int, int]


class _Held(Struct, frozen=True):
    stamps: tuple[_Stamp, ...]
    values: Values


class ClosedValues:
    """Computes anew when a candle has closed, however many ask for it in between."""

    def __init__(self) -> None:
        self._held: dict[tuple[SeriesKey, Indicator], _Held] = {}

    def of(self, series: SeriesKey, indicator: Indicator, at: UnixMs, look: Look) -> Values:
        """Its values on the candles of ``series`` that had closed at ``at``."""
        candles = look(series.symbol, series.interval, at)
        others = {s: look(s, series.interval, at) for s in indicator.others}
        stamps = tuple(_stamp(each) for each in (candles, *others.values()))
        held = self._held.get((series, indicator))
        if held is None or held.stamps != stamps:
            held = _Held(stamps, _values(indicator, candles, others))
            self._remember(series, indicator, held)
        return held.values

    def forget(self, symbol: Symbol) -> None:
        """Candles of ``symbol`` before the newest have changed."""
        for key in list(self._held):
            if key[0].symbol == symbol or symbol in key[1].others:
                del self._held[key]

    def _remember(self, series: SeriesKey, indicator: Indicator, held: _Held) -> None:
        self._held.pop((series, indicator), None)
        if len(self._held) >= MOST_HELD:
            del self._held[next(iter(self._held))]
        self._held[series, indicator] = held


def _values(indicator: Indicator, candles: Candles, others: Mapping[Symbol, Candles]) -> Values:
    return indicator.compute_with(candles, others) if others else indicator.compute(candles)


def _stamp(candles: Candles) -> _Stamp:
    """Closed candles do not change: their ends and their number tell which they are."""
    if not len(candles):
        return 0, 0, 0
    return int(candles.open_time[0]), int(candles.open_time[-1]), len(candles)
