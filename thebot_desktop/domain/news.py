"""What the world says, in our own words."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from thebot_desktop.domain.time import UnixMs


class Sentiment(Enum):
    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class NewsItem(Struct, frozen=True):
    """One headline. All text is plain: markup is taken out where the item is made."""

    id: str
    source: str
    title: str
    link: str
    published_at: UnixMs
    summary: str = ""
    symbols: tuple[str, ...] = ()
    sentiment: Sentiment = Sentiment.NEUTRAL


class Impact(Enum):
    """How much an event usually moves prices."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class EconomicEvent(Struct, frozen=True):
    """Something that is known beforehand: a rate decision, a count of jobs."""

    id: str
    title: str
    at: UnixMs
    impact: Impact
    country: str = ""


class MoodReading(Struct, frozen=True):
    """The index of fear and greed of a day, from 0 (fear) to 100 (greed)."""

    at: UnixMs
    value: int
