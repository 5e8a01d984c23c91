"""Paints sketches: crisp along the axes, smooth across them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from thebot_desktop.domain.drawings import Dash
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.sketch import Fill, Label, Sketch, Stroke
from thebot_desktop.ui.charts.pixels import fill_rects, horizontal_dashes, vertical_dashes

HANDLE = 4.5
"""Radius of a handle in logical pixels."""
CORNER = 3.0
VEIL = 0.6
"""How much of the chart behind words is covered, so that they can be read over candles."""

_PATTERNS: dict[Dash, tuple[float, float]] = {Dash.DASHED: (6, 4), Dash.DOTTED: (1, 3)}
"""On and off, in logical pixels."""


def paint_sketch(painter: QPainter, sketch: Sketch, style: ChartStyle) -> None:
    """Grounds, lines, then words."""
    for fill in sketch.fills:
        _paint_fill(painter, fill)
    for stroke in sketch.strokes:
        _paint_stroke(painter, stroke, style)
    for label in sketch.labels:
        _paint_label(painter, label, style)


def paint_handles(
    painter: QPainter, sketch: Sketch, colour: str, style: ChartStyle, *, locked: bool
) -> None:
    """Round ones that can be taken; small square ones that cannot."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(style.panel_brush)
    painter.setPen(QPen(QColor(colour), 1.5 * style.unit))
    radius = HANDLE * style.unit
    for at in sketch.handles:
        middle = QPointF(at.x + 0.5, at.y + 0.5)
        if locked:
            half = radius * 0.6
            painter.drawRect(QRectF(middle.x() - half, middle.y() - half, 2 * half, 2 * half))
        else:
            painter.drawEllipse(middle, radius, radius)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_fill(painter: QPainter, fill: Fill) -> None:
    colour = QColor(fill.colour)
    colour.setAlphaF(fill.share)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    if _is_upright(fill):
        xs, ys = [p.x for p in fill.corners], [p.y for p in fill.corners]
        left, top = round(min(xs)), round(min(ys))
        painter.fillRect(left, top, round(max(xs)) - left + 1, round(max(ys)) - top + 1, colour)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawPolygon(QPolygonF([QPointF(p.x + 0.5, p.y + 0.5) for p in fill.corners]))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _is_upright(fill: Fill) -> bool:
    """Whether it is a rectangle along the axes."""
    corners = fill.corners
    return (
        len(corners) == 4 and len({p.x for p in corners}) <= 2 and len({p.y for p in corners}) <= 2
    )


def _paint_stroke(painter: QPainter, stroke: Stroke, style: ChartStyle) -> None:
    start, stop = stroke.start, stroke.stop
    if start.x == stop.x or start.y == stop.y:
        _paint_straight(painter, stroke, style)
        return
    pen = QPen(QColor(stroke.colour), max(1.0, stroke.width * style.unit))
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if stroke.dash in _PATTERNS else Qt.PenCapStyle.RoundCap)
    if stroke.dash in _PATTERNS:
        # Qt counts dashes in widths of the pen.
        pen.setDashPattern([max(1.0, each / stroke.width) for each in _PATTERNS[stroke.dash]])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawLine(_middle(start), _middle(stop))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_straight(painter: QPainter, stroke: Stroke, style: ChartStyle) -> None:
    """Along an axis, as rectangles of whole pixels."""
    thick = max(1, int(stroke.width * style.unit))
    on, off = _PATTERNS.get(stroke.dash, (1, 0))
    if stroke.dash is Dash.DOTTED:
        on, off = stroke.width, stroke.width * 2
    flat = stroke.start.y == stroke.stop.y
    ends = sorted((stroke.start.x, stroke.stop.x) if flat else (stroke.start.y, stroke.stop.y))
    begin, end = round(ends[0]), round(ends[1]) + 1
    across = round(stroke.start.y if flat else stroke.start.x) - (thick - 1) // 2
    step = (style.px(on), style.px(off)) if off else (max(1, end - begin), 0)
    dashes = horizontal_dashes if flat else vertical_dashes
    rects = (
        dashes(begin, end, across, *step, thick)
        if flat
        else dashes(across, begin, end, *step, thick)
    )
    fill_rects(painter, rects, QBrush(QColor(stroke.colour)))


def _paint_label(painter: QPainter, label: Label, style: ChartStyle) -> None:
    box = label.box
    if label.ground:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(label.ground)))
        rect = QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)
        painter.drawRoundedRect(rect, CORNER * style.unit, CORNER * style.unit)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    else:
        veil = QColor(style.panel)
        veil.setAlphaF(VEIL)
        x, y = int(box.left), int(box.top)
        painter.fillRect(x, y, int(box.right) - x, int(box.bottom) - y, veil)
    painter.setFont(style.font(label.kind))
    painter.setPen(QColor(label.colour))
    row = style.height(label.kind)
    top = (box.top + box.bottom - row * len(label.lines)) / 2
    for number, text in enumerate(label.lines):
        baseline = style.baseline(top + row * (number + 0.5), label.kind)
        painter.drawText(round(box.left + label.air), round(baseline), text)


def _middle(point: Point) -> QPointF:
    return QPointF(point.x + 0.5, point.y + 0.5)
