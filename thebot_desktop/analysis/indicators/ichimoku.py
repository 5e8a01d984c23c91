"""Ichimoku: two middle lines and the cloud, and a signal when the lines cross."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.crossing import crossed_above, crossed_below
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.talib_library import LARGEST_PERIOD
from thebot_desktop.analysis.turns import delayed, turns
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import Candles, FloatArray, SeriesKey
from thebot_desktop.domain.plots import Fill, Line, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLARITY = {"with": 0.9, "in": 0.5, "against": 0.1}
"""Strong, neutral and weak crossings, as the method itself grades them."""


class Ichimoku(Indicator, frozen=True):
    """Buys when the conversion line crosses above the base line, sells when it crosses below.

    Conversion line, base line and second span are middles of the high and low of so many
    candles; the first span is the middle of the two lines. The cloud lies between the spans as
    they were ``displacement`` candles ago, so a candle's cloud is known long before it. The
    lagging span is left out: at a candle it would show a close that is still to come.

    The signal is clear when the close is beyond the cloud on the side it points to, doubtful in
    the cloud, faint when the cloud is against it; without a cloud there is none.

    Goichi Hosoda's "Ichimoku Kinko Hyo" (1969).
    """

    name: ClassVar[str] = "ICHIMOKU"
    title: ClassVar[str] = "Ichimoku Cloud"
    group: ClassVar[str] = "Overlap Studies"
    outputs: ClassVar[tuple[str, ...]] = ("conversion", "base", "span_a", "span_b")
    exact: ClassVar[bool] = True
    label_fields: ClassVar[int] = 3

    conversion: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Conversion Period")] = 9
    base: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Base Period")] = 26
    span: Annotated[int, Meta(ge=2, le=LARGEST_PERIOD, title="Second Span Period")] = 52
    displacement: Annotated[int, Meta(ge=1, le=LARGEST_PERIOD, title="Displacement")] = 26

    def __post_init__(self) -> None:
        if not self.conversion < self.base < self.span:
            raise ParameterError(
                user_message="The periods of ICHIMOKU must become longer from line to line: "
                f"{self.conversion}, {self.base}, {self.span} do not."
            )

    @property
    def plots(self) -> tuple[Plot, ...]:
        spans = Line("span_a", dashed=True), Line("span_b", dashed=True)
        cloud = Fill("span_a", "span_b", by_side=True)
        return Line("conversion"), Line("base"), *spans, cloud

    @property
    def lookback(self) -> int:
        return self.span + self.displacement + 1

    def compute(self, candles: Candles) -> Values:
        conversion, base = _middle(candles, self.conversion), _middle(candles, self.base)
        return {
            "conversion": conversion,
            "base": base,
            "span_a": delayed((conversion + base) / 2, self.displacement),
            "span_b": delayed(_middle(candles, self.span), self.displacement),
        }

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        fast, slow = values["conversion"], values["base"]
        has_cloud = values["span_b"] == values["span_b"]

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            crossed = "above" if direction is Direction.BUY else "below"
            stands = _side_of_cloud(float(candles.close[at]), values, at)
            support = "in" if stands == "in" else "with" if stands == crossed else "against"
            reason = f"Conversion line crossed {crossed} base line, close {stands} the cloud"
            return CLARITY[support], reason

        return turns(
            series,
            candles,
            start,
            source=self.label,
            buys=crossed_above(fast, slow) & has_cloud,
            sells=crossed_below(fast, slow) & has_cloud,
            judge=judge,
        )


def _middle(candles: Candles, period: int) -> FloatArray:
    options = {"timeperiod": period}
    return talib_library.call("MIDPRICE", (candles.high, candles.low), options)[0]


def _side_of_cloud(close: float, values: Values, at: int) -> str:
    low, high = sorted((float(values["span_a"][at]), float(values["span_b"][at])))
    return "above" if close > high else "below" if close < low else "in"
