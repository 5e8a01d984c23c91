"""Opinions about the market: signals from indicators, alerts for people."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from thebot_desktop.domain.market import SeriesKey
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


class Alert(Struct, frozen=True):
    """Something a person should look at.

    ``key`` names the rule and the candle (or trade) it fired on: the same key is never
    raised twice, whatever happens in between. ``late`` says that it was true at
    ``event_time`` but only found out afterwards.
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
