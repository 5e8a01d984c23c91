"""Keltner channel: an average with its usual range around it, and a signal at the edges."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.functions import Call, Found, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.ranges import in_ranges
from thebot_desktop.analysis.smoothing import exponential, wilder
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import turns
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Fill, Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_BREAK = 1.0
"""A close so many average ranges outside the channel is as clear as it gets."""


class Keltner(FunctionIndicator, frozen=True):
    """Buys when the close rises above the channel, sells when it falls below it.

    The middle is an exponential average of the closes, the edges lie a multiple of Wilder's
    average true range from it. The signal is the clearer the further outside the close is, in
    average ranges.

    Chester Keltner, "How to Make Money in Commodities" (1960), in the form that Linda Bradford
    Raschke gave it: an exponential average and the true range.
    """

    name: ClassVar[str] = "KC"
    title: ClassVar[str] = "Keltner Channels"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("upperband", "middleband", "lowerband")

    timeperiod: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Time Period")] = 20
    atrperiod: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD, title="Range Period")] = 10
    nbdev: Annotated[float, Meta(ge=0.1, le=100, title="Average Ranges")] = 2.0

    @property
    def plots(self) -> tuple[Plot, ...]:
        lines = Line("upperband"), Line("middleband", dashed=True), Line("lowerband")
        return *lines, Fill("upperband", "lowerband")

    @property
    def lookback(self) -> int:
        average = self.timeperiod + exponential(self.timeperiod)
        return 1 + max(average, self.atrperiod + wilder(self.atrperiod))

    @property
    def calls(self) -> tuple[Call, ...]:
        return (
            Call("EMA", ("close",), {"timeperiod": self.timeperiod}),
            Call("ATR", ("high", "low", "close"), {"timeperiod": self.atrperiod}),
        )

    def combine(self, *found: Found) -> tuple[Found, ...]:
        middle, average_range = found
        reach = average_range * self.nbdev
        return middle + reach, middle, middle - reach

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        upper, lower = values["upperband"], values["lowerband"]

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            rising = direction is Direction.BUY
            edge = upper[at] if rising else lower[at]
            outside = in_ranges(abs(candles.close[at] - edge), candles, at)
            side = "above" if rising else "below"
            reason = f"Close {outside:.1f} average candles {side} the Keltner channel"
            return outside / CLEAREST_BREAK, reason

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=crossed_above(candles.close, upper),
            sells=crossed_below(candles.close, lower),
            judge=judge,
        )
