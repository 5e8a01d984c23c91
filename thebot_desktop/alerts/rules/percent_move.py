"""The price moves by so many percent within some candles."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.moves import Move, bars_in_words, farthest_move
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import FloatArray
from thebot_desktop.domain.signals import AlertType


class PercentMove(Rule, frozen=True):
    """Speaks when a close is so far from the lowest or the highest of the closes before it.

    A move counts wherever within the candles it began. It is told when it gets so far: not
    again with the next candle, as long as that is as far the same way.
    """

    title: ClassVar[str] = "Price moves by percent"

    percent: Annotated[float, Meta(gt=0, le=1000, title="At least (%)")] = 1.0
    bars: Annotated[int, Meta(ge=1, le=1000, title="Within bars")] = 10
    move: Annotated[Move, Meta(title="The price")] = Move.EITHER

    @property
    def sentence(self) -> str:
        far = f"{readable(self.percent)} % within {bars_in_words(self.bars)}"
        return f"price {self.move.value} by {far}"

    def check(self, moment: Moment) -> Verdict | None:
        closes = moment.candles.close
        now, before = (self._way(c) for c in (closes, closes[:-1]))
        if not now or now * before > 0:
            return None
        word = "rose" if now > 0 else "fell"
        text = f"Price {word} by {abs(now):.2f} % within {bars_in_words(self.bars)}"
        return Verdict(AlertType.WARNING, f"{text}, now {readable(moment.price)}")

    def _way(self, closes: FloatArray) -> float:
        """How far it moved; 0 where that is not enough."""
        moved = farthest_move(closes, self.bars, self.move)
        return moved if abs(moved) >= self.percent else 0.0
