"""The series itself, in the kind a person chose: candles, hollow ones, bars, a line, an area."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter

from thebot_desktop.domain.market import FloatArray
from thebot_desktop.market.pyramid import CLOSE, HIGH, LOW, OPEN, Blocks
from thebot_desktop.ui.charts.candle_painter import (
    Shapes,
    candle_shapes,
    column_shapes,
    columns,
    half_width,
    paint_candles,
)
from thebot_desktop.ui.charts.chart_look import ChartKind
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.line_painter import closed_points, live_points_of
from thebot_desktop.ui.charts.pixels import RectArray, draw_line, polygon_of, rect_array

LINE_COLOUR = 0
AREA_SHARE = 0.26
"""How strong the colour of an area is right below its line."""


def series_shapes(state: ChartState, blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """The rectangles of some candles; lines have none."""
    kind = state.look.kind
    if kind.is_line:
        return Shapes(rect_array(0), np.empty(0, bool))
    if half_width(frame.bars.spacing) == 0:
        return column_shapes(blocks, frame, pane)
    if kind is ChartKind.HOLLOW:
        return _hollow_shapes(state, blocks, frame, pane)
    if kind is ChartKind.BARS:
        return _bar_shapes(blocks, frame, pane)
    return candle_shapes(blocks, frame, pane)


def paint_series(
    painter: QPainter,
    state: ChartState,
    blocks: Blocks,
    frame: Frame,
    pane: PaneFrame,
    style: ChartStyle,
) -> None:
    """All closed candles in view."""
    if state.look.kind.is_line:
        xs, ys = closed_points(state.store.closes, frame, pane)
        paint_line(painter, state, (xs, ys), frame, pane, style)
    else:
        paint_candles(painter, series_shapes(state, blocks, frame, pane), style)


def live_series_points(
    state: ChartState, frame: Frame, pane: PaneFrame
) -> tuple[FloatArray, FloatArray]:
    """The last piece of the line through all closes."""
    return live_points_of(state.store.closes, frame, pane)


def paint_line(
    painter: QPainter,
    state: ChartState,
    points: tuple[FloatArray, FloatArray],
    frame: Frame,
    pane: PaneFrame,
    style: ChartStyle,
) -> None:
    """A piece of the line through closes, with the area below it if one is wanted."""
    xs, ys = points
    colour = style.lines[LINE_COLOUR]
    if state.look.kind is ChartKind.AREA:
        _fill_below(painter, xs, ys, pane, colour)
    draw_line(painter, xs, ys, colour, frame.unit)


def _fill_below(
    painter: QPainter, xs: FloatArray, ys: FloatArray, pane: PaneFrame, colour: QColor
) -> None:
    present = ~np.isnan(ys)
    if present.sum() < 2:
        return
    xs, ys = xs[present], ys[present]
    bottom = float(pane.box.bottom)
    corners = np.array([xs[-1], xs[0]]), np.array([bottom, bottom])
    shape = polygon_of(np.concatenate((xs, corners[0])), np.concatenate((ys, corners[1])))
    gradient = QLinearGradient(QPointF(0.0, float(pane.box.top)), QPointF(0.0, bottom))
    strong, faint = QColor(colour), QColor(colour)
    strong.setAlphaF(AREA_SHARE)
    faint.setAlphaF(0.02)
    gradient.setColorAt(0.0, strong)
    gradient.setColorAt(1.0, faint)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QBrush(gradient))
    painter.drawPolygon(shape)


def _hollow_shapes(state: ChartState, blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """Hollow where the close is above the open; coloured by the close before."""
    rows = blocks.rows
    closes = rows[CLOSE]
    rising = closes >= np.concatenate(([_close_before(state, blocks, frame)], closes[:-1]))
    is_hollow = closes > rows[OPEN]
    ys = np.floor(pane.scale.ys(rows[: CLOSE + 1]) + 0.5).astype(np.int32)
    left, right = (edge.astype(np.int32) for edge in columns(blocks, frame))
    filled = ~is_hollow
    outlined = _outlines(ys[:, is_hollow], left[is_hollow], right[is_hollow], frame)
    solid = _solid(ys[:, filled], left[filled], right[filled])
    flags = np.concatenate((np.tile(rising[is_hollow], 6), np.tile(rising[filled], 2)))
    return Shapes(np.concatenate((outlined, solid)), flags)


def _close_before(state: ChartState, blocks: Blocks, frame: Frame) -> float:
    before = state.store.candle(blocks.first * frame.block - 1)
    return before.close if before is not None else float(blocks.rows[OPEN][0])


def _solid(ys: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32]) -> RectArray:
    """Wicks and bodies."""
    count = len(left)
    rects = rect_array(2 * count)
    wicks, bodies = rects[:count], rects[count:]
    wicks[:, 0] = wicks[:, 2] = (left + right) // 2
    _span(wicks, ys[HIGH], ys[LOW])
    bodies[:, 0], bodies[:, 2] = left, right
    _span(bodies, ys[OPEN], ys[CLOSE])
    return rects


def _outlines(
    ys: NDArray[np.int32], left: NDArray[np.int32], right: NDArray[np.int32], frame: Frame
) -> RectArray:
    """Two pieces of wick and four sides of a body, in six batches."""
    count, thick = len(left), max(1, int(frame.unit))
    top, bottom = np.minimum(ys[OPEN], ys[CLOSE]), np.maximum(ys[OPEN], ys[CLOSE])
    high, low = np.minimum(ys[HIGH], ys[LOW]), np.maximum(ys[HIGH], ys[LOW])
    middle = (left + right) // 2
    sides = (
        (middle, high, middle, top),
        (middle, bottom, middle, low),
        (left, top, right, top + thick - 1),
        (left, bottom - thick + 1, right, bottom),
        (left, top, left + thick - 1, bottom),
        (right - thick + 1, top, right, bottom),
    )
    rects = rect_array(6 * count)
    for number, side in enumerate(sides):
        part = rects[number * count : (number + 1) * count]
        for column, edge in enumerate(side):
            part[:, column] = edge
    return rects


def _bar_shapes(blocks: Blocks, frame: Frame, pane: PaneFrame) -> Shapes:
    """A stem from high to low, a tick at the left for the open, at the right for the close."""
    rows, thick = blocks.rows, max(1, int(frame.unit))
    ys = np.floor(pane.scale.ys(rows[: CLOSE + 1]) + 0.5).astype(np.int32)
    left, right = columns(blocks, frame)
    middle = (left + right) // 2
    count = rows.shape[1]
    rects = rect_array(3 * count)
    stems, opens, closes = rects[:count], rects[count : 2 * count], rects[2 * count :]
    stems[:, 0], stems[:, 2] = middle, middle + thick - 1
    _span(stems, ys[HIGH], ys[LOW])
    for ticks, row, edges in ((opens, OPEN, (left, middle)), (closes, CLOSE, (middle, right))):
        ticks[:, 0], ticks[:, 2] = edges
        ticks[:, 1], ticks[:, 3] = ys[row], ys[row] + thick - 1
    return Shapes(rects, np.tile(rows[CLOSE] >= rows[OPEN], 3))


def _span(rects: RectArray, some: NDArray[np.int32], others: NDArray[np.int32]) -> None:
    """From the upper to the lower of two rows."""
    np.minimum(some, others, out=rects[:, 1])
    np.maximum(some, others, out=rects[:, 3])
