"""A candlestick pattern is complete."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.talib_catalogue import PATTERNS, talib_types
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.signals import AlertType

NAMED = 3
"""So many patterns are named in what it says."""
_TYPES = {name: kind for name, kind in talib_types().items() if kind.group == PATTERNS}

if TYPE_CHECKING:

    class Pattern(Enum):
        """Any, or one of those that the library knows."""

        ANY = "any pattern"
        CDLDOJI = "Doji"
else:
    _NAMES = {"ANY": "any pattern"} | {name: kind.title for name, kind in _TYPES.items()}
    Pattern = Enum("Pattern", _NAMES)


class Meaning(Enum):
    BULLISH = "bullish"
    BEARISH = "bearish"
    EITHER = "bullish or bearish"


class CandlePattern(Rule, frozen=True):
    """Speaks when a candle closes that completes a pattern; TA-Lib says what is one.

    Its value is 100 for a bullish pattern and -100 for a bearish one.
    """

    title: ClassVar[str] = "Candlestick pattern"

    pattern: Annotated[Pattern, Meta(title="Pattern")] = Pattern.ANY
    meaning: Annotated[Meaning, Meta(title="Meaning")] = Meaning.EITHER

    @property
    def sentence(self) -> str:
        return f"{self.pattern.value} ({self.meaning.value}) is complete"

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        if self.pattern is Pattern.ANY:
            return tuple(kind() for kind in _TYPES.values())
        return (_TYPES[self.pattern.name](),)

    def check(self, moment: Moment) -> Verdict | None:
        if not moment.closed:
            return None
        found = list(self._found(moment))
        if not found:
            return None
        bullish = sum(value > 0 for _title, value in found) * 2 >= len(found)
        names = ", ".join(title for title, _value in found[:NAMED])
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        kind = AlertType.BUY if bullish else AlertType.SELL
        word = Meaning.BULLISH.value if bullish else Meaning.BEARISH.value
        return Verdict(kind, f"{names}{more} ({word}), price {readable(moment.price)}")

    def _found(self, moment: Moment) -> Iterator[tuple[str, float]]:
        for indicator in self.indicators:
            values = moment.values_of(indicator)
            column = next(iter(values.values())) if values else None
            value = float(column[-1]) if column is not None and len(column) else 0.0
            wanted = (Meaning.BULLISH, Meaning.EITHER) if value > 0 else ()
            wanted = (Meaning.BEARISH, Meaning.EITHER) if value < 0 else wanted
            if self.meaning in wanted:
                yield indicator.title, value
