"""The ground between two lines: behind the candles, only as far as it is visible."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QPainter, QPolygonF

from thebot_desktop.domain.market import FloatArray
from thebot_desktop.market.pyramid import BOTTOM, TOP, Blocks
from thebot_desktop.ui.charts.candle_painter import columns
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import LEAST_GAPS, Frame, PaneFrame
from thebot_desktop.ui.charts.line_painter import closed_points, live_points_of
from thebot_desktop.ui.charts.pane_specs import FillSpec
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import fill_rects, polygon_of, present_runs, rect_array
from thebot_desktop.ui.charts.series_store import ValueLine

Edges: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]
"""Columns of pixels, and the rows of the first and the second edge there."""


def paint_fills(
    painter: QPainter, state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """All grounds of a pane between the values of closed candles."""
    for spec in pane.spec.fills:
        lines = _lines(state, spec)
        if lines is None:
            continue
        if frame.bars.spacing < LEAST_GAPS:
            _paint_columns(painter, lines, spec, frame, pane, style)
        else:
            xs, first = closed_points(lines[0], frame, pane)
            _, second = closed_points(lines[1], frame, pane)
            _paint(painter, (xs, first, second), spec, pane, style)


def live_fills(
    state: ChartState, frame: Frame, pane: PaneFrame, clip: QRect, style: ChartStyle
) -> Iterator[Piece]:
    """The last piece of each ground, which moves with the newest candle."""
    for spec in pane.spec.fills:
        lines = _lines(state, spec)
        if lines is None:
            continue
        xs, first = live_points_of(lines[0], frame, pane)
        _, second = live_points_of(lines[1], frame, pane)
        if not np.isnan(first + second).any():
            yield _live_piece((xs, first, second), spec, pane, clip, style)


def _live_piece(
    edges: Edges, spec: FillSpec, pane: PaneFrame, clip: QRect, style: ChartStyle
) -> Piece:
    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        _paint(painter, edges, spec, pane, style)
        painter.setClipping(False)

    xs, rows = edges[0], np.concatenate(edges[1:])
    left, top = int(xs[0]), int(rows.min()) - 1
    rect = QRect(left, top, int(xs[-1]) - left + 1, int(rows.max()) - top + 2)
    content = (*xs.tolist(), *rows.tolist(), spec)
    return Piece(("fill", spec.first, spec.second), content, rect & clip, paint)


def _lines(state: ChartState, spec: FillSpec) -> tuple[ValueLine, ValueLine] | None:
    first, second = (state.store.lines.get(key) for key in (spec.first, spec.second))
    return None if first is None or second is None else (first, second)


def _brushes(spec: FillSpec, style: ChartStyle) -> tuple[QBrush, QBrush]:
    """Where the first edge is above, and where the second one is."""
    if spec.by_side:
        return style.fill_sides(spec.rising, spec.falling, spec.opacity)
    ground = style.fill(spec.colour, spec.opacity)
    return ground, ground


def _paint(
    painter: QPainter, edges: Edges, spec: FillSpec, pane: PaneFrame, style: ChartStyle
) -> None:
    """As polygons, one for each side; edges are not smoothed, the lines over them are."""
    upper, lower = _brushes(spec, style)
    if pane.scale.inverted:
        upper, lower = lower, upper
    painter.setPen(Qt.PenStyle.NoPen)
    for part in present_runs(edges[1] + edges[2]):
        xs, first, second = (each[part] for each in edges)
        if not spec.by_side:
            painter.setBrush(upper)
            painter.drawPolygon(_between(xs, first, second))
            continue
        xs, first, second = with_crossings(xs, first, second)
        painter.setBrush(upper)
        painter.drawPolygon(_between(xs, np.minimum(first, second), second))
        painter.setBrush(lower)
        painter.drawPolygon(_between(xs, np.maximum(first, second), second))


def _between(xs: FloatArray, first: FloatArray, second: FloatArray) -> QPolygonF:
    there_and_back = np.concatenate((xs, xs[::-1]))
    return polygon_of(there_and_back, np.concatenate((first, second[::-1])))


def with_crossings(xs: FloatArray, first: FloatArray, second: FloatArray) -> Edges:
    """The same edges with a point of both where one crosses the other between two places."""
    apart = first - second
    at = np.flatnonzero(apart[:-1] * apart[1:] < 0)
    share = apart[at] / (apart[at] - apart[at + 1])
    across = xs[at] + share * (xs[at + 1] - xs[at])
    rows = first[at] + share * (first[at + 1] - first[at])
    return (
        np.insert(xs, at + 1, across),
        np.insert(first, at + 1, rows),
        np.insert(second, at + 1, rows),
    )


def _paint_columns(
    painter: QPainter,
    lines: tuple[ValueLine, ValueLine],
    spec: FillSpec,
    frame: Frame,
    pane: PaneFrame,
    style: ChartStyle,
) -> None:
    """As one column of pixels each where candles are no wider than that."""
    first, second = (line.closed.blocks(frame.first, frame.last, frame.block) for line in lines)
    top = np.maximum(first.rows[TOP], second.rows[TOP])
    bottom = np.minimum(first.rows[BOTTOM], second.rows[BOTTOM])
    ys = np.sort(pane.scale.ys(np.stack((top, bottom))), axis=0)
    rects = rect_array(len(top))
    rects[:, 0], rects[:, 2] = columns(Blocks(first.first, first.rows), frame)
    known = ~np.isnan(top + bottom)
    rects[:, 1], rects[:, 3] = np.floor(np.nan_to_num(ys) + 0.5)
    above = first.rows.sum(axis=0) >= second.rows.sum(axis=0)
    upper, lower = _brushes(spec, style)
    fill_rects(painter, rects[known & above], upper)
    fill_rects(painter, rects[known & ~above], lower)
