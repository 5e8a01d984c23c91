"""The crosshair: dashed lines through all panes, with tags for price and time."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import AXIS_PADDING, Frame, PaneFrame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import (
    RectArray,
    bounds,
    fill_rects,
    horizontal_dashes,
    vertical_dashes,
)
from thebot_desktop.ui.charts.pointed import pointed
from thebot_desktop.ui.charts.price_axis import covered_labels, tag_rect
from thebot_desktop.ui.charts.time_axis import covered_times, crosshair_text, time_tag_rect
from thebot_desktop.ui.theme import blend

DASH, GAP = 4, 4


def crosshair_index(state: ChartState, frame: Frame) -> int | None:
    """The candle under the crosshair; None where there is none."""
    at = pointed(state, frame)
    return at.position if at is not None and 0 <= at.position <= frame.newest else None


def crosshair_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """Lines and tags at the pointer; the vertical line stands in the middle of a candle."""
    at = pointed(state, frame)
    if at is None or state.empty:
        return
    thick = max(1, int(frame.unit))
    dash, gap = style.px(DASH), style.px(GAP)
    position, y = at
    x = frame.bars.x(position)
    if 0 <= x < frame.plot_width:
        column = vertical_dashes(x, 0, frame.plot_height, dash, gap, thick)
        yield _dashes("crosshair column", x, column, style)
        yield _time_tag(state, frame, position, x, style)
    pane = frame.pane_at(y) if y is not None else None
    if y is not None and pane is not None:
        row = horizontal_dashes(0, frame.plot_width, y, dash, gap, thick)
        yield _dashes("crosshair row", y, row, style)
        yield _value_tag(frame, pane, y, style)


def _dashes(name: str, at: int, rects: RectArray, style: ChartStyle) -> Piece:
    def paint(painter: QPainter) -> None:
        fill_rects(painter, rects, style.crosshair)

    return Piece(name, at, bounds(rects), paint)


def _value_tag(frame: Frame, pane: PaneFrame, y: int, style: ChartStyle) -> Piece:
    text = pane.tag_text(pane.scale.value(y))
    rect = tag_rect(frame, pane, y, style)
    covered = covered_labels(frame, pane, rect, style)
    return _tag("crosshair value", rect, text, covered, style)


def _time_tag(state: ChartState, frame: Frame, position: int, x: int, style: ChartStyle) -> Piece:
    text = crosshair_text(state, position)
    rect = time_tag_rect(frame, x, text, style)
    covered = covered_times(frame, rect, style)
    return _tag("crosshair time", rect, text, covered, style)


def _tag(name: str, rect: QRect, text: str, covered: list[QRect], style: ChartStyle) -> Piece:
    """A grey tag, and nothing left of the labels below it."""

    def paint(painter: QPainter) -> None:
        for label in covered:
            painter.fillRect(label, style.panel_brush)
        _paint_grey_tag(painter, rect, text, style)

    whole = QRect(rect)
    for label in covered:
        whole = whole.united(label)
    return Piece(name, (text, rect.left(), rect.top()), whole, paint)


def _paint_grey_tag(painter: QPainter, rect: QRect, text: str, style: ChartStyle) -> None:
    theme = style.theme
    fill = blend(theme.text, theme.panel, 0.24) if theme.is_dark else theme.secondary
    painter.fillRect(rect, QColor(fill))
    painter.setPen(QColor(theme.on(fill)))
    painter.setFont(style.font(Type.SMALL))
    middle = rect.top() + rect.height() / 2
    left = rect.left() + style.px(AXIS_PADDING) - (1 if rect.left() else 0)
    painter.drawText(left, round(style.baseline(middle, Type.SMALL)), text)
