"""The price crosses a line that was drawn on the chart."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.moves import Crossing, crossed
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.market import PriceMove
from thebot_desktop.domain.signals import AlertType
from thebot_desktop.domain.time import UnixMs


class Reach(Enum):
    """How far a line goes."""

    SEGMENT = "from one point to the other"
    RAY = "through both points and on"
    LINE = "on and on both ways"


class Side(Enum):
    """Which of a channel's two lines."""

    NONE = ""
    UPPER = "upper"
    LOWER = "lower"


class LineCrossed(Rule, frozen=True):
    """Asked on each price. Between its two points in time the line is straight in price.

    It remembers the drawing it was made from, and follows it (see app/line_alerts.py).
    """

    title: ClassVar[str] = "Price crosses a drawn line"
    fixed: ClassVar[tuple[str, ...]] = (
        *("drawing", "edge", "side", "reach"),
        *("first_time", "first_price", "last_time", "last_price"),
    )
    """What is drawn on the chart, and not filled into a form."""

    drawing: Annotated[str, Meta(title="Drawing", max_length=40)] = ""
    edge: Annotated[int, Meta(ge=0, le=1, title="Edge")] = 0
    first_time: Annotated[int, Meta(ge=0, title="From")] = 0
    first_price: Annotated[float, Meta(title="At")] = 100.0
    last_time: Annotated[int, Meta(ge=0, title="To")] = 0
    last_price: Annotated[float, Meta(title="At the end")] = 100.0
    reach: Annotated[Reach, Meta(title="It goes")] = Reach.LINE
    direction: Annotated[Crossing, Meta(title="Crosses it")] = Crossing.EITHER
    distance: Annotated[
        float,
        Meta(
            ge=0,
            le=50,
            title="Again only after it was away by (%)",
            description="So that a price that dances around the line is told once.",
        ),
    ] = 0.0
    side: Annotated[Side, Meta(title="Line of a channel")] = Side.NONE

    def __post_init__(self) -> None:
        if self.first_time > self.last_time:
            raise ParameterError(user_message="A line begins before it ends.")

    @property
    def sentence(self) -> str:
        where = "" if self.direction is Crossing.EITHER else f" {self.direction.value}"
        flat = self.first_price == self.last_price
        line = f"{self._name} at" if flat else f"{self._name} drawn through"
        ends = readable(self.first_price)
        if not flat:
            ends += f" and {readable(self.last_price)}"
        return f"price crosses{where} {line} {ends}"

    @property
    def _name(self) -> str:
        if self.side is Side.NONE:
            return "the line"
        return f"the {self.side.value} line of the channel"

    @property
    def ends(self) -> UnixMs | None:
        """After this nothing crosses it; None for a line that goes on."""
        return UnixMs(self.last_time) if self.reach is Reach.SEGMENT else None

    def level_at(self, time: int) -> float | None:
        """The price of the line then; None where there is no line."""
        ended = time > self.last_time and self.reach is Reach.SEGMENT
        if ended or (time < self.first_time and self.reach is not Reach.LINE):
            return None
        length = self.last_time - self.first_time
        if not length:
            return self.first_price
        share = (time - self.first_time) / length
        return self.first_price + share * (self.last_price - self.first_price)

    def check_price(self, moment: PriceMove) -> Verdict | None:
        """By where the line was when the price was before, and where it is now."""
        now, before = self.level_at(moment.event_time), self._level_before(moment)
        if now is None or before is None:
            return None
        way = crossed(moment, before, now, self.direction)
        if way is None or self.direction not in (way, Crossing.EITHER):
            return None
        level, last = readable(float(f"{now:.8g}")), readable(moment.last)
        return Verdict(
            AlertType.WARNING, f"Price crosses {way.value} {self._name} at {level}, now {last}"
        )

    def rearms(self, move: PriceMove) -> bool:
        """By where the price ended; where there is no line, there is none to be away from."""
        level = self.level_at(move.event_time)
        return level is None or abs(move.last - level) >= abs(level) * self.distance / 100

    def _level_before(self, move: PriceMove) -> float | None:
        """A line that began meanwhile is met where it began."""
        began = move.before if move.since is None else move.since
        if began is None:
            began = move.event_time
        return self.level_at(began if self.reach is Reach.LINE else max(began, self.first_time))
