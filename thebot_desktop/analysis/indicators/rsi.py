"""Relative Strength Index with its zones, and a signal when it leaves one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above
from thebot_desktop.analysis.functions import Call, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.analysis.smoothing import wilder
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.wording import exact
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.plots import Level, Line, Pane, Plot, Scale
from thebot_desktop.domain.signals import Direction, Signal


class Rsi(FunctionIndicator, frozen=True):
    """Buys when oversold ends, sells when overbought ends.

    The signal is the clearer the deeper the index was in its zone: half way to 0 or 100 is as
    clear as it gets.
    """

    name: ClassVar[str] = "RSI"
    title: ClassVar[str] = "Relative Strength Index"
    group: ClassVar[str] = "Momentum Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("real",)
    label_fields: ClassVar[int] = 1

    timeperiod: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Time Period")] = 14
    lower: Annotated[float, Meta(ge=1, le=99, title="Oversold below")] = 30.0
    upper: Annotated[float, Meta(ge=1, le=99, title="Overbought above")] = 70.0

    def __post_init__(self) -> None:
        if not self.lower < self.upper:
            raise ParameterError(
                user_message=f"RSI is overbought above {exact(self.upper)}: "
                f"oversold must lie below that, not at {exact(self.lower)}."
            )

    @property
    def plots(self) -> tuple[Plot, ...]:
        levels = Level(self.lower), Level(self.upper)
        return (Line("real", Pane.OWN), *levels, Scale(0, 100))

    @property
    def lookback(self) -> int:
        return 1 + self.timeperiod + wilder(self.timeperiod)

    @property
    def calls(self) -> tuple[Call, ...]:
        return (Call("RSI", ("close",), {"timeperiod": self.timeperiod}),)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        index = values["real"]
        exits = [
            (
                at,
                Direction.BUY,
                depth / self.lower,
                f"left oversold, after {self.lower - depth:.1f}",
            )
            for at, depth in _exits(self.lower - index, start)
        ] + [
            (
                at,
                Direction.SELL,
                depth / (100 - self.upper),
                f"left overbought, after {self.upper + depth:.1f}",
            )
            for at, depth in _exits(index - self.upper, start)
        ]
        source = self.label
        for at, direction, share, reason in sorted(exits, key=lambda e: e[0]):
            yield opinion(
                series,
                candles,
                at,
                source=source,
                direction=direction,
                clarity=2 * share,
                reason=f"RSI {reason}",
            )


def _exits(depth: FloatArray, start: int) -> Iterator[tuple[int, float]]:
    """Where ``depth`` into a zone falls below zero from ``start`` on, and how deep it had been."""
    places = np.arange(len(depth))
    last_outside = np.maximum.accumulate(np.where(depth >= 0, -1, places))
    for at in np.flatnonzero(crossed_above(-depth, 0.0)):
        if at >= start:
            entered = last_outside[at - 1] + 1
            yield int(at), float(depth[entered:at].max())
