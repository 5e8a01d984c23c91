"""A condition that somebody wrote becomes true."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Self

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.conditions import Condition, parse_condition
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.sight import Around
from thebot_desktop.analysis.wording import readable
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.domain.signals import AlertType, Fact


class ConditionRule(Rule, frozen=True):
    """Speaks when a candle makes the condition true: a closed one, unless it is asked earlier.

    What a condition means is its author's to say, hence ``kind``.
    """

    title: ClassVar[str] = "Condition"

    when: Annotated[Condition, Meta(title="When")]
    kind: Annotated[AlertType, Meta(title="Kind of alert")] = AlertType.WARNING

    @classmethod
    def parse(cls, text: str, catalogue: Catalogue) -> Self:
        """The rule for the condition that ``text`` says. Raises InputError."""
        return cls(parse_condition(text, catalogue))

    @property
    def sentence(self) -> str:
        return self.when.sentence

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return self.when.indicators

    @property
    def others(self) -> tuple[tuple[Symbol | None, Interval | None], ...]:
        return self.when.others

    def facts(self, moment: Moment) -> tuple[Fact, ...]:
        seen = self.when.seen(moment.candles, Around.of(moment))
        return (*super().facts(moment), *(Fact(*one) for one in seen if math.isfinite(one[1])))

    def check(self, moment: Moment) -> Verdict | None:
        if not self.when.becomes_true(moment.candles, moment.values_of, Around.of(moment)):
            return None
        sentence = self.sentence
        text = f"{sentence[0].upper()}{sentence[1:]}, price {readable(moment.price)}"
        return Verdict(self.kind, text)
