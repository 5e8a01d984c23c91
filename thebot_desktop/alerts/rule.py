"""What every alert rule is."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from msgspec import Struct

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment, PriceMoment
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import AlertType


class Verdict(Struct, frozen=True):
    """A rule's answer: what should be raised, and why."""

    type: AlertType
    message: str


class Rule(Struct, frozen=True, tag=True):
    """A question asked of each moment; its fields are its parameters.

    A rule overrides ``check`` (asked once per closed candle), ``check_price`` (asked on each
    price) or both. It holds no state: what must be remembered is kept by the AlertManager.
    """

    title: ClassVar[str]

    @property
    def sentence(self) -> str:
        """The rule in words, as lists and alerts show it."""
        return self.title

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Indicators that must be computed on the series for this rule."""
        return ()

    @property
    def asks_price(self) -> bool:
        """Whether it wants to be asked on each price."""
        return type(self).check_price is not Rule.check_price

    def check(self, moment: Moment) -> Verdict | None:
        """Say what should be raised about the newest, closed candle, or None."""
        return None

    def check_price(self, moment: PriceMoment) -> Verdict | None:
        """Say what should be raised about this price, or None."""
        return None


class Repeat(Enum):
    ONCE = "once"
    EACH_TIME = "each time"


class ArmedRule(Struct, frozen=True):
    """A rule in use. ``symbol`` or ``interval`` None means any that is watched."""

    id: str
    rule: Rule
    symbol: Symbol | None = None
    interval: Interval | None = None
    repeat: Repeat = Repeat.EACH_TIME
    enabled: bool = True

    def covers(self, symbol: Symbol, interval: Interval | None = None) -> bool:
        if not self.enabled or self.symbol not in (None, symbol):
            return False
        return interval is None or self.interval in (None, interval)
