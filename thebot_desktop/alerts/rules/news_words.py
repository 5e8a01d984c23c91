"""News say certain words, or are good or bad."""

from __future__ import annotations

import re
from enum import Enum
from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import Happening, NewsArrived
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.news import NewsItem, Sentiment
from thebot_desktop.domain.signals import AlertType

MOST_PHRASES = 50


class Tone(Enum):
    ANY = "any"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    STRONG = "positive or negative"

    def fits(self, sentiment: Sentiment) -> bool:
        strong = sentiment is not Sentiment.NEUTRAL
        return self is Tone.ANY or self.value == sentiment.value or (self is Tone.STRONG and strong)


class NewsWords(Rule, frozen=True):
    """Asked of each new item, whichever source it is from.

    Phrases are looked for in title and summary as whole words, in any case. A rule about a
    symbol is asked only of items that name its coin.
    """

    title: ClassVar[str] = "News"
    asks: ClassVar[type[Happening]] = NewsArrived

    words: Annotated[
        str,
        Meta(
            title="Words or phrases",
            description="With commas between them. Empty: all news.",
            max_length=1000,
        ),
    ] = ""
    every: Annotated[bool, Meta(title="All of them, not just one")] = False
    tone: Annotated[Tone, Meta(title="Sentiment")] = Tone.ANY
    source: Annotated[
        str, Meta(title="Source", description="Empty: any, as “coindesk”.", max_length=60)
    ] = ""

    def __post_init__(self) -> None:
        if len(self._phrases) > MOST_PHRASES:
            raise ParameterError(user_message=f"{MOST_PHRASES} phrases are the most.")

    @property
    def sentence(self) -> str:
        joint = " and " if self.every else " or "
        said = joint.join(f"“{phrase}”" for phrase in self._phrases)
        about = f" say {said}" if said else " come"
        tone = "" if self.tone is Tone.ANY else f"{self.tone.value} "
        source = f" from {self.source}" if self.source else ""
        return f"{tone}news{source}{about}"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, NewsArrived) or not self._is_meant(happening.item):
            return None
        item = happening.item
        tone = "" if item.sentiment is Sentiment.NEUTRAL else f" ({item.sentiment.value})"
        return Verdict(AlertType.INFO, f"{item.title}{tone}")

    def _is_meant(self, item: NewsItem) -> bool:
        if not self.tone.fits(item.sentiment):
            return False
        if self.source and self.source.casefold() != item.source.casefold():
            return False
        said = f"{item.title}\n{item.summary}".casefold()
        found = [_has_phrase(said, phrase) for phrase in self._phrases]
        return not found or (all(found) if self.every else any(found))

    @property
    def _phrases(self) -> list[str]:
        found = (phrase.strip() for phrase in self.words.split(","))
        return [phrase for phrase in found if phrase]


def _has_phrase(said: str, phrase: str) -> bool:
    """As whole words, however many blanks are between them."""
    words = [re.escape(word) for word in phrase.casefold().split()]
    joined = r"\W+".join(words)
    return re.search(rf"(?<!\w){joined}(?!\w)", said) is not None
