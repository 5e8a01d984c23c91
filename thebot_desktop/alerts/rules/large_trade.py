"""A single trade is large."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import Happening, TradeMade
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType


class Side(Enum):
    BUY = "a purchase"
    SELL = "a sale"
    EITHER = "a trade"


class LargeTrade(Rule, frozen=True):
    """Asked of each trade; those of one order are one trade.

    Who took what was offered decides whether it was a purchase or a sale.
    """

    title: ClassVar[str] = "Large trade"
    asks: ClassVar[type[Happening]] = TradeMade

    value: Annotated[
        float,
        Meta(gt=0, title="Worth at least", description="In the quote currency: price by quantity."),
    ] = 100_000.0
    side: Annotated[Side, Meta(title="It is")] = Side.EITHER

    @property
    def sentence(self) -> str:
        return f"{self.side.value} is worth {readable(self.value)} or more"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, TradeMade) or happening.value < self.value:
            return None
        side = Side.BUY if happening.is_buy else Side.SELL
        if self.side not in (side, Side.EITHER):
            return None
        word = "Purchase" if happening.is_buy else "Sale"
        text = f"{word} worth {readable(round(happening.value, 2))} at {readable(happening.price)}"
        return Verdict(AlertType.WARNING, text)
