"""The table of the Comparison panel: small charts, bars and numbers, for much and little room."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from thebot_desktop.analysis.statistics import Figure
from thebot_desktop.domain.market import FloatArray
from thebot_desktop.ui.models.comparison import (
    SPANS,
    ComparedRow,
    change_of,
    correlation_of,
    percentile_of,
    trend_of,
    value_of,
    z_score_of,
)
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import TableLook, paint_plain, text_lines
from thebot_desktop.ui.table_view import Painting, Pencil
from thebot_desktop.ui.theme import Theme, scaled

WIDE_PX = 980
_EXTREME = 2.0
"""A z-score beyond this is worth a colour."""
_LINE_PX = 1.4


def wide_look() -> TableLook:
    paintings: list[Painting] = [
        _paint_name,
        _paint_line,
        _paint_value,
        *(_change_painting(place) for place in range(SPANS)),
        _paint_percentile,
        _paint_z_score,
        _paint_trend,
        _paint_correlation,
    ]
    return TableLook(38, paintings, [176, None, 92, *[68] * SPANS, 104, 64, 78, 100])


def narrow_look() -> TableLook:
    paintings: list[Painting] = [paint_plain] * (7 + SPANS)
    paintings[0], paintings[1], paintings[2] = _paint_name_and_more, _paint_line, _paint_value_below
    return TableLook(56, paintings, [None, 64, 92, *[0] * SPANS, 0, 0, 0, 0])


def _row(index: AnyIndex) -> ComparedRow:
    row: ComparedRow = index.data(Role.ROW)
    return row


def _figure_color(theme: Theme, figure: Figure, color: str) -> str:
    return color if figure.known else theme.muted


def _paint_name(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row, theme = _row(index), pencil.theme
    width = pencil.text(area, row.name, theme.text, strong=True)
    rest = area.adjusted(width + 6, 1, 0, 1)
    pencil.text(rest, row.detail, theme.muted, size=11, whole=True)


def _paint_value(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row = _row(index)
    color = pencil.theme.muted if row.waiting else pencil.theme.text
    pencil.text(area, value_of(row), color, right=True)


def _change_painting(place: int) -> Painting:
    def paint(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
        row = _row(index)
        color = _change_color(pencil.theme, row, place)
        pencil.text(area, change_of(row, place), color, right=True)

    return paint


def _change_color(theme: Theme, row: ComparedRow, place: int) -> str:
    figure = row.change(place)
    return theme.of_change(round(figure.value, 12)) if figure.known else theme.muted


def _paint_percentile(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Where it lies between the lowest and the highest, as a place on a bar and a number."""
    row, theme = _row(index), pencil.theme
    figure = row.compared.percentile
    words = scaled(40, pencil.font_px)
    if figure.known:
        bar = area.adjusted(10, 0, -words, 0)
        pencil.bar(bar, 0, theme.border)
        x = bar.left() + round(figure.value / 100 * (bar.width() - 1))
        pencil.dot(QRect(x - 3, bar.top(), 7, bar.height()), theme.accent)
    color = _figure_color(theme, figure, theme.text)
    pencil.text(area, percentile_of(row), color, right=True)


def _paint_z_score(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row, theme = _row(index), pencil.theme
    figure = row.compared.z_score
    unusual = figure.known and abs(figure.value) >= _EXTREME
    color = _figure_color(theme, figure, theme.warning if unusual else theme.text)
    pencil.text(area, z_score_of(row), color, right=True, strong=unusual)


def _paint_trend(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row, theme = _row(index), pencil.theme
    sign = row.compared.trend.sign
    color = theme.of_change(sign) if sign else theme.muted
    pencil.text(area, trend_of(row), color, right=True)


def _paint_correlation(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """From the middle of a bar to the left or to the right, and the number."""
    row, theme = _row(index), pencil.theme
    figure = row.compared.correlation
    if figure.known:
        _paint_lean(pencil, area.adjusted(4, 0, -scaled(44, pencil.font_px), 0), figure.value)
    color = _figure_color(theme, figure, theme.text)
    pencil.text(area, correlation_of(row), color, right=True)


def _paint_lean(pencil: Pencil, area: QRect, value: float) -> None:
    painter, theme = pencil.painter, pencil.theme
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle, half = area.center().y() + 0.5, area.width() / 2
    centre = area.left() + half
    painter.setBrush(QColor(theme.border))
    painter.drawRoundedRect(QRectF(area.left(), middle - 1.5, area.width(), 3), 1.5, 1.5)
    painter.setBrush(QColor(theme.accent))
    length = value * half
    bar = QRectF(min(centre, centre + length), middle - 2.5, abs(length), 5)
    painter.drawRoundedRect(bar, 2, 2)


def _paint_line(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The newest bars as a line, with a dot at the end; its colour is that of its change."""
    line = _row(index).compared.line
    if len(line) < 2:
        return
    theme, painter = pencil.theme, pencil.painter
    color = QColor(theme.of_change(float(line[-1] - line[0])))
    room = QRectF(area).adjusted(2, 9, -5, -9)
    points = line_points(line, room)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, _LINE_PX, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(points)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(points.last(), 2.2, 2.2)


def line_points(line: FloatArray, room: QRectF) -> QPolygonF:
    """The whole of ``room``, oldest at the left; a flat line in its middle."""
    x = np.linspace(room.left(), room.right(), len(line))
    low, high = float(line.min()), float(line.max())
    share = (line - low) / (high - low) if high > low else np.full(len(line), 0.5)
    y = room.bottom() - share * room.height()
    return QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])


def _paint_name_and_more(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The name above; trend and correlation below."""
    row, theme = _row(index), pencil.theme
    upper, lower = text_lines(area, 2, pencil.font_px)
    width = pencil.text(upper, row.name, theme.text, strong=True)
    beside = upper.adjusted(width + 5, 1, 0, 1)
    pencil.text(beside, row.detail, theme.muted, size=11, whole=True)
    if row.waiting:
        return
    sign = row.compared.trend.sign
    color = theme.of_change(sign) if sign else theme.muted
    width = pencil.text(lower, trend_of(row), color, size=11)
    rest = lower.adjusted(width + 6, 0, 0, 0)
    pencil.text(rest, f"r {correlation_of(row)}", theme.muted, size=11, whole=True)


def _paint_value_below(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The value above, its change over the second span below."""
    row = _row(index)
    upper, lower = text_lines(area, 2, pencil.font_px)
    _paint_value(pencil, upper, index)
    if not row.waiting and len(row.spans) > 1:
        color = _change_color(pencil.theme, row, 1)
        width = pencil.text(lower, change_of(row, 1), color, size=11, right=True)
        beside = lower.adjusted(0, 0, -width - 5, 0)
        pencil.text(beside, row.spans[1], pencil.theme.muted, size=11, right=True, whole=True)
