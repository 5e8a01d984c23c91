"""A rule of your own: save this file, and an alert can be made of it in the list of plug-ins.

What a rule is stands in ``thebot_desktop/alerts/rule.py``; the ones that come with the program
are in ``thebot_desktop/alerts/rules``. In short:

* One file, one class that is a kind of ``Rule``. Its fields are the parameters a person can
  change, each with a type (int, float, bool, str or an Enum), a title and a default.
* ``check`` is asked about each closed candle; ``check_price``, if it is written, about each price.
  They answer a ``Verdict``, which becomes an alert, or None. A rule remembers nothing itself.
* ``indicators`` names what must be computed for it; ``moment.values_of`` gives the values.
* What is raised here, or takes long again and again, switches the rule off until the file is
  saved again; the list of plug-ins in the Help menu says why, with the line.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType


class LargeCandle(Rule, frozen=True):
    """A candle is much higher than those before it."""

    title: ClassVar[str] = "Large candle"

    times: Annotated[float, Meta(ge=1.5, le=100, title="Times the usual height")] = 3.0
    candles: Annotated[int, Meta(ge=5, le=500, title="Candles that are usual")] = 50

    @property
    def sentence(self) -> str:
        """The rule in words, as lists and alerts show it."""
        return f"a candle is {self.times:g} times as high as the {self.candles} before it"

    def check(self, moment: Moment) -> Verdict | None:
        """What should be raised about the newest candle, which is closed."""
        known = moment.candles.last(self.candles + 1)
        if len(known) <= self.candles:
            return None
        heights = known.high - known.low
        usual = float(np.median(heights[:-1]))
        if usual <= 0 or heights[-1] < self.times * usual:
            return None
        rising = known.close[-1] >= known.open[-1]
        factor = heights[-1] / usual
        return Verdict(
            AlertType.BUY if rising else AlertType.SELL,
            f"A candle {factor:.1f} times the usual height, price {readable(moment.price)}",
        )
