"""The price enters or leaves a range."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import AlertType


class Passing(Enum):
    ENTERS = "enters"
    LEAVES = "leaves"
    EITHER = "enters or leaves"


class PriceRange(Rule, frozen=True):
    """Asked on each price. The ends belong to the range, whichever is named first.

    A move counts by where it was before and how far it went: a wick that came back has been there.
    """

    title: ClassVar[str] = "Price enters or leaves a range"

    one_end: Annotated[float, Meta(gt=0, title="From")]
    other_end: Annotated[float, Meta(gt=0, title="To")]
    passing: Annotated[Passing, Meta(title="The price")] = Passing.EITHER

    @property
    def sentence(self) -> str:
        return f"price {self.passing.value} the range {self._ends}"

    def check_price(self, moment: PriceMove) -> Verdict | None:
        low, high = sorted((self.one_end, self.other_end))
        was_inside = low <= moment.previous <= high
        if was_inside:
            passed = moment.low < low or moment.high > high
        else:
            passed = moment.low <= high and moment.high >= low
        passing = Passing.LEAVES if was_inside else Passing.ENTERS
        if not passed or self.passing not in (passing, Passing.EITHER):
            return None
        text = f"Price {passing.value} the range {self._ends}, now {readable(moment.last)}"
        return Verdict(AlertType.WARNING, text)

    @property
    def _ends(self) -> str:
        low, high = sorted((self.one_end, self.other_end))
        return f"{readable(low)} to {readable(high)}"
