"""The left end of the candles: older ones on their way, out of reach, or none."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QPainter

from thebot_desktop.app.older_candles import Older
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pixels import fill_rects, vertical_dashes

AIR = 8


def paint_edge(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A word left of the oldest candle, while that is in view."""
    text = _text(state.older)
    edge = frame.bars.x(-0.5)
    if not text or frame.first > 0 or edge < 0:
        return
    if state.older is Older.NOTHING:
        thick = max(1, int(frame.unit))
        line = vertical_dashes(edge, 0, frame.plot_height, style.px(2), style.px(4), thick)
        fill_rects(painter, line, style.level)
    label = style.label(text, style.theme.muted, Type.SMALL)
    x = min(edge - label.width() - style.px(AIR), frame.plot_width - label.width())
    box = frame.panes[0].box
    y = box.top + box.height // 2
    if x < style.px(AIR):
        x, y = style.px(AIR), box.bottom - label.height() - style.px(AIR)
        veil = QColor(style.panel)
        veil.setAlphaF(0.8)
        painter.fillRect(x - style.px(3), y, label.width() + style.px(6), label.height(), veil)
    painter.drawPixmap(x, y, label)


def _text(older: Older) -> str:
    texts = {
        Older.LOADING: QCoreApplication.translate("Chart", "Loading older candles…"),
        Older.FAILED: QCoreApplication.translate("Chart", "Older candles cannot be fetched now."),
        Older.NOTHING: QCoreApplication.translate("Chart", "Nothing older"),
    }
    return texts.get(older, "")
