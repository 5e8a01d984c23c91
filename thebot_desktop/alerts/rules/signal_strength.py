"""An indicator gives a signal that is strong enough."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType, Direction, Signal, Strength

ORDER = tuple(Strength)
"""From weak to very strong."""
TYPES = {
    Direction.BUY: AlertType.BUY,
    Direction.SELL: AlertType.SELL,
    Direction.NEUTRAL: AlertType.INFO,
}


class SignalStrength(Rule, frozen=True):
    """Speaks of the strongest of the signals that came with a candle, and counts the others."""

    title: ClassVar[str] = "Strong signal"

    strength: Annotated[Strength, Meta(title="At least")] = Strength.STRONG
    confidence: Annotated[float, Meta(ge=0, le=1, title="Minimum confidence")] = 0.0

    @property
    def sentence(self) -> str:
        certain = f", confidence {self.confidence:.0%} or more" if self.confidence else ""
        stronger = "" if self.strength is ORDER[-1] else " or stronger"
        return f"signal is {self.strength.value}{stronger}{certain}"

    def check(self, moment: Moment) -> Verdict | None:
        found = sorted(filter(self._is_enough, moment.signals), key=_rank, reverse=True)
        if not found:
            return None
        best, others = found[0], len(found) - 1
        more = f" (and {others} more)" if others else ""
        said = f"{best.direction.value} by {best.source}: {best.reason}"
        return Verdict(TYPES[best.direction], f"{said}, price {readable(best.price)}{more}")

    def _is_enough(self, signal: Signal) -> bool:
        strong = ORDER.index(signal.strength) >= ORDER.index(self.strength)
        return strong and signal.confidence >= self.confidence


def _rank(signal: Signal) -> tuple[int, float]:
    return ORDER.index(signal.strength), signal.confidence
