"""Donchian channel: highest high and lowest low, and a signal when the price leaves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.functions import Call, Found, FunctionIndicator
from thebot_desktop.analysis.indicator import Values
from thebot_desktop.analysis.ranges import RANGE_CANDLES, in_ranges
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import delayed, turns
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.plots import Fill, Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_BREAK = 1.0
"""A close so many average ranges outside the channel is as clear as it gets."""


class Donchian(FunctionIndicator, frozen=True):
    """Buys when the close leaves the channel upwards, sells when it leaves it downwards.

    The channel that is left is the one of the candles before: a candle cannot close outside of
    a range that contains it. Closes further and further outside give one signal. It is the
    clearer the further outside the close is, in average ranges.

    Richard Donchian's four-week rule (1960), later the entry of Richard Dennis' Turtles.
    """

    name: ClassVar[str] = "DONCHIAN"
    title: ClassVar[str] = "Donchian Channels"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("upperband", "middleband", "lowerband")

    timeperiod: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Time Period")] = 20

    @property
    def plots(self) -> tuple[Plot, ...]:
        lines = Line("upperband"), Line("middleband", dashed=True), Line("lowerband")
        return *lines, Fill("upperband", "lowerband")

    @property
    def lookback(self) -> int:
        return max(self.timeperiod, RANGE_CANDLES) + 2

    @property
    def calls(self) -> tuple[Call, ...]:
        options = {"timeperiod": self.timeperiod}
        return Call("MAX", ("high",), options), Call("MIN", ("low",), options)

    def combine(self, *found: Found) -> tuple[Found, ...]:
        upper, lower = found
        return upper, (upper + lower) / 2, lower

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        upper, lower = delayed(values["upperband"], 1), delayed(values["lowerband"], 1)

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            rising = direction is Direction.BUY
            edge = upper[at] if rising else lower[at]
            outside = in_ranges(abs(candles.close[at] - edge), candles, at)
            extreme = "above the highest high" if rising else "below the lowest low"
            reason = (
                f"Close {outside:.1f} average candles {extreme} "
                f"of the {self.timeperiod} candles before"
            )
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
