"""Alert lines: armed prices across the price pane, and the one that a person has hold of."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPixmap

from thebot_desktop.ui.charts.chart_state import AlertLine, ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import bounds, fill_rects, horizontal_dashes, rect_array
from thebot_desktop.ui.charts.price_axis import AxisTag, tag_pieces, tag_rect
from thebot_desktop.ui.formatting import percent_text

LEGEND_ROOM = 68
LEGEND_WIDTH = 540
"""The legend may reach so far down, and its upper rows so far to the right."""
GRIP_WIDTH, GRIP_HEIGHT = 22, 8
GRIP_LINES = 3
SENTENCE_LEFT = 9


def paint_alert_lines(
    painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle
) -> None:
    """Each armed price as a dashed line with its sentence at the left."""
    pane = frame.panes[0]
    for line in _resting(state):
        if not pane.scale.shows(line.price):
            continue
        y = pane.scale.y(line.price)
        dashes = horizontal_dashes(
            0, frame.plot_width, y, style.px(5), style.px(4), max(1, int(frame.unit))
        )
        fill_rects(painter, dashes, style.warning)
        label = style.label(line.text, style.theme.warning, Type.SMALL)
        corner = _sentence_corner(label, y, frame, style)
        if corner is not None:
            _paint_sentence(painter, label, *corner, style)


def paint_alert_tags(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """The prices on the axis."""
    for line in _resting(state):
        if frame.panes[0].scale.shows(line.price):
            for piece in _tag_pieces(line.price, frame, style):
                piece.paint(painter)


def alert_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """The line in hand with its price of now, or the grip of the one under the pointer."""
    held, hovered = state.held_alert, state.hovered_alert
    line = held or hovered
    if line is None or not frame.panes[0].scale.shows(line.price):
        return
    y = frame.panes[0].scale.y(line.price)
    yield _line_piece(y, frame, style)
    yield _grip_piece(y, frame, style)
    if held is not None:
        yield from _distance_piece(state, held, y, frame, style)
        yield from _tag_pieces(held.price, frame, style)


def _resting(state: ChartState) -> list[AlertLine]:
    """All but the one in hand, which the live layer paints."""
    held = state.held_alert
    return [line for line in state.alert_lines if held is None or line.id != held.id]


def _line_piece(y: int, frame: Frame, style: ChartStyle) -> Piece:
    rects = rect_array(1)
    rects[:] = [0, y, frame.plot_width - 1, y + max(1, int(frame.unit)) - 1]

    def paint(painter: QPainter) -> None:
        fill_rects(painter, rects, style.warning)

    return Piece("alert line", y, bounds(rects), paint)


def _grip_piece(y: int, frame: Frame, style: ChartStyle) -> Piece:
    """A small bar with notches, as something that can be taken hold of looks."""
    width, height = style.px(GRIP_WIDTH), style.px(GRIP_HEIGHT)
    rect = QRect(frame.plot_width - width - style.px(8), y - height // 2, width, height)
    notches = rect_array(GRIP_LINES)
    step, thick = width // (GRIP_LINES + 1), max(1, int(frame.unit))
    for number in range(GRIP_LINES):
        x = rect.left() + step * (number + 1)
        notches[number] = [x, rect.top() + thick, x + thick - 1, rect.bottom() - thick]

    def paint(painter: QPainter) -> None:
        painter.fillRect(rect, style.warning)
        fill_rects(painter, notches, style.panel_brush)

    return Piece("alert grip", (rect.left(), y), rect, paint)


def _distance_piece(
    state: ChartState, held: AlertLine, y: int, frame: Frame, style: ChartStyle
) -> Iterator[Piece]:
    """How far from the price of now it would be."""
    now = state.store.live.close if state.last_price is None else state.last_price
    if not (math.isfinite(now) and now > 0):
        return
    text = percent_text((held.price / now - 1) * 100)
    label = style.label(text, style.theme.warning, Type.SMALL_STRONG)
    corner = _sentence_corner(label, y, frame, style)
    if corner is None:
        return
    left, top = corner

    def paint(painter: QPainter) -> None:
        _paint_sentence(painter, label, left, top, style)

    air = style.px(3)
    rect = QRect(left - air, top, label.width() + 2 * air, label.height())
    yield Piece("alert distance", (text, left, top), rect, paint)


def covered_tags(
    state: ChartState, frame: Frame, style: ChartStyle, taken: Sequence[QRect]
) -> Iterator[AxisTag]:
    """Tags of armed prices that something else on the axis hides."""
    for line in _resting(state) if taken else ():
        if frame.panes[0].scale.shows(line.price):
            tag = _tag(("covered alert", line.id), line.price, frame, style)
            if any(tag.rect.intersects(rect) for rect in taken):
                yield tag


def _tag(name: Hashable, price: float, frame: Frame, style: ChartStyle) -> AxisTag:
    pane = frame.panes[0]
    rect = tag_rect(frame, pane, pane.scale.y(price), style)
    return AxisTag(name, rect, [pane.text(price)], style.theme.warning)


def _tag_pieces(price: float, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    return tag_pieces([_tag("alert tag", price, frame, style)], frame, frame.panes[0], style)


def _sentence_corner(
    label: QPixmap, y: int, frame: Frame, style: ChartStyle
) -> tuple[int, int] | None:
    """Above the line at the left; where the legend is in the way, at the right or below it."""
    box = frame.panes[0].box
    legend = box.top + style.text_px(LEGEND_ROOM)
    top, left = y - label.height() - style.px(1), style.px(SENTENCE_LEFT)
    if top >= legend:
        return left, top
    at_right = frame.plot_width - label.width() - style.px(SENTENCE_LEFT)
    if top >= box.top and at_right >= style.text_px(LEGEND_WIDTH):
        return at_right, top
    return (left, y + style.px(2)) if y >= legend else None


def _paint_sentence(
    painter: QPainter, label: QPixmap, left: int, top: int, style: ChartStyle
) -> None:
    veil = QColor(style.panel)
    veil.setAlphaF(0.7)
    air = style.px(3)
    painter.fillRect(left - air, top, label.width() + 2 * air, label.height(), veil)
    painter.drawPixmap(left, top, label)
