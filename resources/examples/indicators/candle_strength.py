"""An indicator of your own: save this file, and the program computes and draws it at once.

What an indicator is stands in ``thebot_desktop/analysis/indicator.py``; the ones that come with
the program, in ``thebot_desktop/analysis/indicators``, are written in the same way. In short:

* One file, one class that is a kind of ``Indicator``. Its fields are the parameters a person can
  change, each with a type (int, float or an Enum), a range, a title and a default.
* ``compute`` gets candles as numpy arrays (``open_time``, ``open``, ``high``, ``low``, ``close``,
  ``volume``, ``trades``), oldest first, and answers one array per output, as long as the candles.
  There is NaN where nothing is known yet. A value may depend on its own and earlier candles only.
  The arrays cannot be written to: make new ones.
* What is raised here, or takes long again and again, switches this indicator off until the file
  is saved again; the list of plug-ins in the Help menu says why, with the line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.analysis.crossing import crossed_above
from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.analysis.opinion import opinion
from thebot_desktop.domain.market import Candles, IntArray, SeriesKey
from thebot_desktop.domain.plots import Histogram, Level, Line, Pane, Plot
from thebot_desktop.domain.signals import Direction, Signal


class CandleStrength(Indicator, frozen=True):
    """Where candles close between their low and their high, from -100 to 100, on average.

    It buys when the average rises above the threshold, and sells when it falls below its negative.
    """

    name: ClassVar[str] = "STRENGTH"  # As one writes it in conditions: STRENGTH(10) > 20
    title: ClassVar[str] = "Strength of closes"
    group: ClassVar[str] = "My own"
    outputs: ClassVar[tuple[str, ...]] = ("single", "average")

    period: Annotated[int, Meta(ge=2, le=500, title="Candles of the average")] = 10
    threshold: Annotated[float, Meta(ge=0, le=100, title="Signals beyond")] = 25.0

    @property
    def lookback(self) -> int:
        """How many candles one value needs, its own included."""
        return self.period

    @property
    def plots(self) -> tuple[Plot, ...]:
        """A pane of its own; ``Pane.PRICE`` would draw among the candles."""
        return (
            Histogram("single", Pane.OWN),
            Line("average", Pane.OWN),
            Level(self.threshold),
            Level(-self.threshold),
        )

    def compute(self, candles: Candles) -> Values:
        """One value per candle and output."""
        height = candles.high - candles.low
        above = candles.close - candles.low
        share = np.divide(above, height, out=np.full(len(candles), 0.5), where=height > 0)
        single = 200 * share - 100
        average = np.full(len(candles), np.nan)
        if len(candles) >= self.period:
            count = len(candles) - self.period + 1
            total = np.zeros(count)
            for at in range(self.period):
                total += single[at : at + count]
            average[self.period - 1 :] = total / self.period
        return {"single": single, "average": average}

    def exact_start(self, open_time: IntArray) -> int:
        """From which candle on ``compute`` gives the newest value to the last bit.

        It may be left out. With it, a price that moves costs as little over a million candles as
        over a hundred; without it, all of them are computed again.
        """
        return max(0, len(open_time) - self.lookback)

    def signals(
        self, series: SeriesKey, candles: Candles, values: Values, start: int
    ) -> Iterable[Signal]:
        """Opinions about the candles from number ``start`` on; all of them are closed."""
        average = values["average"]
        rises = crossed_above(average, self.threshold)
        falls = crossed_above(-average, self.threshold)
        for at in np.flatnonzero(rises | falls):
            if at < start:
                continue
            yield opinion(
                series,
                candles,
                int(at),
                source=self.label,
                direction=Direction.BUY if rises[at] else Direction.SELL,
                clarity=abs(average[at]) / 100,
                reason=f"candles close at {average[at]:+.0f} of 100 on average",
            )
