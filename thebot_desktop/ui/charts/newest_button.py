"""The round button that leads back to the newest candle."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from thebot_desktop.ui.theme import Theme, blend

SIZE = 30


class NewestButton(QAbstractButton):
    """Appears when the newest candle is out of view."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedSize(SIZE, SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(self.tr("Scroll to the newest bar (End)"))
        self.setAccessibleName(self.tr("Scroll to the newest bar"))
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        hovered = self.underMouse()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = blend(theme.text, theme.raised, 0.10) if hovered else theme.raised
        painter.setBrush(QColor(ground))
        painter.setPen(QPen(QColor(blend(theme.text, theme.border, 0.12)), 1.0))
        painter.drawEllipse(QRectF(0.5, 0.5, SIZE - 1, SIZE - 1))
        pen = QPen(QColor(theme.text if hovered else theme.secondary), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        middle = SIZE / 2
        for left in (middle - 4.5, middle + 0.5):
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(left, middle - 4),
                        QPointF(left + 4, middle),
                        QPointF(left, middle + 4),
                    ]
                )
            )
        painter.end()
