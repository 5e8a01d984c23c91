"""Divergence: price and oscillator part between two swings, and a signal once that is known."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Annotated, ClassVar, NamedTuple

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis import talib_library
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.smoothing import exponential, wilder
from thebot_desktop.analysis.swings import swing_highs, swing_lows
from thebot_desktop.analysis.turns import turns
from thebot_desktop.domain.market import Candles, FloatArray, IntArray, SeriesKey
from thebot_desktop.domain.plots import Histogram, Plot
from thebot_desktop.domain.signals import Direction, Signal

CLEAREST_GAP = 2.0
"""Oscillators so many of their standard deviations apart are as clear as it gets."""
RSI_PERIOD = 14
MACD_PERIODS = 12, 26


class Oscillator(Enum):
    RSI = "RSI"
    MACD = "MACD"
    OBV = "OBV"

    @property
    def first(self) -> int:
        """Index of its first value."""
        return {Oscillator.RSI: RSI_PERIOD, Oscillator.MACD: MACD_PERIODS[1] - 1}.get(self, 0)

    @property
    def settled(self) -> int:
        """Candles after its first value until it forgot where it began."""
        slow = {
            Oscillator.RSI: wilder(RSI_PERIOD),
            Oscillator.MACD: exponential(MACD_PERIODS[1]),
        }
        return slow.get(self, 0)

    def of(self, candles: Candles) -> FloatArray:
        """RSI(14), the line of MACD(12,26), or On Balance Volume, of which only changes count."""
        if self is Oscillator.RSI:
            return talib_library.call("RSI", (candles.close,), {"timeperiod": RSI_PERIOD})[0]
        if self is Oscillator.OBV:
            return talib_library.call("OBV", (candles.close, candles.volume), {})[0]
        fast, slow = (
            talib_library.call("EMA", (candles.close,), {"timeperiod": period})[0]
            for period in MACD_PERIODS
        )
        return fast - slow


class Pairs(NamedTuple):
    """Swings that part: candles of the one before, of the newer one, and 1 or -1 for up or down."""

    before: IntArray
    newer: IntArray
    sign: IntArray
    regular: IntArray


class Divergence(Indicator, frozen=True):
    """Buys where the oscillator is stronger than the price says, sells where it is weaker.

    Two neighbouring swing lows of the price, no more than so many candles apart, are compared
    with the oscillator at the same candles; a swing is lower than so many candles on each side of
    it. *Regular*, which foretells a turn: the price makes a lower low and the oscillator a higher
    one. *Hidden*, which foretells that a trend goes on: the price makes a higher low and the
    oscillator a lower one. Swing highs are the mirror image of both. A swing is known only when
    the candles after it have closed, so the value of 1 (buy), -1 (sell) or 0 stands at that
    candle and never changes. The signal is the clearer the further the oscillator is apart, in
    its standard deviations between the two swings.

    Worked example with one candle on each side: lows 5, 4, 5, 3, 4 and an RSI of 40, 25, 40, 30,
    45. The lows of 4 and 3 are swings, RSI rose from 25 to 30: regular, buy, at the fifth candle.

    Andrew Cardwell's positive and negative reversals, in Constance Brown, "Technical Analysis for
    the Trading Professional" (1999).
    """

    name: ClassVar[str] = "DIVERGENCE"
    title: ClassVar[str] = "Divergence of Price and Oscillator"
    group: ClassVar[str] = "Momentum Indicators"
    outputs: ClassVar[tuple[str, ...]] = ("regular", "hidden")
    exact: ClassVar[bool] = True
    label_fields: ClassVar[int] = 1

    oscillator: Annotated[Oscillator, Meta(title="Oscillator")] = Oscillator.RSI
    wing: Annotated[int, Meta(ge=1, le=100, title="Candles on Each Side of a Swing")] = 5
    within: Annotated[int, Meta(ge=2, le=5000, title="Candles between the Swings at Most")] = 60

    @property
    def plots(self) -> tuple[Plot, ...]:
        return Histogram("regular"), Histogram("hidden")

    @property
    def lookback(self) -> int:
        oscillator = self.oscillator.first + self.oscillator.settled
        return 1 + self.wing + self.within + max(self.wing, oscillator)

    def compute(self, candles: Candles) -> Values:
        found = {output: np.zeros(len(candles)) for output in self.outputs}
        pairs = self._pairs(candles, self.oscillator.of(candles))
        known = pairs.newer + self.wing
        for output, regular in (("regular", 1), ("hidden", 0)):
            chosen = pairs.regular == regular
            found[output][known[chosen]] = pairs.sign[chosen]
            found[output][: self.oscillator.first + 2 * self.wing] = np.nan
        return found

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        oscillator = self.oscillator.of(candles)
        pairs = self._pairs(candles, oscillator)
        places = dict(zip((pairs.newer + self.wing).tolist(), range(len(pairs.newer)), strict=True))

        def judge(at: int, direction: Direction) -> tuple[float, str]:
            i = places[at]
            before, newer = int(pairs.before[i]), int(pairs.newer[i])
            usual = float(oscillator[before : newer + 1].std())
            gap = abs(float(oscillator[newer] - oscillator[before]))
            return gap / usual / CLEAREST_GAP if usual else 0.0, self._reason(
                direction, newer - before, regular=bool(pairs.regular[i])
            )

        both = values["regular"] + values["hidden"]
        return turns(
            series, candles, start, source=self.label, buys=both > 0, sells=both < 0, judge=judge
        )

    def _pairs(self, candles: Candles, oscillator: FloatArray) -> Pairs:
        """In order of the newer swing; of a high and a low at one candle only the low."""
        below = self._parted(candles.low, swing_lows(candles.low, self.wing), oscillator, 1)
        above = self._parted(candles.high, swing_highs(candles.high, self.wing), oscillator, -1)
        taken = np.zeros(len(candles), np.bool_)
        taken[below.newer] = True
        alone = ~taken[above.newer]
        joined = [np.concatenate((b, a[alone])) for b, a in zip(below, above, strict=True)]
        order = np.argsort(joined[1], kind="stable")
        return Pairs(*(column[order] for column in joined))

    def _parted(
        self, price: FloatArray, swings: IntArray, oscillator: FloatArray, sign: int
    ) -> Pairs:
        """Of swing lows with a sign of 1, of swing highs with -1."""
        extreme = sign * np.diff(price[swings])
        strength = sign * np.diff(oscillator[swings])
        regular, hidden = (extreme < 0) & (strength > 0), (extreme > 0) & (strength < 0)
        chosen = np.flatnonzero((regular | hidden) & (np.diff(swings) <= self.within))
        signs = np.full(len(chosen), sign)
        return Pairs(swings[chosen], swings[chosen + 1], signs, regular[chosen].astype(np.int64))

    def _reason(self, direction: Direction, apart: int, *, regular: bool) -> str:
        name, buys = self.oscillator.value, direction is Direction.BUY
        price, other = ("lower", "higher") if buys == regular else ("higher", "lower")
        extreme = "low" if buys else "high"
        kind = "Regular" if regular else "Hidden"
        return (
            f"{kind} divergence: a {price} {extreme} of the price, a {other} one of {name}, "
            f"{apart} candles apart"
        )
