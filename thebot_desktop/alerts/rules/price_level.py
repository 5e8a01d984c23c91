"""The price crosses a level."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.moves import Crossing, crossed
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import AlertType


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
        way = crossed(moment, self.price, self.price, self.direction)
        if way is None or self.direction not in (way, Crossing.EITHER):
            return None
        level, now = readable(self.price), readable(moment.last)
        return Verdict(AlertType.WARNING, f"Price crosses {way.value} {level}, now {now}")

    def rearms(self, move: PriceMove) -> bool:
        """By where the price ended: the range of a move begins where it came from."""
        return abs(move.last - self.price) >= self.price * self.distance / 100
