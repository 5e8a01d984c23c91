"""What every alert rule is."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from msgspec import Struct

from thebot_desktop.alerts.terms import Terms
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment, PriceMoment
from thebot_desktop.domain.market import Interval, PriceMove, SeriesKey, Symbol
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

    @property
    def asks_candles(self) -> bool:
        """Whether it wants to be asked once per closed candle."""
        return type(self).check is not Rule.check

    def rearms(self, move: PriceMove) -> bool:
        """Whether, after it spoke of a price, this one lets it speak again."""
        return True

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
    """A rule in use. ``symbol`` or ``interval`` None means any that is watched.

    ``name`` is what a person calls it; empty where its sentence is name enough.
    """

    id: str
    rule: Rule
    symbol: Symbol | None = None
    interval: Interval | None = None
    repeat: Repeat = Repeat.EACH_TIME
    enabled: bool = True
    name: str = ""
    terms: Terms = Terms()

    @property
    def series(self) -> SeriesKey | None:
        """The one series whose candles it is about, whether or not somebody looks at it."""
        if not self.enabled or self.symbol is None or self.interval is None:
            return None
        return SeriesKey(self.symbol, self.interval) if self.rule.asks_candles else None

    def covers(self, symbol: Symbol, interval: Interval | None = None) -> bool:
        if not self.enabled or self.symbol not in (None, symbol):
            return False
        return interval is None or self.interval in (None, interval)
