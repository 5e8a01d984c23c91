"""HeaderControls: interval, chart type, indicators and drawing tools in a chart's header."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.look_menus import kind_menu
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.interval_words import interval_name
from thebot_desktop.ui.theme import Theme
from thebot_desktop.ui.title_bar import DockTitleBar
from thebot_desktop.ui.tool_bar import INTERVALS

GAP = 2
FillMenu = Callable[[QMenu], object]
_WORDS = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_SIGN = Qt.ToolButtonStyle.ToolButtonIconOnly
_CHANGES = (QEvent.Type.Resize, QEvent.Type.LayoutRequest)


class Fitting(NamedTuple):
    """What there is room for, and the width of the interval's button."""

    info: bool
    words: bool
    tools: bool
    indicators: bool
    kind: bool
    interval: bool
    width: int


class HeaderControls(QWidget):
    """In a narrow header they make room: first the source's name, then words, then buttons."""

    interval_wanted = Signal(object)
    look_wanted = Signal(object)
    used = Signal()
    """A person is about to choose something for this chart."""

    def __init__(self, header: DockTitleBar, fill_indicators: FillMenu, theme: Theme) -> None:
        super().__init__()
        self._header = header
        self._fill_indicators = fill_indicators
        self._theme = theme
        self._look = ChartLook()
        self._interval = Interval.M1
        self._words = 0
        self._fitting: Fitting | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.interval = self._button(self.interval_menu)
        self.kind = self._button(self.kind_menu)
        self.indicators = self._button(self.indicator_menu)
        self.indicators.setText(self.tr("Indicators"))
        self.indicators.setAccessibleName(self.tr("Indicators"))
        self.indicators.setToolTip(self.tr("Indicators of this chart"))
        self.indicators.setToolButtonStyle(_WORDS)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self.tools = self._tool_button()
        for button in (self.interval, self.kind, self.indicators, self.tools):
            self._row.addWidget(button)
        header.add_control(self)
        header.installEventFilter(self)
        self.show_interval(self._interval)
        self.apply_theme(theme)

    def show_interval(self, interval: Interval) -> None:
        self._interval = interval
        name = interval_name(interval)
        self.interval.setText(interval.value)
        self.interval.setToolTip(self.tr("Interval: {0} (or type digits)").format(name))
        self.interval.setAccessibleName(self.tr("Interval {0}, change").format(name))

    def show_look(self, look: ChartLook) -> None:
        self._look = look
        text = self.tr("Chart type: {0}").format(look.kind.title)
        self.kind.setToolTip(text)
        self.kind.setAccessibleName(text)
        self.kind.setIcon(icon(f"kind-{look.kind.value}", self._theme.secondary))
        self.tools.setChecked(look.tools)
        ink = self._theme.accent if look.tools else self._theme.secondary
        self.tools.setIcon(icon("edit", ink))

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.indicators.setIcon(icon("indicators", theme.secondary))
        self.show_look(self._look)

    def interval_menu(self) -> QMenu:
        """Those that are used most, then all others."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        for interval in (*INTERVALS, None, *(i for i in Interval if i not in INTERVALS)):
            if interval is None:
                menu.addSeparator()
                continue
            text = f"{interval_name(interval)}\t{interval.value}"
            action = QAction(text, menu, checkable=True, checked=interval is self._interval)
            action.triggered.connect(lambda _on, i=interval: self.interval_wanted.emit(i))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def kind_menu(self) -> QMenu:
        return kind_menu(self, self._look, self.look_wanted.emit)

    def indicator_menu(self) -> QMenu:
        menu = QMenu(self)
        self._fill_indicators(menu)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _CHANGES:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Show as much as there is room for beside the name."""
        room = self._header.room_for_controls
        interval, sign = self.interval.sizeHint().width(), self.kind.sizeHint().width() + GAP
        kind = interval + sign
        with_sign = kind + sign
        with_tools = with_sign + sign
        with_words = kind + self._word_width() + GAP + sign
        fitting = Fitting(
            info=with_words + self._header.info_width <= room,
            words=with_words <= room,
            tools=with_tools <= room,
            indicators=with_sign <= room,
            kind=kind <= room,
            interval=interval <= room,
            width=interval,
        )
        if fitting != self._fitting:
            self._fitting = fitting
            self._show(fitting)

    def _show(self, fitting: Fitting) -> None:
        self._header.show_info(shown=fitting.info)
        self.indicators.setToolButtonStyle(_WORDS if fitting.words else _SIGN)
        self.tools.setVisible(fitting.tools)
        self.indicators.setVisible(fitting.indicators)
        self.kind.setVisible(fitting.kind)
        self.interval.setVisible(fitting.interval)
        # At once: what is painted next must not show the buttons squeezed as they were.
        self._row.invalidate()
        self._row.activate()
        self._header.lay_out()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._words = 0
            self._fitting = None

    def _word_width(self) -> int:
        """What the indicators' button needs with its word; measured once for each font."""
        if not self._words:
            self.indicators.setToolButtonStyle(_WORDS)
            self._words = self.indicators.sizeHint().width()
        return self._words

    def _tool_button(self) -> QToolButton:
        button = self._plain_button()
        button.setCheckable(True)
        button.setToolTip(self.tr("Drawing tools"))
        button.setAccessibleName(self.tr("Drawing tools"))
        button.clicked.connect(self._turn_tools)
        return button

    def _turn_tools(self) -> None:
        self.used.emit()
        self.look_wanted.emit(msgspec.structs.replace(self._look, tools=not self._look.tools))

    def _button(self, menu: Callable[[], QMenu]) -> QToolButton:
        button = self._plain_button()
        button.clicked.connect(lambda: self._pop_up(button, menu))
        return button

    def _plain_button(self) -> QToolButton:
        button = QToolButton()
        button.setProperty("role", "control")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _pop_up(self, button: QToolButton, make: Callable[[], QMenu]) -> None:
        self.used.emit()
        menu = make()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
