"""Buyers and sellers are far apart."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import Happening, SpreadStands
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType


class Spread(Rule, frozen=True):
    """Speaks once when the spread has been so wide for so long; again after it was narrower.

    The spread is what the best offer is above the best bid, in percent of the price between them.
    """

    title: ClassVar[str] = "Wide spread"
    asks: ClassVar[type[Happening]] = SpreadStands

    percent: Annotated[float, Meta(gt=0, le=50, title="Spread at least (%)")] = 0.1
    seconds: Annotated[int, Meta(ge=0, le=86_400, title="For seconds")] = 10

    @property
    def sentence(self) -> str:
        return f"spread is {self._asked}"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, SpreadStands):
            return None
        if (happening.level, happening.seconds) != (self.percent, self.seconds):
            return None
        now = readable(float(f"{happening.percent:.3g}"))
        return Verdict(AlertType.WARNING, f"Spread is {now} %: {self._asked}")

    @property
    def _asked(self) -> str:
        long = f" for {self.seconds} seconds" if self.seconds else ""
        return f"{readable(self.percent)} % or more{long}"
