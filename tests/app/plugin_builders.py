"""Plug-in files for tests: real files in a folder, with code that does what a test needs."""

from __future__ import annotations

from pathlib import Path

from thebot_desktop.adapters.plugin_files import PluginFolder
from thebot_desktop.alerts.rule import Rule
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.plugin_catalogue import OpenCatalogue
from thebot_desktop.app.plugin_fence import PluginConfig, Surroundings, unlimited
from thebot_desktop.app.plugins import Permissions, PluginBook, PluginId
from thebot_desktop.domain.observers import Observers

EXAMPLES = Path(__file__).resolve().parents[2] / "resources" / "examples"

INDICATOR = '''
"""Several times the close."""
from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.domain.market import Candles
from thebot_desktop.domain.plots import Line, Plot


class Several(Indicator, frozen=True):
    name: ClassVar[str] = "SEVERAL"
    title: ClassVar[str] = "Several times the close"
    group: ClassVar[str] = "My own"
    outputs: ClassVar[tuple[str, ...]] = ("real",)

    times: Annotated[int, Meta(ge=1, le=100, title="Times")] = 2

    @property
    def lookback(self) -> int:
        return 1

    @property
    def plots(self) -> tuple[Plot, ...]:
        return (Line("real"),)

    def compute(self, candles: Candles) -> Values:
        return {"real": candles.close * self.times}
'''
COMPUTE = 'return {"real": candles.close * self.times}'
COMPUTE_LINE = 31

RULE = '''
"""The price is above a level."""
from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.signals import AlertType


class Above(Rule, frozen=True):
    title: ClassVar[str] = "Above"

    level: Annotated[float, Meta(title="Level")] = 100.0

    def check(self, moment: Moment) -> Verdict | None:
        if moment.price <= self.level:
            return None
        return Verdict(AlertType.INFO, f"above, price {moment.price}")
'''
CHECK_LINE = 20


class Permits:
    """What was agreed to, in memory."""

    def __init__(self):
        self.saved = Permissions()

    def save(self, permissions):
        self.saved = permissions


class Place:
    """A profile folder, and the book that looks into it."""

    def __init__(self, folder: Path, *, timer=None, limited=unlimited, config=None, **own):
        self.folder = folder
        self.faults = Observers()
        self.reported = []
        self.faults.add(self.reported.append)
        self.permits = Permits()
        self.own = own
        self.config = config or PluginConfig()
        self._timing = {"timer": timer} if timer else {}
        self._limited = limited
        self.open()

    def open(self) -> None:
        """Start the program, or start it again."""
        self.indicators = OpenCatalogue[Indicator](self.own.get("indicators", {}))
        self.rules = OpenCatalogue[Rule](self.own.get("rules", {}))
        around = Surroundings(
            config=lambda: self.config, limited=self._limited, faults=self.faults, **self._timing
        )
        self.book = PluginBook(
            PluginFolder(self.folder),
            indicators=self.indicators,
            rules=self.rules,
            around=around,
            permissions=self.permits.saved,
            store=self.permits,
        )
        self.told = []
        self.book.changed.add(self.told.append)
        self.book.look()

    def write(self, file: str, text: str = INDICATOR, kind: str = "indicators") -> Path:
        path = self.folder / kind / file
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
        return path

    def save(self, file: str, text: str = INDICATOR, kind: str = "indicators") -> None:
        """Write and look."""
        self.write(file, text, kind)
        self.book.look()

    def load(self, file: str, text: str = INDICATOR, kind: str = "indicators") -> None:
        """Write, look, and agree."""
        self.save(file, text, kind)
        self.book.allow(self.entry(file, kind).source)

    def entry(self, file: str, kind: str = "indicators"):
        found = {entry.source.id: entry for entry in self.book.entries}
        return found[PluginId(kind, file)]
