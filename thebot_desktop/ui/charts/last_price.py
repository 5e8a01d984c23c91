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
from thebot_desktop.ui.charts.price_axis import TAG_HEIGHT, AxisTag, tag_pieces, tag_rect
from thebot_desktop.ui.charts.tags_beside import quote_lines, tags_beside
from thebot_desktop.ui.formatting import countdown_text

TALL_TAG = 32


def last_price_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """The line, its tag, and the tags beside it; nothing of the price while it is out of range."""
    pane, price = frame.panes[0], newest_price(state)
    yield from quote_lines(state, frame, style)
    if not pane.scale.shows(price):
        yield from tag_pieces(tags_beside(state, frame, style, []), frame, pane, style)
        return
    colour = _colour(state, style)
    y = pane.scale.y(price)
    yield _line(y, colour, frame, style)
    lines = [pane.tag_text(price)]
    if state.left_ms is not None and not state.stale:
        lines.append(countdown_text(state.left_ms))
    tag = tag_rect(frame, pane, y, style, TALL_TAG if len(lines) > 1 else TAG_HEIGHT)
    last = AxisTag("last price tag", tag, lines, colour)
    yield from tag_pieces([*tags_beside(state, frame, style, [tag]), last], frame, pane, style)


def newest_price(state: ChartState) -> float:
    """Of the symbol itself, whatever its candles are made of."""
    return state.store.live.close if state.last_price is None else state.last_price


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
