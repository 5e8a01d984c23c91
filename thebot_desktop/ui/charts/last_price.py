"""The last price: a dotted line across the pane and a filled tag with the countdown."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QColor, QPainter

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import fill_rects, horizontal_dashes
from thebot_desktop.ui.charts.price_axis import TAG_HEIGHT, covered_labels, paint_tag, tag_rect
from thebot_desktop.ui.formatting import countdown_text

TALL_TAG = 32


def last_price_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """Both pieces while the price is in range, else nothing."""
    pane = frame.panes[0]
    price = state.store.live.close if state.last_price is None else state.last_price
    if not pane.scale.shows(price):
        return
    colour = _colour(state, style)
    y = pane.scale.y(price)
    yield _line(y, colour, frame, style)
    lines = [pane.tag_text(price)]
    if state.left_ms is not None and not state.stale:
        lines.append(countdown_text(state.left_ms))
    height = style.px(TALL_TAG if len(lines) > 1 else TAG_HEIGHT)
    tag = tag_rect(frame, pane, y, height)
    yield _tag(tag, lines, colour, covered_labels(frame, pane, tag, style), style)


def _colour(state: ChartState, style: ChartStyle) -> str:
    """The candle's own; muted when the price is too old to be called the last one."""
    if state.stale:
        return style.theme.muted
    live = state.store.live
    theme = style.theme
    return theme.price_up if live.close >= live.open else theme.price_down


def _line(y: int, colour: str, frame: Frame, style: ChartStyle) -> Piece:
    thick = max(1, int(frame.unit))
    dots = horizontal_dashes(0, frame.plot_width, y, style.px(1), style.px(3), thick)
    brush = QBrush(QColor(colour))

    def paint(painter: QPainter) -> None:
        fill_rects(painter, dots, brush)

    return Piece("last price line", (y, colour), QRect(0, y, frame.plot_width, thick), paint)


def _tag(
    tag: QRect, lines: list[str], colour: str, covered: list[QRect], style: ChartStyle
) -> Piece:
    def paint(painter: QPainter) -> None:
        for rect in covered:
            painter.fillRect(rect, style.panel_brush)
        paint_tag(painter, tag, lines, colour, style)

    whole = QRect(tag)
    for rect in covered:
        whole = whole.united(rect)
    return Piece("last price tag", (tag.top(), *lines, colour), whole, paint)
