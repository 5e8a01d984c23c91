"""Signs for a chart without candles: there are none, or something has failed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from thebot_desktop.ui.theme import Theme, blend

SIGN_PX = 56
_CANDLES = ((10.0, 24, 44, 18, 50), (28.0, 14, 34, 8, 40), (46.0, 26, 38, 20, 46))
"""Middle, top and bottom of the body, top and bottom of the wick."""


def state_sign(theme: Theme, scale: float, *, failed: bool) -> QPixmap:
    """Sharp on a screen of this scale."""
    pixmap = QPixmap(round(SIGN_PX * scale), round(SIGN_PX * scale))
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if failed:
        _paint_failed(painter, theme)
    else:
        _paint_empty(painter, theme)
    painter.end()
    return pixmap


def _paint_empty(painter: QPainter, theme: Theme) -> None:
    """Outlines of candles that are not there."""
    pen = QPen(QColor(blend(theme.muted, theme.panel, 0.7)), 1.6)
    dashed = QPen(pen)
    dashed.setDashPattern([2.4, 2.0])
    for middle, top, bottom, high, low in _CANDLES:
        painter.setPen(pen)
        painter.drawLine(QPointF(middle, high), QPointF(middle, top))
        painter.drawLine(QPointF(middle, bottom), QPointF(middle, low))
        painter.setPen(dashed)
        painter.drawRoundedRect(QRectF(middle - 5, top, 10, bottom - top), 1.5, 1.5)


def _paint_failed(painter: QPainter, theme: Theme) -> None:
    """A warning that is seen and does not shout."""
    ground = QColor(theme.tint(theme.warning))
    pen = QPen(QColor(theme.warning), 2.0)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(ground)
    painter.drawPolygon(QPolygonF([QPointF(28, 9), QPointF(50, 46), QPointF(6, 46)]))
    painter.drawLine(QPointF(28, 22), QPointF(28, 33))
    painter.setBrush(QColor(theme.warning))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(28, 39.5), 1.7, 1.7)
