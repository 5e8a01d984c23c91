"""Painting a chart as shapes and words instead of pixels, for SVG files and printers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QPainter, QPixmap

from thebot_desktop.ui.charts.chart_style import ChartStyle


class Sketch(QPixmap):
    """Stands where a painted picture would, and remembers how to paint it."""

    def __init__(
        self, width: int, height: int, paint: Callable[[QPainter], None], ground: str | None
    ) -> None:
        super().__init__(width, height)
        self._paint = paint
        self._ground = ground

    def paint_at(self, painter: QPainter, at: QPoint) -> None:
        painter.save()
        painter.translate(at)
        if self._ground is not None:
            painter.fillRect(0, 0, self.width(), self.height(), QColor(self._ground))
        self._paint(painter)
        painter.restore()


class VectorStyle(ChartStyle):
    """Labels and legends stay words."""

    def picture(
        self, width: int, height: int, paint: Callable[[QPainter], None], ground: str | None = None
    ) -> QPixmap:
        return Sketch(width, height, paint, ground)


class VectorPainter(QPainter):
    """Paints sketches anew where others would copy their pixels."""

    def drawPixmap(self, *given: Any) -> None:  # noqa: N802, ANN401 - as Qt has it
        pixmap = given[-1]
        if not isinstance(pixmap, Sketch):
            super().drawPixmap(*given)
        elif len(given) == 2:
            pixmap.paint_at(self, given[0])
        else:
            pixmap.paint_at(self, QPoint(given[0], given[1]))
