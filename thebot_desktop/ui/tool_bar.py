"""The tool bar: which symbol and interval, the search, alerts, and what kind of market this is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.ui.actions import Commands, key_text
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import Theme, scaled

TOOL_BAR_PX = 40
INTERVALS = (
    Interval.S1,
    Interval.M1,
    Interval.M5,
    Interval.M15,
    Interval.H1,
    Interval.H4,
    Interval.D1,
)
"""The intervals one click away; all others are in the Chart menu."""
_SEARCH_WIDTH = 230


class ToolBar(QToolBar):
    """Shows actions of the window's commands; has no handler of its own."""

    def __init__(self, commands: Commands, badge: str, theme: Theme, font_px: int) -> None:
        super().__init__()
        self.setObjectName("toolBar")
        self.setWindowTitle(self.tr("Tool bar"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._commands = commands
        self._symbol = QToolButton()
        self._symbol.setObjectName("symbolButton")
        self._symbol.setToolTip(commands.action("chart.symbol").toolTip())
        self._symbol.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._symbol.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._symbol.clicked.connect(commands.action("chart.symbol").trigger)
        self._search = QToolButton()
        self._alerts = QToolButton()
        self._armed = 0
        self._quiet = ""
        self._theme = theme
        self._badge = QLabel(badge)
        self._lay_out(badge)
        self.show_series(None)
        self.apply_theme(theme, font_px)

    @property
    def symbol_button(self) -> QToolButton:
        return self._symbol

    @property
    def alerts_button(self) -> QToolButton:
        return self._alerts

    @property
    def badge(self) -> QLabel:
        return self._badge

    def show_series(self, series: SeriesKey | None) -> None:
        """Name the current chart's series, and tick its interval."""
        self._symbol.setText(series.symbol if series is not None else self.tr("Symbol"))
        self._symbol.setAccessibleName(
            self.tr("Symbol {0}, change").format(series.symbol if series is not None else "")
        )
        for interval in Interval:
            action = self._commands.action(f"chart.interval.{interval.value}")
            action.setEnabled(series is not None)
            action.setChecked(series is not None and series.interval is interval)

    def show_alert_count(self, armed: int) -> None:
        self._armed = armed
        self._show_alerts()

    def show_quiet(self, why: str) -> None:
        """A bell that is struck through while nothing is told; ``why`` is in its tip."""
        if why != self._quiet:
            self._quiet = why
            self._show_alerts()

    def _show_alerts(self) -> None:
        text_only, both = (
            Qt.ToolButtonStyle.ToolButtonTextOnly,
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        )
        self._alerts.setText(self.tr("Alerts {0}").format(self._armed))
        self._alerts.setToolButtonStyle(both if self._quiet else text_only)
        tip = self._commands.action("alert.show").toolTip()
        self._alerts.setToolTip(f"{tip} · {self._quiet}" if self._quiet else tip)
        if self._quiet:
            self._alerts.setIcon(icon("mute", self._theme.warning))

    def apply_theme(self, theme: Theme, font_px: int) -> None:
        self.setFixedHeight(scaled(TOOL_BAR_PX, font_px))
        self._search.setFixedWidth(scaled(_SEARCH_WIDTH, font_px))
        self._search.setIcon(icon("search", theme.muted))
        self._theme = theme
        self._show_alerts()

    def _lay_out(self, badge: str) -> None:
        self.addWidget(self._symbol)
        self.addSeparator()
        for interval in INTERVALS:
            self._add_button(f"chart.interval.{interval.value}", interval.value)
        self.addSeparator()
        self._add_button("alert.new", self.tr("+ Alert"))
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if badge:
            self._badge.setProperty("role", "badge")
            self._badge.setToolTip(self.tr("These are not the market's present prices."))
            self.addSeparator()
            self.addWidget(self._badge)
        self.addWidget(spacer)
        self._add_search()
        self.addSeparator()
        self._add_button("view.theme.toggle", "")
        self._fill(self._alerts, "alert.show", "")
        self._alerts.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        # An action that changes writes its own text and icon into its buttons again.
        self._commands.action("alert.show").changed.connect(self._show_alerts)
        self.addWidget(self._alerts)

    def _add_button(self, command_id: str, text: str) -> None:
        button = QToolButton()
        self._fill(button, command_id, text)
        self.addWidget(button)

    def _fill(self, button: QToolButton, command_id: str, text: str) -> None:
        """A button of the command's action, with a shorter text than its menu entry."""
        action = self._commands.action(command_id)
        button.setDefaultAction(action)
        button.setObjectName(f"tool.{command_id}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text())
        if text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(text)
        # An action that changes writes its own text into its buttons again.
        action.changed.connect(lambda: button.setText(text) if text else None)

    def _add_search(self) -> None:
        action = self._commands.action("palette.open")
        keys = key_text(self._commands.command("palette.open").shortcut)
        self._search.setObjectName("searchButton")
        self._search.setText(self.tr("Symbol, command  {0}").format(keys))
        self._search.setToolTip(action.toolTip())
        self._search.setAccessibleName(action.text())
        self._search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._search.clicked.connect(action.trigger)
        self.addWidget(self._search)
