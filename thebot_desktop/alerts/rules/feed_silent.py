"""Nothing comes from the market."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.happenings import Happening, Silence
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.domain.signals import AlertType


class FeedSilent(Rule, frozen=True):
    """Speaks once of each silence. About a symbol it is that symbol's, else the whole feed's."""

    title: ClassVar[str] = "Market data is silent"
    asks: ClassVar[type[Happening]] = Silence

    seconds: Annotated[int, Meta(ge=5, le=86_400, title="For seconds")] = 60

    @property
    def sentence(self) -> str:
        return f"nothing is heard for {self.seconds} seconds"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, Silence) or happening.seconds < self.seconds:
            return None
        about = happening.symbol or "the market"
        text = f"Nothing has been heard of {about} for {happening.seconds:.0f} seconds"
        return Verdict(AlertType.WARNING, text)
