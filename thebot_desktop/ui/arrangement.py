"""The docks of one window: which there are, where they go by default, and how they come back."""

from __future__ import annotations

import base64
import binascii
import itertools
import logging
from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMainWindow

from thebot_desktop.app.context import AppContext
from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.ui.dock import GAP_PX, Dock, DockArea, SeriesDock
from thebot_desktop.ui.frame import FrameTicker
from thebot_desktop.ui.host import WindowHost
from thebot_desktop.ui.layout_state import (
    LAYOUT_VERSION,
    ChartState,
    PanelState,
    WindowState,
    can_be_grabbed,
    centred,
)
from thebot_desktop.ui.screens import qrect_of, rect_of, screen_states
from thebot_desktop.ui.theme import Theme, scaled

log = logging.getLogger(__name__)

# What lies below the charts is split off from their area, so that there is one gap between them.
_AREAS = {
    DockArea.LEFT: Qt.DockWidgetArea.LeftDockWidgetArea,
    DockArea.CENTRE: Qt.DockWidgetArea.TopDockWidgetArea,
    DockArea.RIGHT: Qt.DockWidgetArea.RightDockWidgetArea,
    DockArea.BOTTOM: Qt.DockWidgetArea.TopDockWidgetArea,
}
_SIDE_SHARE = {DockArea.LEFT: 0.168, DockArea.RIGHT: 0.178, DockArea.BOTTOM: 0.25}
"""How much of the window the sides take in the standard layout."""
_SIDE_LIMITS = {DockArea.LEFT: (268, 380), DockArea.RIGHT: (284, 420), DockArea.BOTTOM: (180, 320)}
_MOST_SHARE = 0.28
"""A side takes no more than this of a small window."""
_STACKED = 3
"""So many charts stand below each other in a column."""
_FIRST_CHART_SHARE = 0.62


