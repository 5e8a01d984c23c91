"""What every alert rule is."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from msgspec import Struct

from thebot_desktop.alerts.happenings import Happening
from thebot_desktop.alerts.telling import Telling
from thebot_desktop.alerts.terms import Evaluate, Terms
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment, PriceMoment
from thebot_desktop.domain.market import Interval, PriceMove, SeriesKey, Symbol
from thebot_desktop.domain.signals import AlertType, Fact
from thebot_desktop.domain.time import UnixMs


class Verdict(Struct, frozen=True):
    """A rule's answer: what should be raised, and why."""

    type: AlertType
    message: str


class Rule(Struct, frozen=True, tag=True):
    """A question asked of each moment; its fields are its parameters.

    A rule overrides ``check`` (asked once per closed candle), ``check_price`` (asked on each
    price) or both; or it names the kind of happening it ``asks`` for and overrides
    ``check_happening``. It holds no state: what must be remembered is kept by the AlertManager.
    """

    title: ClassVar[str]
    asks: ClassVar[type[Happening] | None] = None
    about_symbols: ClassVar[bool] = True
    """Whether it makes a difference which symbol it is armed for."""

    @property
    def sentence(self) -> str:
        """The rule in words, as lists and alerts show it."""
        return self.title

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Indicators that must be computed on the series for this rule."""
        return ()

    @property
    def others(self) -> tuple[tuple[Symbol | None, Interval | None], ...]:
        """Symbol and interval of other series it looks at; None as in the one it is asked of."""
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

    def check_happening(self, happening: Happening) -> Verdict | None:
        """Say what should be raised about this, which is of the kind it asks for, or None."""
        return None

    def facts(self, moment: Moment) -> tuple[Fact, ...]:
        """What it looked at, for whoever asks later why it spoke: its indicators' values."""
        found = ((i, moment.values_of(i)) for i in self.indicators)
        return tuple(
            Fact(f"{indicator.label} {output}", float(column[-1]))
            for indicator, values in found
            if values is not None
            for output, column in values.items()
            if len(column)
        )


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
    telling: Telling = Telling()
    since: UnixMs = UnixMs(0)
    """When it was switched on as it is: of what was before, it is not asked."""

    @property
    def asks_price(self) -> bool:
        """Whether it is asked on each price."""
        return self.rule.asks_price and self.terms.when is not Evaluate.ON_CLOSE

    @property
    def asks_close(self) -> bool:
        """Whether it is asked when a candle closes."""
        return self.rule.asks_candles or (self.rule.asks_price and not self.asks_price)

    @property
    def asks_forming(self) -> bool:
        """Whether it is asked about the candle that still forms."""
        wanted = (Evaluate.EACH_TICK, Evaluate.ONCE_PER_BAR)
        return self.rule.asks_candles and self.terms.when in wanted

    @property
    def once_per_bar(self) -> bool:
        """Whether it speaks of one bar once only, however often it is asked."""
        return self.terms.when in (Evaluate.ONCE_PER_BAR, Evaluate.ON_CLOSE)

    @property
    def series(self) -> SeriesKey | None:
        """The one series that it needs, whether or not somebody looks at it.

        A rule on prices needs the shortest candles, for what happened while nobody heard them.
        """
        if not self.enabled or self.symbol is None:
            return None
        if self.asks_close:
            return SeriesKey(self.symbol, self.interval) if self.interval is not None else None
        return SeriesKey(self.symbol, Interval.M1) if self.asks_price else None

    @property
    def needs(self) -> tuple[SeriesKey, ...]:
        """Other series that it looks at for the one that it needs."""
        return () if self.series is None else self.needs_for(self.series)

    def needs_for(self, series: SeriesKey) -> tuple[SeriesKey, ...]:
        """Other series that it looks at when it is asked of ``series``."""
        if not self.asks_close:
            return ()
        found = (
            SeriesKey(symbol or series.symbol, interval or series.interval)
            for symbol, interval in self.rule.others
        )
        return tuple(dict.fromkeys(other for other in found if other != series))

    def is_about_what(self, other: ArmedRule) -> bool:
        """Whether both ask the same of the same candles or prices."""
        own = self.rule, self.symbol, self.interval, self.terms.when
        return own == (other.rule, other.symbol, other.interval, other.terms.when)

    def covers(self, symbol: Symbol, interval: Interval | None = None) -> bool:
        if not self.enabled or self.symbol not in (None, symbol):
            return False
        return interval is None or self.interval in (None, interval)
