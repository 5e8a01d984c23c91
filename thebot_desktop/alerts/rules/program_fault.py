"""Something is wrong with the program itself."""

from __future__ import annotations

from typing import ClassVar

from thebot_desktop.alerts.happenings import Fault, Happening
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.domain.signals import AlertType


class ProgramFault(Rule, frozen=True):
    """Speaks of each kind of fault once an hour: a full disk, a plug-in, a source of news."""

    title: ClassVar[str] = "Fault of the program"
    asks: ClassVar[type[Happening]] = Fault
    about_symbols: ClassVar[bool] = False

    @property
    def sentence(self) -> str:
        return "something is wrong with the program"

    def check_happening(self, happening: Happening) -> Verdict | None:
        if not isinstance(happening, Fault):
            return None
        return Verdict(AlertType.WARNING, happening.sentence)
