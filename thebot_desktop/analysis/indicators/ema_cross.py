"""Two exponential averages, and a signal when the fast one crosses the slow one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.functions import Call, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.ranges import RANGE_CANDLES, in_ranges
from thebot_desktop.analysis.smoothing import exponential
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import turns
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_PULL = 4.0


class EmaCross(FunctionIndicator, frozen=True):
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

    @property
    def calls(self) -> tuple[Call, ...]:
        return tuple(
            Call("EMA", ("close",), {"timeperiod": period}) for period in (self.fast, self.slow)
        )

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        fast, slow = values["fast"], values["slow"]
        weights = 2 / (self.fast + 1) - 2 / (self.slow + 1)

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            change = abs(fast[at] - slow[at] - (fast[at - 1] - slow[at - 1]))
            pull = in_ranges(change / weights, candles, at)
            verb = "above" if direction is Direction.BUY else "below"
            crossed = f"EMA {self.fast} crossed {verb} EMA {self.slow}"
            return pull / CLEAREST_PULL, f"{crossed}, pulled by {pull:.1f} average candles"

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=crossed_above(fast, slow),
            sells=crossed_below(fast, slow),
            judge=judge,
        )
