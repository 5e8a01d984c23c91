"""Correlation: how far another symbol moves together with this one, and when that ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

import msgspec
import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.analysis.windows import correlations
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey, Symbol
from thebot_desktop.domain.plots import Level, Line, Pane, Plot, Scale
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_BREAK = 0.5
"""A correlation so far beyond the level is as clear as it gets."""
LONGEST_SYMBOL = 32


class Correlation(Indicator, frozen=True):
    """From -1 to 1, of the logarithmic returns of the newest candles of both symbols.

    Candles belong together that opened at the same time. A window in which the other has none,
    or in which one of the two does not move at all, has no value. Speaks, of no direction, when
    the correlation falls below its level and when it rises above it again.
    """

    name: ClassVar[str] = "CORR"
    title: ClassVar[str] = "Correlation to Another Symbol"
    group: ClassVar[str] = "Statistic Functions"
    outputs: ClassVar[tuple[str, ...]] = ("real",)
    exact: ClassVar[bool] = True
    label_fields: ClassVar[int] = 2

    symbol: Annotated[str, Meta(title="Other symbol")] = "BTCUSDT"
    length: Annotated[int, Meta(ge=3, le=10_000, title="Length")] = 20
    level: Annotated[float, Meta(ge=-1, le=1, title="Apart below")] = 0.5

    def __post_init__(self) -> None:
        name = self.symbol.strip().upper().replace("/", "").replace("-", "")
        if not name.isalnum() or len(name) > LONGEST_SYMBOL:
            raise ParameterError(user_message=f"“{self.symbol}” is not a symbol such as BTCUSDT.")
        msgspec.structs.force_setattr(self, "symbol", name)

    @property
    def others(self) -> tuple[Symbol, ...]:
        return (Symbol(self.symbol),)

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Line("real", Pane.OWN), Level(0.0), Level(self.level), Scale(-1.0, 1.0)

    @property
    def sparse(self) -> frozenset[str]:
        return frozenset(self.outputs)

    @property
    def lookback(self) -> int:
        return self.length + 1

    def compute(self, candles: Candles) -> Values:
        return self.compute_with(candles, {})

    def compute_with(self, candles: Candles, others: Mapping[Symbol, Candles]) -> Values:
        other = others.get(Symbol(self.symbol))
        if other is None or not len(other):
            return {"real": np.full(len(candles), np.nan)}
        own, theirs = _returns(candles.close), _returns(_closes_at(candles.open_time, other))
        return {"real": correlations(own, theirs, self.length)}

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        value = values["real"]
        fell, rose = crossed_below(value, self.level), crossed_above(value, self.level)
        for at in (np.flatnonzero(fell[start:] | rose[start:]) + start).tolist():
            moved = f"moves apart from {self.symbol}"
            if rose[at]:
                moved = f"moves together with {self.symbol} again"
            yield opinion(
                series,
                candles,
                at,
                source=self.label,
                direction=Direction.NEUTRAL,
                clarity=float(abs(value[at] - self.level) / CLEAREST_BREAK),
                reason=f"{series.symbol} {moved}, the correlation is {value[at]:.2f}",
            )


def _returns(close: FloatArray) -> FloatArray:
    """Of each close against the one before it; NaN for the first, and where one is missing."""
    if not len(close):
        return np.empty(0)
    logs = np.log(np.where(close > 0, close, np.nan))
    found = np.empty(len(close))
    found[0] = np.nan
    np.subtract(logs[1:], logs[:-1], out=found[1:])
    return found


def _closes_at(times: IntArray, other: Candles) -> FloatArray:
    """The other's close at each of these open times, NaN where it has no such candle."""
    if not len(times):
        return np.empty(0)
    begin = int(np.searchsorted(other.open_time, times[0]))
    same = slice(begin, begin + len(times))
    if np.array_equal(other.open_time[same], times):
        return other.close[same]
    at = np.minimum(np.searchsorted(other.open_time, times), len(other) - 1)
    return np.where(other.open_time[at] == times, other.close[at], np.nan)
