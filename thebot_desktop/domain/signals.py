"""Opinions about the market: signals from indicators, alerts for people."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from thebot_desktop.domain.market import Origin, SeriesKey
from thebot_desktop.domain.time import UnixMs


class Direction(Enum):
    BUY = "BUY"
    SELL = "SELL"
    NEUTRAL = "NEUTRAL"


class Strength(Enum):
    WEAK = "weak"
    MEDIUM = "medium"
    STRONG = "strong"
    VERY_STRONG = "very strong"


class Signal(Struct, frozen=True):
    """One indicator's opinion at one closed candle. ``confidence`` is 0 to 1."""

    series: SeriesKey
    open_time: UnixMs
    source: str
    direction: Direction
    strength: Strength
    confidence: float
    price: float
    reason: str
    event_time: UnixMs


class Pattern(Struct, frozen=True):
    """What several signals say together: confirmation or conflict."""

    series: SeriesKey
    name: str
    direction: Direction
    sources: tuple[str, ...]
    event_time: UnixMs


class AlertType(Enum):
    BUY = "BUY"
    SELL = "SELL"
    WARNING = "WARNING"
    INFO = "INFO"


class AlertStatus(Enum):
    ACTIVE = "ACTIVE"
    DISMISSED = "DISMISSED"
    EXPIRED = "EXPIRED"


class Fact(Struct, frozen=True):
    """A number that a rule looked at, as it was then."""

    name: str
    value: float


class Alert(Struct, frozen=True):
    """Something a person should look at.

    ``key`` names the rule and the candle (or trade) it fired on: the same key is never
    raised twice, whatever happens in between. ``late`` says that it was true at
    ``event_time`` but only found out afterwards; ``missed`` that nobody was watching then.
    ``facts`` are what its rule looked at, ``origin`` how the candle was heard of. The symbol is
    empty where it is about no symbol in particular.
    """

    id: str
    key: str
    rule_id: str
    rule: str
    type: AlertType
    series: SeriesKey
    open_time: UnixMs
    price: float
    message: str
    event_time: UnixMs
    raised_at: UnixMs
    expires_at: UnixMs
    late: bool = False
    status: AlertStatus = AlertStatus.ACTIVE
    missed: bool = False
    origin: Origin | None = None
    facts: tuple[Fact, ...] = ()

    @property
    def data_age_ms(self) -> int:
        """How old what it rests on was when it was raised."""
        return max(0, self.raised_at - self.event_time)

    @property
    def has_chart(self) -> bool:
        """Whether there is a chart of what it is about."""
        return bool(self.series.symbol)


class DeliveryState(Enum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Given up; the note says why."""
    ACKNOWLEDGED = "acknowledged"
    """The person had seen the alert before it was due."""


class Delivery(Struct, frozen=True):
    """What became of one alert on one channel. It is sent at ``due_at``, not before."""

    alert_id: str
    channel: str
    due_at: UnixMs
    state: DeliveryState = DeliveryState.QUEUED
    attempts: int = 0
    note: str = ""
