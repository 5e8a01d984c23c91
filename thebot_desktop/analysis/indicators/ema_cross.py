"""Two exponential averages, and a signal when the fast one crosses the slow one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.analysis.ranges import RANGE_CANDLES, in_ranges
from thebot_desktop.analysis.smoothing import exponential
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_PULL = 4.0


class EmaCross(Indicator, frozen=True):
    """Buys when the fast average crosses above the slow one, sells when it crosses below.

    The signal is the clearer the harder the price pulls at the averages. The distance between
    them changes by the pull times the difference of their weights, hence

        pull = change of (fast - slow) / (weight of fast - weight of slow) / average range,

    in units of an average candle's range. In the markets half of all crossings have a pull of
    one to three; four is as clear as it gets.
    """

    name: ClassVar[str] = "EMACROSS"
    title: ClassVar[str] = "Crossing of two exponential averages"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("fast", "slow")

    fast: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD - 1, title="Fast Period")] = 20
    slow: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Slow Period")] = 50

    def __post_init__(self) -> None:
        if self.slow <= self.fast:
            raise ParameterError(
                user_message=f"The slow period of EMACROSS must be longer than the fast one: "
                f"{self.slow} is not more than {self.fast}."
            )

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Line("fast"), Line("slow")

    @property
    def lookback(self) -> int:
        return self.slow + max(exponential(self.slow), RANGE_CANDLES)

    def compute(self, candles: Candles) -> Values:
        return {"fast": _average(candles, self.fast), "slow": _average(candles, self.slow)}

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        fast, slow = values["fast"], values["slow"]
        above, below = crossed_above(fast, slow), crossed_below(fast, slow)
        for at in np.flatnonzero(above | below):
            if at >= start:
                pull = self._pull(candles, fast - slow, int(at))
                verb = "above" if above[at] else "below"
                yield opinion(
                    series,
                    candles,
                    int(at),
                    source=self.label,
                    direction=Direction.BUY if above[at] else Direction.SELL,
                    clarity=pull / CLEAREST_PULL,
                    reason=f"EMA {self.fast} crossed {verb} EMA {self.slow}, "
                    f"pulled by {pull:.1f} average candles",
                )

    def _pull(self, candles: Candles, distance: FloatArray, at: int) -> float:
        weights = 2 / (self.fast + 1) - 2 / (self.slow + 1)
        change = abs(float(distance[at] - distance[at - 1]))
        return in_ranges(change / weights, candles, at)


def _average(candles: Candles, period: int) -> FloatArray:
    return talib_library.call("EMA", (candles.close,), {"timeperiod": period})[0]
