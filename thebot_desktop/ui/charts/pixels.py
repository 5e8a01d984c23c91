"""Fast ways onto a QPainter: whole device pixels, rectangles in batches, lines from arrays."""

from __future__ import annotations

import ctypes
import math
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF, QRegion, QTransform
from shiboken6 import Shiboken

from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.market import FloatArray

RectArray: TypeAlias = NDArray[np.int32]
"""One row per rectangle: left, top, right, bottom, all inclusive, as QRect keeps them."""

THICK_POINTS = 500
"""Lines of up to this many points are drawn with a pen of any kind; beyond it costs too much."""
THICKNESS = 1.35
DASHES = ([4.0, 3.0], [5.0, 4.0], [3.2, 2.4], [2.6, 2.0], [2.2, 1.8])
"""Drawn and left out by the width of a line, in widths: thick ones have longer dashes."""
DOTS = [0.01, 2.2]
"""Round ones: a dash of hardly any length with round ends."""


def to_device_pixels(painter: QPainter) -> None:
    """Make one unit one device pixel and start on a whole one, at every scale of the screen."""
    painter.resetTransform()
    device = painter.deviceTransform()
    fix_x = (round(device.dx()) - device.dx()) / device.m11()
    fix_y = (round(device.dy()) - device.dy()) / device.m22()
    painter.setTransform(
        QTransform(1 / device.m11(), 0, 0, 1 / device.m22(), fix_x, fix_y), combine=False
    )


def rect_array(count: int) -> RectArray:
    return np.empty((count, 4), np.int32)


def fill_rects(painter: QPainter, rects: RectArray, brush: QBrush) -> None:
    """The one raster path that is a plain fill of memory."""
    if not len(rects):
        return
    rects = np.ascontiguousarray(rects, np.int32)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    first = cast(QRect, Shiboken.wrapInstance(rects.ctypes.data, QRect))
    painter.drawRects(first, len(rects))


def fill_by_sign(
    painter: QPainter, rects: RectArray, rising: NDArray[np.bool_], up: QBrush, down: QBrush
) -> None:
    """Rising ones in one colour, falling ones in the other: two batches."""
    fill_rects(painter, rects[rising], up)
    fill_rects(painter, rects[~rising], down)


def horizontal_dashes(left: int, right: int, y: int, on: int, off: int, thick: int) -> RectArray:
    """A dashed line as rectangles, from ``left`` to ``right`` (exclusive)."""
    starts = np.arange(left, max(left, right), on + off)
    rects = rect_array(len(starts))
    rects[:, 0] = starts
    rects[:, 2] = np.minimum(starts + on, right) - 1
    rects[:, 1] = y
    rects[:, 3] = y + thick - 1
    return rects


def vertical_dashes(x: int, top: int, bottom: int, on: int, off: int, thick: int) -> RectArray:
    """A dashed line as rectangles, from ``top`` to ``bottom`` (exclusive)."""
    return horizontal_dashes(top, bottom, x, on, off, thick)[:, [1, 0, 3, 2]]


def draw_line(
    painter: QPainter,
    xs: FloatArray,
    ys: FloatArray,
    colour: QColor,
    unit: float,
    dash: Dash = Dash.SOLID,
    width: int | None = None,
) -> None:
    """A line through points, interrupted where a value is missing.

    Without a ``width`` it is a little stronger than a pixel where it has few points; one with
    very many points is never broken.
    """
    for part in present_runs(ys):
        _draw_run(painter, xs[part], ys[part], colour, unit, dash, width)


def line_pen(colour: QColor, unit: float, dash: Dash, width: int | None) -> QPen:
    pen = QPen(colour, (width or THICKNESS) * unit)
    if width == 1 and dash is Dash.DOTTED:
        # Dots of a single pixel are too faint to be seen.
        pen.setWidthF(THICKNESS * unit)
    pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
    # Pieces of thick lines meet at angles without corners that stand out.
    round_ends = dash is Dash.DOTTED or (width or 1) > 1
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if round_ends else Qt.PenCapStyle.SquareCap)
    if dash is Dash.DASHED:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(DASHES[width or 0])
    elif dash is Dash.DOTTED:
        pen.setDashPattern(DOTS)
    return pen


def present_runs(ys: FloatArray) -> list[slice]:
    """The stretches without a missing value."""
    missing = np.isnan(ys)
    if not missing.any():
        return [slice(0, len(ys))]
    edges = np.flatnonzero(np.diff(np.concatenate(([True], missing, [True]))))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _draw_run(
    painter: QPainter,
    xs: FloatArray,
    ys: FloatArray,
    colour: QColor,
    unit: float,
    dash: Dash,
    width: int | None,
) -> None:
    count = len(xs)
    if count < 2:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if count > THICK_POINTS * unit:
        painter.setPen(QPen(colour, 1.0))
        _draw_stacked(painter, xs, ys, round(width * unit) if width else 1)
    else:
        painter.setPen(line_pen(colour, unit, dash, width))
        if dash is Dash.SOLID:
            _draw_segments(painter, xs, ys)
        else:
            painter.drawPolyline(polygon_of(xs, ys))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _draw_stacked(painter: QPainter, xs: FloatArray, ys: FloatArray, rows: int) -> None:
    """Thin lines below each other: cheap also through very many points."""
    for row in range(rows):
        painter.drawPolyline(polygon_of(xs, ys + (row - (rows - 1) / 2)))


def _draw_segments(painter: QPainter, xs: FloatArray, ys: FloatArray) -> None:
    """Piece by piece: many times faster than a wide line drawn as one shape."""
    segments = np.empty((len(xs) - 1, 4))
    segments[:, 0], segments[:, 1] = xs[:-1], ys[:-1]
    segments[:, 2], segments[:, 3] = xs[1:], ys[1:]
    first = cast(QLineF, Shiboken.wrapInstance(segments.ctypes.data, QLineF))
    painter.drawLines(first, len(segments))


def polygon_of(xs: FloatArray, ys: FloatArray) -> QPolygonF:
    """The points written straight into the polygon's memory, without an object for each."""
    count = len(xs)
    polygon = QPolygonF()
    polygon.resize(count)
    (address,) = Shiboken.getCppPointer(polygon.data())
    memory = (ctypes.c_double * (2 * count)).from_address(address)
    points = np.ctypeslib.as_array(memory).reshape(count, 2)
    points[:, 0] = xs
    points[:, 1] = ys
    return polygon


def bounds(rects: RectArray) -> QRect:
    """The smallest rectangle around all of them."""
    if not len(rects):
        return QRect()
    left, top = int(rects[:, 0].min()), int(rects[:, 1].min())
    right, bottom = int(rects[:, 2].max()), int(rects[:, 3].max())
    return QRect(left, top, right - left + 1, bottom - top + 1)


def logical(rect: QRect, unit: float) -> QRect:
    """A rectangle of device pixels in the widget's own units, grown to whole ones."""
    grown = rect.adjusted(-1, -1, 1, 1) if unit != int(unit) else rect
    left, top = math.floor(grown.left() / unit), math.floor(grown.top() / unit)
    right = math.ceil((grown.left() + grown.width()) / unit)
    bottom = math.ceil((grown.top() + grown.height()) / unit)
    return QRect(left, top, right - left, bottom - top)


def area(region: QRegion) -> int:
    """How many logical pixels a region has."""
    rects: list[QRect] = list(region)  # type: ignore[call-overload]
    return sum(r.width() * r.height() for r in rects)
