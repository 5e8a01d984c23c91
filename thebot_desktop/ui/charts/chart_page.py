"""ChartPage: a chart with the bar of drawing tools beside it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.drawings.tool_strip import ToolStrip


class ChartPage(QWidget):
    def __init__(self, view: ChartView) -> None:
        super().__init__()
        self.setFocusPolicy(view.focusPolicy())
        self.setFocusProxy(view)
        self.tools = ToolStrip(view)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.tools)
        row.addWidget(view, 1)
        view.look_changed.connect(lambda _look: self.tools.take_place(self.size()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.tools.take_place(event.size())
        super().resizeEvent(event)
