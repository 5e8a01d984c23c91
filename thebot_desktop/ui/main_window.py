"""MainWindow: menus, tool bar, docks and status bar around the charts."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QTabWidget,
    QToolBar,
    QWidget,
)

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.notifier import Notifier
from thebot_desktop.app.settings import PaletteChoice, ThemeChoice
from thebot_desktop.app.time_zones import ZoneName
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.time import HOUR_MS, UnixMs
from thebot_desktop.ui.actions import Commands
from thebot_desktop.ui.arrangement import Arrangement
from thebot_desktop.ui.banner import Banner, Notice
from thebot_desktop.ui.charts.chart_links import ChartLinks
from thebot_desktop.ui.charts.chart_look import MOST_COMPARED
from thebot_desktop.ui.charts.chart_output import ChartOutput
from thebot_desktop.ui.charts.comparison_menu import with_compared
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.interval_entry import typed_text
from thebot_desktop.ui.charts.zone_menu import fill_zone_menu
from thebot_desktop.ui.command_palette import CommandPalette
from thebot_desktop.ui.dialogs import Dialogs
from thebot_desktop.ui.dock import GAP_PX, Dock, SeriesDock
from thebot_desktop.ui.finder import Finder
from thebot_desktop.ui.layout_state import WindowState
from thebot_desktop.ui.look_commands import show_look
from thebot_desktop.ui.notice_strip import NoticeStrip
from thebot_desktop.ui.notifications.toasts import ToastStack, ToastText
from thebot_desktop.ui.parts import ProgramActions, WindowParts
from thebot_desktop.ui.plugin_desk import PluginDesk
from thebot_desktop.ui.rule_desk import RuleDesk
from thebot_desktop.ui.screens import primary_screen, rect_of, state_of
from thebot_desktop.ui.status_bar import StatusBar
from thebot_desktop.ui.status_watch import APPLICATION_NAME, StatusWatch
from thebot_desktop.ui.theme import Theme
from thebot_desktop.ui.tool_bar import ToolBar
from thebot_desktop.ui.window_commands import menu_titles, panel_commands, window_commands

UNDO_MS = 10_000
"""So long a change can be taken back by a card."""

_CORNERS = {
    Qt.Corner.TopLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.BottomLeftCorner: Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.Corner.TopRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.Corner.BottomRightCorner: Qt.DockWidgetArea.RightDockWidgetArea,
}
"""The sides take the whole height; charts and news share the middle."""


_EDGES = (
    Qt.ToolBarArea.TopToolBarArea,
    Qt.ToolBarArea.LeftToolBarArea,
    Qt.ToolBarArea.RightToolBarArea,
    Qt.ToolBarArea.BottomToolBarArea,
)


class MainWindow(QMainWindow):
    """One of the program's windows; a WindowHost for its docks."""

    layout_changed = Signal()
    """Something of it should be saved."""
    closing = Signal(QCloseEvent)
    """Asked before it closes; whoever minds ignores the event."""

    def __init__(self, parts: WindowParts, key: str = "main") -> None:
        super().__init__()
        self.setObjectName(key)
        self.setWindowTitle(APPLICATION_NAME)
        self.key = key
        self._parts = parts
        self._context = parts.context
        self._series_changed: Observers[SeriesKey | None] = Observers()
        self._stops: list[Callable[[], None]] = []
        self._allow_docks()
        badge = self._context.mode.badge
        self.commands = Commands(self)
        self.plugin_desk = PluginDesk(self, self._context)
        self.rule_desk = RuleDesk(self, self._context)
        self.commands.add(*window_commands(self))
        self.toasts = ToastStack(self, parts.appearance)
        self._restoring = False
        self.arrangement = Arrangement(
            self,
            self,
            self._context,
            parts.ticker,
            parts.dock_types,
            self.note_layout,
            self._listen,
        )
        self.commands.add(*panel_commands(self, self.arrangement.panels))
        self.commands.fill_menu_bar(self.menuBar(), menu_titles())
        self.tool_bar = ToolBar(self.commands, badge, self.theme, self.font_px)
        self.banner = Banner(self.theme)
        self.status = StatusBar(badge, self.font_px)
        self.dialogs = Dialogs(self, parts)
        self._palette = CommandPalette(self, self.theme)
        self.finder = Finder(
            self,
            self._context.session,
            self._context.clock,
            self._context.indicator_types,
        )
        self._watch = StatusWatch(self, self._context)
        self._lay_out()
        self._observe()
        self._show_theme(self.theme)

    # What a WindowHost offers.

    @property
    def theme(self) -> Theme:
        return self._parts.appearance.theme

    @property
    def font_px(self) -> int:
        return self._parts.appearance.font_px

    @property
    def reduced_motion(self) -> bool:
        return self._parts.appearance.reduced_motion

    @property
    def links(self) -> ChartLinks:
        return self._parts.links

    @property
    def current_series(self) -> SeriesKey | None:
        chart = self.arrangement.current
        return chart.series if chart is not None else None

    @property
    def current_chart(self) -> SeriesDock | None:
        return self.arrangement.current

    @property
    def series_changed(self) -> Observers[SeriesKey | None]:
        return self._series_changed

    def open_chart(self, series: SeriesKey, *, new: bool = False) -> None:
        chart = self.arrangement.current
        if new or chart is None:
            self.arrangement.add_chart(series)
        elif chart.series != series:
            chart.show_series(series)
        self._on_series()

    def reveal_chart(self, series: SeriesKey, at: UnixMs | None = None) -> None:
        chart = self.arrangement.chart_of(series)
        if chart is None:
            self.open_chart(series)
        else:
            self._activate(chart)
        self.show_up()
        shown = self.arrangement.current
        if at is not None and shown is not None:
            shown.show_time(at)

    def show_dock(self, name: str) -> None:
        panel = self.arrangement.panels[name]
        panel.show()
        panel.raise_()
        self.toasts.lift()
        panel.header.tab(panel.page).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def new_alert(self, symbol: Symbol, price: float | None = None) -> None:
        self.dialogs.alert(symbol, price)

    def edit_alert(self, rule_id: str) -> None:
        rule = next((r for r in self._context.alerts.armed if r.id == rule_id), None)
        if rule is not None:
            self.rule_desk.edit(rule)

    def find_symbol(self, typed: str) -> None:
        self.finder.symbol(typed)

    def show_zone_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill_zones(menu)
        menu.popup(at)

    def run_command(self, command_id: str) -> None:
        self.commands.run(command_id)

    def notify_person(self, text: str) -> None:
        self.banner.show_notice(Notice(text, text))

    def offer_undo(self, text: str, undo: Callable[[], None]) -> None:
        self.toasts.show_toast(ToastText(text, "", actions=((self.tr("Undo"), undo),)), UNDO_MS)

    # What the commands do.

    @property
    def program(self) -> ProgramActions:
        return self._parts.program

    @property
    def palette_box(self) -> CommandPalette:
        return self._palette

    def palette_here(self) -> CommandPalette:
        """The palette over what a person looks at, which may be a panel that floats."""
        dock = _dock_around(QApplication.focusWidget())
        if dock is None or not dock.isFloating():
            return self._palette
        palette = CommandPalette(dock, self.theme)
        palette.closed.connect(palette.deleteLater)
        return palette

    @property
    def interval_for_new(self) -> Interval:
        """The interval of a chart that is opened by its symbol."""
        series = self.current_series
        return series.interval if series else self._context.settings.current.chart.interval

    def show_interval(self, interval: Interval) -> None:
        if self.current_series is not None:
            self.open_chart(SeriesKey(self.current_series.symbol, interval))

    def close_chart(self) -> None:
        if self.arrangement.current is not None:
            self.arrangement.current.close()

    def compare_with(self, symbol: Symbol) -> None:
        """Draw ``symbol`` over the price of the current chart."""
        chart = self.arrangement.current
        if chart is None or symbol == chart.series.symbol:
            return
        look = with_compared(chart.look, symbol)
        if symbol not in look.compared:
            sentence = self.tr("A chart compares at most {0} symbols.")
            self.notify_person(sentence.format(MOST_COMPARED))
        chart.set_look(look)

    def add_indicator(self, indicator: Indicator) -> None:
        """Draw it in the current chart."""
        if self.arrangement.current is not None:
            self.arrangement.current.add_indicator(indicator)

    def arm_tool(self, tool: Tool) -> None:
        """The next clicks in the current chart draw with it."""
        if self.arrangement.current is not None:
            self.arrangement.current.arm_tool(tool)

    def with_output(self, make: Callable[[ChartOutput], None]) -> None:
        """Make a picture or a table of the current chart, where there is one."""
        chart = self.arrangement.current
        if chart is not None and chart.output is not None:
            make(chart.output)

    def step_chart(self, step: int) -> None:
        charts = self.arrangement.charts
        if self.arrangement.current is not None:
            at = charts.index(self.arrangement.current)
            self._activate(charts[(at + step) % len(charts)])

    def new_alert_for_current(self) -> None:
        series = self.current_series or self._parts.first_series[0]
        self.new_alert(series.symbol)

    def toggle_panel(self, name: str) -> None:
        panel = self.arrangement.panels[name]
        if panel.toggleViewAction().isChecked():
            panel.close()
        else:
            self.show_dock(name)

    @property
    def notifier(self) -> Notifier:
        return self._context.notifier

    def toggle_mute(self) -> None:
        self.notifier.mute_for(0 if self.notifier.muted else HOUR_MS)

    def choose_theme(self, choice: ThemeChoice) -> None:
        self._change_appearance(theme=choice)

    def toggle_repaired(self) -> None:
        settings = self._context.settings
        chart = settings.saved.chart
        shown = not settings.current.chart.show_repaired
        settings.update(replace(settings.saved, chart=replace(chart, show_repaired=shown)))

    def choose_zone(self, zone: ZoneName) -> None:
        settings = self._context.settings
        chart = replace(settings.saved.chart, zone=zone)
        settings.update(replace(settings.saved, chart=chart))

    def choose_palette(self, choice: PaletteChoice) -> None:
        self._change_appearance(palette=choice)

    def toggle_contrast(self) -> None:
        self._change_appearance(high_contrast=not self._context.settings.current.ui.high_contrast)

    def _change_appearance(self, **changed: object) -> None:
        settings = self._context.settings
        ui = replace(settings.saved.ui, **changed)
        settings.update(replace(settings.saved, ui=ui))

    def toggle_theme(self) -> None:
        self.choose_theme(ThemeChoice.LIGHT if self.theme.is_dark else ThemeChoice.DARK)

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def float_focused(self) -> None:
        dock = _dock_around(QApplication.focusWidget()) or self.arrangement.current
        if dock is not None:
            dock.setFloating(not dock.isFloating())
            dock.activateWindow()
            dock.take_focus()

    def reset_layout(self) -> None:
        self.arrangement.standard(self._parts.first_series)
        self._on_series()

    def open_log_folder(self) -> None:
        folder = self.program.log_folder
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self.notify_person(self.tr("The log is in {0}.").format(folder))

    # Its life.

    def begin(self, saved: WindowState | None) -> None:
        """Fill the window as it was saved, or as at a first start. It has its size already."""
        if saved is None or not self.arrangement.restore(saved):
            self.reset_layout()
        if self.arrangement.current is not None:
            self.arrangement.current.take_focus()
        self._on_series()

    def dump(self) -> WindowState:
        """What a layout file should know of this window."""
        screen: object = self.screen()
        return WindowState(
            key=self.key,
            rect=rect_of(self.normalGeometry() if self.isMaximized() else self.geometry()),
            screen=state_of(self.screen()) if screen is not None else primary_screen(),
            maximized=self.isMaximized(),
            state=self._strip.state,
            charts=self.arrangement.chart_states(),
            current_chart=self.arrangement.current_key,
            panels=self.arrangement.panel_states(),
        )

    def note_layout(self) -> None:
        """Something was moved, opened or closed."""
        self.toasts.lift()
        self.layout_changed.emit()

    def show_up(self) -> None:
        """Come to the front, wherever it is."""
        if self.isMinimized():
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def release(self) -> None:
        """The window goes for good: everything in it stops observing."""
        self._watch.stop()
        QApplication.instance().focusChanged.disconnect(self._on_focus)  # type: ignore[union-attr]
        for stop in self._stops:
            stop()
        self._stops = []
        self.dialogs.close_all()
        self.toasts.clear()
        self.arrangement.release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A letter that nothing else has taken begins the name of a symbol."""
        typed = typed_text(event)
        if typed.isalpha():
            self.finder.symbol(typed)
        else:
            super().keyPressEvent(event)

    def restoreState(  # noqa: N802 - Qt's name
        self, state: QByteArray | bytes | bytearray | memoryview, version: int | None = 0
    ) -> bool:
        """The arrangement of a run that had something to say would bring an empty strip along."""
        self._restoring = True
        restored = super().restoreState(state, version)
        self._restoring = False
        self._strip.show_if_needed()
        return restored

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.commands.set_checked("view.full_screen", self.isFullScreen())
            self._parts.ticker.request()
            self.layout_changed.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.layout_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toasts.place()
        self.layout_changed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of dragging a separator between docks arrives here."""
        super().mouseReleaseEvent(event)
        self.layout_changed.emit()

    # Inside.

    def _allow_docks(self) -> None:
        self.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        for corner, area in _CORNERS.items():
            self.setCorner(corner, area)
        self.setCentralWidget(_Middle())
        everywhere = Qt.DockWidgetArea.AllDockWidgetAreas
        self.setTabPosition(everywhere, QTabWidget.TabPosition.North)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def _lay_out(self) -> None:
        docks = self.arrangement
        self._strip = NoticeStrip(self.banner, docks.state, docks.restore_state)
        self.addToolBar(self.tool_bar)
        self.addToolBarBreak()
        self.addToolBar(self._strip)
        self.addToolBarBreak()
        for area in _EDGES:
            self.addToolBar(area, _Edge(area))
        self.setStatusBar(self.status)

    def _observe(self) -> None:
        context = self._context
        self._stops = [
            self._parts.appearance.changed.add(self._show_theme),
            context.alerts.changed.add(lambda _none: self._show_alert_count()),
            context.settings.changed.add(lambda _new: self._show_choices()),
        ]
        if context.line_alerts is not None:
            self._stops.append(context.line_alerts.told.add(self.notify_person))
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]
        for name, panel in self.arrangement.panels.items():
            self._follow_panel(name, panel)
        zones = self.commands.menu("chart.zone")
        zones.aboutToShow.connect(lambda: self._fill_zones(zones))
        self._fill_zones(zones)
        scales = self.commands.menu("chart.scale")
        scales.aboutToShow.connect(lambda: show_look(self.commands, self.arrangement.current))
        for notice in context.notices:
            self.banner.show_notice(Notice(notice, notice, "warning"))
        self._show_alert_count()
        self._show_choices()

    def _follow_panel(self, name: str, panel: Dock) -> None:
        command, shown = f"view.panel.{name}", panel.toggleViewAction()
        self.commands.set_checked(command, shown.isChecked())
        # A panel that floats is a window of its own, in which the shortcuts must work too.
        panel.addActions(self.actions())
        shown.toggled.connect(lambda on: self.commands.set_checked(command, on))

    def _listen(self, chart: SeriesDock) -> None:
        chart.series_shown.connect(self._on_series)
        chart.closed.connect(self._on_series)
        chart.look_chosen.connect(self.layout_changed)
        chart.addActions(self.actions())

    def _activate(self, chart: SeriesDock) -> None:
        chart.show()
        chart.raise_()
        self.arrangement.make_current(chart)
        self._on_series()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The chart that has the focus is the one that commands are about."""
        if self._restoring:  # Docks are hidden on the way: the focus falls where it may.
            return
        dock = _dock_around(new)
        mine = isinstance(dock, SeriesDock) and dock in self.arrangement.charts
        if isinstance(dock, SeriesDock) and mine and self.arrangement.make_current(dock):
            self._on_series()

    def _on_series(self) -> None:
        """Another chart is the current one, or it shows something else."""
        series = self.current_series
        self.tool_bar.show_series(series)
        self.setWindowTitle(self._watch.title())
        self._series_changed.notify(series)
        self.layout_changed.emit()

    def _show_theme(self, theme: Theme) -> None:
        self.commands.apply_theme(theme)
        self.tool_bar.apply_theme(theme, self.font_px)
        self.banner.apply_theme(theme)
        self.status.apply_font(self.font_px)
        self._palette.apply_theme(theme)
        self.toasts.apply_theme(theme)
        self.arrangement.apply_theme(theme, self.font_px)

    def _show_choices(self) -> None:
        chosen = self._context.settings.current
        self.commands.set_checked("chart.repaired", chosen.chart.show_repaired)
        self.commands.set_checked(f"view.theme.{chosen.ui.theme.value}", checked=True)
        self.commands.set_checked(f"view.palette.{chosen.ui.palette.value}", checked=True)
        self.commands.set_checked("view.contrast", chosen.ui.high_contrast)

    def _fill_zones(self, menu: QMenu) -> None:
        chosen = self._context.settings.current.chart.zone
        now = self._context.clock.now()
        fill_zone_menu(menu, chosen, now, self.choose_zone, self.finder.zone)

    def _show_alert_count(self) -> None:
        armed = sum(rule.enabled for rule in self._context.alerts.armed)
        self.tool_bar.show_alert_count(armed)


class _Middle(QWidget):
    """Nothing, as wide as it can be: it makes the column of the charts grow with the window,

    and the sides keep their widths. Without a central widget Qt gives the sides as much as the
    middle, and a little more at each restart.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class _Edge(QToolBar):
    """Nothing but the gap between the docks and an edge of the window, as between docks."""

    def __init__(self, area: Qt.ToolBarArea) -> None:
        super().__init__()
        self.setObjectName(f"edge.{area.name}")
        self.setProperty("role", "edge")
        self.setMovable(False)
        upright = area in (Qt.ToolBarArea.LeftToolBarArea, Qt.ToolBarArea.RightToolBarArea)
        if upright:
            self.setFixedWidth(GAP_PX)
        else:
            self.setFixedHeight(GAP_PX)


def _dock_around(widget: QObject | None) -> Dock | None:
    while widget is not None and not isinstance(widget, Dock):
        widget = widget.parent()
    return widget
