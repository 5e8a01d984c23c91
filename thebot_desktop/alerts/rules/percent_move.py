"""The price moves by so many percent within some candles."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import FloatArray
from thebot_desktop.domain.signals import AlertType


class Move(Enum):
    RISES = "rises"
    FALLS = "falls"
    EITHER = "rises or falls"


class PercentMove(Rule, frozen=True):
    """Speaks when a close is so far from the lowest or the highest of the closes before it.

    A move counts wherever within the candles it began. It is told when it gets so far: not
    again with the next candle, as long as that is as far too.
    """

    title: ClassVar[str] = "Price moves by percent"

    percent: Annotated[float, Meta(gt=0, le=1000, title="At least (%)")] = 1.0
    bars: Annotated[int, Meta(ge=1, le=1000, title="Within bars")] = 10
    move: Annotated[Move, Meta(title="The price")] = Move.EITHER

    @property
    def sentence(self) -> str:
        bars = "a bar" if self.bars == 1 else f"{self.bars} bars"
        return f"price {self.move.value} by {self.percent:g} % within {bars}"

    def check(self, moment: Moment) -> Verdict | None:
        closes = moment.candles.close
        now = farthest_move(closes, self.bars)
        if not self._is_enough(now) or self._is_enough(farthest_move(closes[:-1], self.bars)):
            return None
        word = "rose" if now > 0 else "fell"
        bars = "a bar" if self.bars == 1 else f"{self.bars} bars"
        text = f"Price {word} by {abs(now):.2f} % within {bars}, now {readable(moment.price)}"
        return Verdict(AlertType.WARNING, text)

    def _is_enough(self, moved: float) -> bool:
        wanted = (Move.RISES, Move.EITHER) if moved > 0 else (Move.FALLS, Move.EITHER)
        return self.move in wanted and abs(moved) >= self.percent


def farthest_move(closes: FloatArray, bars: int) -> float:
    """How far in percent the newest close is from the lowest or the highest of ``bars`` before it.

    The farther of the two, with its sign; 0 where there are not so many closes.
    """
    if len(closes) <= bars:
        return 0.0
    window, last = closes[-bars - 1 : -1], float(closes[-1])
    low, high = float(window.min()), float(window.max())
    if low <= 0:
        return 0.0
    risen, fallen = (last / low - 1) * 100, (last / high - 1) * 100
    return risen if risen >= -fallen else fallen
