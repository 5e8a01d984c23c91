"""What all windows of the program share, and what they may ask of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from thebot_desktop.app.context import AppContext
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.charts.chart_links import ChartLinks
from thebot_desktop.ui.dock import Dock
from thebot_desktop.ui.frame import FrameTicker

FIRST_SYMBOLS = (Symbol("BTCUSDT"), Symbol("ETHUSDT"))


@dataclass(frozen=True, slots=True)
class ProgramActions:
    """What a window may ask of the program around it."""

    quit: Callable[[], object]
    try_again: Callable[[], object]
    """Connect now instead of waiting for the next attempt."""
    open_demo: Callable[[], object]
    open_recording: Callable[[Path], object]
    log_folder: Path


@dataclass(frozen=True, slots=True)
class WindowParts:
    """Handed to each window; it adds what is its own."""

    context: AppContext
    appearance: Appearance
    ticker: FrameTicker
    dock_types: Mapping[str, type[Dock]]
    program: ProgramActions
    symbols: tuple[Symbol, ...] = FIRST_SYMBOLS
    """What the first charts show where no layout says otherwise."""
    interval: Interval | None = None
    """Their interval; None: as the settings say."""
    links: ChartLinks = field(default_factory=ChartLinks)
    lacking: dict[str, str] = field(default_factory=dict)
    """What this desktop cannot do, in a sentence, by the setting of alerts that asks for it."""

    @property
    def first_series(self) -> list[SeriesKey]:
        interval = self.interval or self.context.settings.current.chart.interval
        return [SeriesKey(symbol, interval) for symbol in self.symbols]
