"""The price crosses a level."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.crossing import crosses_above, crosses_below
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import AlertType


class Crossing(Enum):
    ABOVE = "above"
    BELOW = "below"
    EITHER = "either way"


class PriceLevel(Rule, frozen=True):
    """Asked on each price. A level says where the price is, not what to do: it is a warning."""

    title: ClassVar[str] = "Price crosses a level"

    price: Annotated[float, Meta(gt=0, title="Price")]
    direction: Annotated[Crossing, Meta(title="Crosses it")] = Crossing.EITHER
    distance: Annotated[
        float,
        Meta(
            ge=0,
            le=50,
            title="Again only after it was away by (%)",
            description="So that a price that dances around the level is told once.",
        ),
    ] = 0.0

    @property
    def sentence(self) -> str:
        where = "" if self.direction is Crossing.EITHER else f" {self.direction.value}"
        return f"price crosses{where} {readable(self.price)}"

    def check_price(self, moment: PriceMove) -> Verdict | None:
        """One verdict for a move, however far its wick went and wherever it ended."""
        crossed = self._crossed(moment)
        if crossed is None or self.direction not in (crossed, Crossing.EITHER):
            return None
        level, now = readable(self.price), readable(moment.last)
        return Verdict(AlertType.WARNING, f"Price crosses {crossed.value} {level}, now {now}")

    def rearms(self, move: PriceMove) -> bool:
        """By where the price ended: the range of a move begins where it came from."""
        return abs(move.last - self.price) >= self.price * self.distance / 100

    def _crossed(self, move: PriceMove) -> Crossing | None:
        """From where the price was to the farthest it went; both ways only if it sat on it."""
        above = crosses_above(move.previous, self.price, move.high, self.price)
        below = crosses_below(move.previous, self.price, move.low, self.price)
        if above and below:
            wanted_below = self.direction is Crossing.BELOW
            fell = self.direction is Crossing.EITHER and move.last < self.price
            return Crossing.BELOW if wanted_below or fell else Crossing.ABOVE
        return Crossing.ABOVE if above else Crossing.BELOW if below else None