class Arrangement:
    """Makes docks, puts them into the window, and remembers which chart was used last."""

    def __init__(
        self,
        window: QMainWindow,
        host: WindowHost,
        context: AppContext,
        ticker: FrameTicker,
        dock_types: Mapping[str, type[Dock]],
        changed: Callable[[], None],
        added: Callable[[SeriesDock], None],
    ) -> None:
        self._window = window
        self._host = host
        self._context = context
        self._ticker = ticker
        self._changed = changed
        self._added = added
        self._charts: dict[str, SeriesDock] = {}
        self._current = ""
        self._released = False
        self._chart_type = next(t for t in dock_types.values() if issubclass(t, SeriesDock))
        kinds = {n: k for n, k in dock_types.items() if not issubclass(k, SeriesDock)}
        by_place = sorted(kinds, key=lambda name: (kinds[name].place, name))
        self._panels = {name: kinds[name].build(context, host) for name in by_place}
        for panel in self._panels.values():
            self._put(panel)
            panel.setVisible(panel.shown_at_first)

    @property
    def panels(self) -> Mapping[str, Dock]:
        return self._panels

    @property
    def charts(self) -> tuple[SeriesDock, ...]:
        return tuple(self._charts.values())

    @property
    def current(self) -> SeriesDock | None:
        return self._charts.get(self._current)

    @property
    def current_key(self) -> str:
        return self._current

    def make_current(self, chart: SeriesDock) -> bool:
        """Note that ``chart`` is the one in use; False when it was already."""
        if self._current == chart.objectName():
            return False
        self._current = chart.objectName()
        for other in self._charts.values():
            other.set_current(other is chart)
        return True

    def add_chart(self, series: SeriesKey, *, key: str = "") -> SeriesDock:
        """Another chart, beside the one used last."""
        key = key or self._free_key()
        beside = self.current
        chart = self._chart_type.build_for(self._context, self._host, series, key)
        self._charts[key] = chart
        self._put(chart)
        if beside is not None and not beside.isFloating():
            wide = beside.width() >= beside.height()
            side = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
            self._window.splitDockWidget(beside, chart, side)
        chart.closed.connect(lambda: self.remove_chart(chart))
        self._added(chart)
        chart.show()
        self.make_current(chart)
        return chart

    def remove_chart(self, chart: SeriesDock) -> None:
        """Let go of a chart that was closed."""
        key = chart.objectName()
        self._charts.pop(key, None)
        self._window.removeDockWidget(chart)
        # It lives until the next turn of the loop, and Qt puts docks back by their names.
        chart.setObjectName("")
        self._let_go(chart)
        if self._current == key:
            self._current = ""
            remaining = next(iter(self._charts.values()), None)
            if remaining is not None:
                self.make_current(remaining)
        self._changed()

    def chart_of(self, series: SeriesKey) -> SeriesDock | None:
        return next((c for c in self._charts.values() if c.series == series), None)

    def restore(self, saved: WindowState) -> bool:
        """Take up a saved arrangement; False when Qt makes nothing of it."""
        for state in saved.charts:
            chart = self.add_chart(SeriesKey(state.symbol, state.interval), key=state.key)
            chart.set_indicator_labels(state.indicators)
            chart.set_look(state.look)
        for panel in saved.panels:
            if panel.name in self._panels:
                self._panels[panel.name].choose(panel.choices)
        if saved.current_chart in self._charts:
            self.make_current(self._charts[saved.current_chart])
        return self.restore_state(saved.state)

    def standard(self, charts: Iterable[SeriesKey]) -> None:
        """The layout of a first start: lists left, charts in the middle, opinions right."""
        for chart in tuple(self._charts.values()):
            self.remove_chart(chart)
        for panel in self._panels.values():
            panel.setFloating(False)
            self._window.addDockWidget(_AREAS[panel.area], panel)
            panel.setVisible(panel.shown_at_first)
        added = [self.add_chart(series) for series in charts]
        below = self._open_in(DockArea.BOTTOM)
        for upper, lower in itertools.pairwise([*added[:1], *below[:1]]):
            self._window.splitDockWidget(upper, lower, Qt.Orientation.Vertical)
        self._split(_columns(added))
        for panel in self._panels.values():
            if below and panel.area is DockArea.BOTTOM and panel is not below[0]:
                self._window.tabifyDockWidget(below[0], panel)
            elif not panel.shown_at_first and panel.area is DockArea.RIGHT:
                # What is opened later comes as a tab instead of squeezing the others.
                self._window.tabifyDockWidget(self._open_in(panel.area)[-1], panel)
        if added:
            self.make_current(added[0])
        self._fit()
        self._give_standard_sizes(added)

    def lay_out_again(self, saved: WindowState | None) -> None:
        """As it was saved, or as at a first start, now that the window has another size."""
        if saved is None or not self.restore_state(saved.state):
            self._give_standard_sizes(list(self._charts.values()))

    def _split(self, columns: list[list[SeriesDock]]) -> None:
        """Columns beside each other, the charts of each below each other."""
        for left, right in itertools.pairwise(columns):
            self._window.splitDockWidget(left[0], right[0], Qt.Orientation.Horizontal)
        for column in columns:
            for upper, lower in itertools.pairwise(column):
                self._window.splitDockWidget(upper, lower, Qt.Orientation.Vertical)

    def state(self) -> str:
        """What Qt needs to put the docks back, in base 64."""
        return base64.b64encode(self._window.saveState(LAYOUT_VERSION).data()).decode()

    def chart_states(self) -> tuple[ChartState, ...]:
        return tuple(
            ChartState(key, c.series.symbol, c.series.interval, c.kept_labels, c.look)
            for key, c in self._charts.items()
        )

    def panel_states(self) -> tuple[PanelState, ...]:
        """Of those in which something was chosen."""
        found = ((name, dict(panel.choices)) for name, panel in self._panels.items())
        return tuple(PanelState(name, choices) for name, choices in found if choices)

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        for dock in self._all():
            dock.apply_theme(theme, font_px)

    def tell_time(self) -> None:
        """A second has passed: what shows ages is drawn again."""
        for dock in self._all():
            if dock.shows_age:
                dock.mark_dirty()

    def rescue_floating(self) -> None:
        """Bring back docks that float where no screen is any more."""
        screens = screen_states()
        for dock in self._all():
            rect = rect_of(dock.geometry())
            if dock.isFloating() and dock.isVisible() and not can_be_grabbed(rect, screens):
                area = rect_of(self._window.screen().availableGeometry())
                dock.setGeometry(qrect_of(centred(rect, area)))

    def release(self) -> None:
        """The window goes: all docks stop observing."""
        self._released = True
        for dock in self._all():
            self._let_go(dock)
        self._charts.clear()
        self._panels = {}

    def _all(self) -> tuple[Dock, ...]:
        return (*self._panels.values(), *self._charts.values())

    def _put(self, dock: Dock) -> None:
        self._window.addDockWidget(_AREAS[dock.area], dock)
        self._ticker.add(dock)
        for moved in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            moved.connect(self._on_moved)

    def _on_moved(self, *_where: object) -> None:
        if self._released:
            return
        for dock in self._all():
            beside = self._window.tabifiedDockWidgets(dock)
            tabbed = any(other.toggleViewAction().isChecked() for other in beside)
            dock.header.show_name(named=not tabbed or dock.isFloating())
        self._changed()

    def _let_go(self, dock: Dock) -> None:
        self._ticker.remove(dock)
        dock.release()
        dock.deleteLater()

    def _free_key(self) -> str:
        numbers = (int(key.rpartition(".")[2]) for key in self._charts)
        return f"chart.{max(numbers, default=0) + 1}"

    def restore_state(self, state: str) -> bool:
        """Put the docks where ``state`` has them; False when Qt makes nothing of it."""
        try:
            saved = base64.b64decode(state, validate=True)
        except (binascii.Error, ValueError):
            log.warning("the saved arrangement of docks is not base 64")
            return False
        focused = self._window.focusWidget()
        restored = self._window.restoreState(QByteArray(saved), LAYOUT_VERSION)
        if focused is not None:
            focused.setFocus()
        return restored

    def _give_standard_sizes(self, charts: list[SeriesDock]) -> None:
        """All sizes along one direction go in together, and fill it exactly."""
        width, height = self._window.width(), self._window.height()
        font_px = self._host.font_px
        sides = {
            a: _limited(a, height if a is DockArea.BOTTOM else width, font_px) for a in _SIDE_SHARE
        }
        middle = width - 4 * GAP_PX - sides[DockArea.LEFT] - sides[DockArea.RIGHT]
        widths = {d: sides[d.area] for d in self._open_in(DockArea.LEFT, DockArea.RIGHT)}
        columns = _columns(charts)
        for stack, share in zip(columns, _parts(middle, len(columns)), strict=True):
            widths |= dict.fromkeys(stack, share)
        self._resize(widths, Qt.Orientation.Horizontal)
        bottom = sides[DockArea.BOTTOM]
        heights = dict.fromkeys(self._open_in(DockArea.BOTTOM), bottom)
        for stack in columns:
            gaps = (len(stack) - 1) * GAP_PX
            heights |= dict.fromkeys(stack, (height - bottom - gaps) // len(stack))
        for area in (DockArea.LEFT, DockArea.RIGHT):
            column = self._open_in(area)
            total = sum(dock.height_share for dock in column)
            heights |= {dock: height * dock.height_share // total for dock in column}
        self._resize(heights, Qt.Orientation.Vertical)
        # What Qt makes of them is known at once: a state saved before would bring back other sizes.
        self._fit()

    def _open_in(self, *areas: DockArea) -> list[Dock]:
        return [p for p in self._panels.values() if p.area in areas and p.shown_at_first]

    def _resize(self, sizes: Mapping[Dock, int], along: Qt.Orientation) -> None:
        self._window.resizeDocks(list(sizes), list(sizes.values()), along)

    def _fit(self) -> None:
        """The docks fill the window now, not in the next turn of the loop."""
        layout = self._window.layout()
        if layout is not None:
            layout.activate()


def _limited(area: DockArea, room: int, font_px: int) -> int:
    """What a side takes of the window: its share, within reason."""
    low, high = (scaled(limit, font_px) for limit in _SIDE_LIMITS[area])
    wanted = min(high, max(low, round(_SIDE_SHARE[area] * room)))
    return min(wanted, round(_MOST_SHARE * room))


def _columns(charts: list[SeriesDock]) -> list[list[SeriesDock]]:
    """The first chart has a column of its own; the others stand below each other beside it."""
    others = [charts[at : at + _STACKED] for at in range(1, len(charts), _STACKED)]
    return [charts[:1], *others] if charts else []


def _parts(room: int, count: int) -> list[int]:
    """The first chart is the large one."""
    if count < 2:
        return [room] * count
    first = round(room * _FIRST_CHART_SHARE)
    return [first, *[(room - first) // (count - 1)] * (count - 1)]
