"""WindowHost: all that a chart or a panel knows of the window it is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint

from thebot_desktop.domain.market import SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.chart_links import ChartLinks
from thebot_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from thebot_desktop.ui.dock import SeriesDock


class WindowHost(Protocol):
    """There may be several windows; a dock talks only to its own."""

    @property
    def theme(self) -> Theme:
        """The colours in force; docks are told of new ones through ``apply_theme``."""
        ...

    @property
    def font_px(self) -> int: ...

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing may slide, fade or flash."""
        ...

    @property
    def links(self) -> ChartLinks:
        """What the charts of all windows tell each other."""
        ...

    @property
    def current_series(self) -> SeriesKey | None:
        """What the chart shows that was used last, None in a window without charts."""
        ...

    @property
    def current_chart(self) -> SeriesDock | None:
        """The chart that was used last."""
        ...

    @property
    def series_changed(self) -> Observers[SeriesKey | None]:
        """The current chart, or what it shows, is another one."""
        ...

    def open_chart(self, series: SeriesKey, *, new: bool = False) -> None:
        """Show ``series`` in the current chart, or in a new one."""
        ...

    def reveal_chart(self, series: SeriesKey, at: UnixMs | None = None) -> None:
        """Go to the chart that shows ``series`` already; open it when there is none.

        With ``at`` it shows that time, as soon as there are candles of it.
        """
        ...

    def show_dock(self, name: str) -> None:
        """Bring a panel to the front, opening it if it was closed."""
        ...

    def new_alert(self, symbol: Symbol, price: float | None = None) -> None:
        """Open the form for a price alert."""
        ...

    def edit_alert(self, rule_id: str) -> None:
        """Open the form for an alert that is armed."""
        ...

    def find_symbol(self, typed: str) -> None:
        """Open the search for a symbol of the current chart, begun with ``typed``."""
        ...

    def show_zone_menu(self, at: QPoint) -> None:
        """Offer the time zones of charts at this point of the screen."""
        ...

    def run_command(self, command_id: str) -> None:
        """Do what a menu entry does, such as ``symbol.add``."""
        ...

    def notify_person(self, text: str) -> None:
        """Say one sentence, without asking for anything."""
        ...

    def offer_undo(self, text: str, undo: Callable[[], None]) -> None:
        """Say what was done, with a way back that stays for a while."""
        ...
