"""Words beside shapes: each where there is room, none over another."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame, PaneFrame

MOST_WORDS = 60
AIR = 4


class Words:
    """Who asks first gets the place."""

    def __init__(self, painter: QPainter, frame: Frame, pane: PaneFrame, style: ChartStyle) -> None:
        self.frame = frame
        self.pane = pane
        self.style = style
        self._painter = painter
        self._taken: list[QRect] = []

    def size(self, text: str) -> tuple[int, int]:
        """Width and height of a text with the air beside it."""
        width, height = self.style.label_size(text, Type.SMALL)
        return width + 2 * self.style.px(AIR), height

    def write(self, text: str, colour: str, right: int, top: int) -> bool:
        """Text that ends at ``right``; whether there was room for it."""
        width, height = self.size(text)
        rect = QRect(right - width, top, width, height)
        box = self.pane.box
        inside = rect.left() >= 0 and rect.top() >= box.top and rect.bottom() < box.bottom
        full = len(self._taken) >= MOST_WORDS
        if full or not inside or any(rect.intersects(each) for each in self._taken):
            return False
        self._taken.append(rect)
        ground = self.style.theme.qcolor(self.style.theme.panel, 0.55)
        self._painter.fillRect(rect, ground)
        self._painter.drawPixmap(
            rect.left() + self.style.px(AIR), top, self.style.label(text, colour)
        )
        return True
