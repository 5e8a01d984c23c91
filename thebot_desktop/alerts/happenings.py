"""What can be alerted on besides candles and prices: each kind is a Struct a rule can ask for."""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from thebot_desktop.domain.market import Symbol
from thebot_desktop.domain.news import EconomicEvent, NewsItem
from thebot_desktop.domain.time import UnixMs


class Happening(Struct, frozen=True):
    """Something that happened once. The same thing has the same ``key``, whoever tells of it.

    ``symbol`` None means that it is about no symbol in particular. Rules about any symbol are
    asked of all, unless a kind is ``exact``.
    """

    exact: ClassVar[bool] = False

    key: str
    event_time: UnixMs
    symbol: Symbol | None = None


class NewsArrived(Happening, frozen=True, kw_only=True):
    """An item of the news that nobody has seen before; told for each symbol it is about."""

    item: NewsItem


class Silence(Happening, frozen=True, kw_only=True):
    """Nothing has been heard of a symbol, or of anything, for so long; told each second.

    All seconds of one silence have the same key: a rule speaks once of it. Where no symbol is
    named, it is the whole feed that is silent.
    """

    exact: ClassVar[bool] = True

    seconds: float


class TradeMade(Happening, frozen=True, kw_only=True):
    """A trade, by its value in the quote currency."""

    price: float
    quantity: float
    is_buy: bool
    """Whether the buyer took what was offered."""
    late: bool = False
    """Whether it was heard of only afterwards."""

    @property
    def value(self) -> float:
        return self.price * self.quantity


class Fault(Happening, frozen=True, kw_only=True):
    """Something went wrong in the program itself."""

    sentence: str


class SpreadStands(Happening, frozen=True, kw_only=True):
    """The spread of a symbol has been at or above ``level`` for so many seconds."""

    level: float
    seconds: int
    percent: float
    """What it is now."""


class EventNear(Happening, frozen=True, kw_only=True):
    """An event of the calendar is near, or has just been; told again and again with one key."""

    item: EconomicEvent
    minutes: float
    """Until it; below 0 since it."""


class FearGreedTold(Happening, frozen=True, kw_only=True):
    """The index of fear and greed has a new value, from 0 to 100."""

    value: float
    before: float
