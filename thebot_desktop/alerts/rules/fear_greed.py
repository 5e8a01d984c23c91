"""The index of fear and greed reaches a level."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import FearGreedTold, Happening
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.domain.signals import AlertType


class Way(Enum):
    RISES = "rises to"
    FALLS = "falls to"
    EITHER = "rises or falls to"


class FearGreed(Rule, frozen=True):
    """Speaks when the index gets to the level or past it, having been short of it before."""

    title: ClassVar[str] = "Fear and greed"
    asks: ClassVar[type[Happening]] = FearGreedTold
    about_symbols: ClassVar[bool] = False

    level: Annotated[int, Meta(ge=0, le=100, title="Level")] = 20
    way: Annotated[Way, Meta(title="The index")] = Way.FALLS

    @property
    def sentence(self) -> str:
        return f"the index of fear and greed {self.way.value} {self.level}"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, FearGreedTold):
            return None
        risen = happening.before < self.level <= happening.value
        fallen = happening.before > self.level >= happening.value
        wanted = {Way.RISES: risen, Way.FALLS: fallen, Way.EITHER: risen or fallen}
        if not wanted[self.way]:
            return None
        word = "rises" if risen else "falls"
        return Verdict(
            AlertType.INFO,
            f"The index of fear and greed {word} from {happening.before:g} to {happening.value:g}",
        )
