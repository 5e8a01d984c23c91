"""ZoneButton: makes the zone that is printed in a chart's corner something to click."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from thebot_desktop.app.time_zones import LOCAL
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.frame import Frame, zone_text
from thebot_desktop.ui.charts.zone_menu import zone_title
from thebot_desktop.ui.theme import BASE_FONT_PX, Theme, blend, scaled

FONT_PX = 11
AIR = 3
"""Between the edges of the corner and the ground that shows under the pointer."""


class ZoneButton(QAbstractButton):
    """Paints nothing until the pointer is over it: the chart prints the zone itself."""

    entered = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font_px = BASE_FONT_PX
        self._told: tuple[dt.tzinfo | None, bool] | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.hide()

    def set_font_px(self, font_px: int) -> None:
        """As large as the labels of the axis."""
        self._font_px = font_px
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def follow(self, frame: Frame, state: ChartState) -> None:
        """Stand where the zone is printed, and say which it is."""
        left, top = round(frame.plot_width / frame.unit), round(frame.plot_height / frame.unit)
        right, bottom = round(frame.width / frame.unit), round(frame.height / frame.unit)
        self.setGeometry(QRect(left + 1, top + 1, right - left - 1, bottom - top - 1))
        self.setText(zone_text(state))
        self.setVisible(not (state.empty or state.covered))
        if self._told != (state.zone, state.daily):
            self._told = state.zone, state.daily
            self._tell(state)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.entered.emit()
        super().enterEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.underMouse():
            return
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.panel))
        share = 0.18 if self.isDown() else 0.10
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(blend(theme.text, theme.panel, share)))
        painter.drawRoundedRect(self.rect().adjusted(AIR, AIR, -AIR, -AIR), 4, 4)
        font = self.font()
        font.setPixelSize(scaled(FONT_PX, self._font_px))
        painter.setFont(font)
        painter.setPen(QColor(theme.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _tell(self, state: ChartState) -> None:
        title = zone_title(LOCAL if state.zone is None else str(state.zone))
        chosen = self.tr("Time zone: {0}. Click to choose another.").format(title)
        daily = self.tr("Bars of a day and longer are dated in UTC.")
        self.setToolTip(f"{chosen}\n{daily}" if state.daily else chosen)
        self.setAccessibleName(self.tr("Time zone: {0}").format(title))
