"""The price axis at the right of each pane: labels, tags, the lines of the grid."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QBrush, QColor, QPainter

from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import AXIS_PADDING, Frame, PaneFrame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import fill_rects, horizontal_dashes, rect_array

LABEL_HEIGHT = 15
TAG_HEIGHT = 18
FOOT = 18
"""Logical pixels at the foot of the price pane's axis that are left to the toggles there,"""
LEAST_WITH_FOOT = 80
"""unless the pane is lower than this. Both are for the base font."""


@dataclass(frozen=True, slots=True)
class AxisTag:
    """A tag on a price axis; ``name`` is that of its piece."""

    name: Hashable
    rect: QRect
    lines: list[str]
    fill: str


def paint_grid(painter: QPainter, frame: Frame, style: ChartStyle) -> None:
    """One line for every named price and time, behind everything else."""
    thick = max(1, int(frame.unit))
    columns = rect_array(len(frame.marks))
    columns[:, 0] = [frame.bars.x(m.position) for m in frame.marks]
    columns[:, 2] = columns[:, 0] + thick - 1
    columns[:, 1], columns[:, 3] = 0, frame.plot_height - 1
    columns[:, 2] = np.minimum(columns[:, 2], frame.plot_width - 1)
    fill_rects(painter, columns, style.grid)
    for pane in frame.panes:
        if pane.spec.levels:
            continue
        ys = [pane.scale.y(v) for v in pane.ticks]
        rows = rect_array(len(ys))
        rows[:, 0], rows[:, 2] = 0, frame.plot_width - 1
        rows[:, 1] = ys
        rows[:, 3] = rows[:, 1] + thick - 1
        fill_rects(painter, rows, style.grid)


def paint_levels(painter: QPainter, frame: Frame, pane: PaneFrame, style: ChartStyle) -> None:
    """Guides at fixed values, with a faint band between the outer two."""
    levels = [pane.scale.y(v) for v in pane.spec.levels]
    if len(levels) >= 2:
        top, bottom = min(levels), max(levels)
        painter.fillRect(0, top, frame.plot_width, bottom - top, style.band)
    for y in levels:
        dashes = horizontal_dashes(
            0, frame.plot_width, y, style.px(3), style.px(3), max(1, int(frame.unit))
        )
        fill_rects(painter, dashes, style.level)


def paint_labels(painter: QPainter, frame: Frame, style: ChartStyle) -> None:
    """The named prices of every pane."""
    theme = style.theme
    for pane in frame.panes:
        for value, rect in label_rects(frame, pane, style):
            pixmap = style.label(pane.axis_text(value), theme.muted, Type.SMALL, theme.panel)
            painter.drawPixmap(
                rect.left(), rect.top() + (rect.height() - pixmap.height()) // 2, pixmap
            )


def label_rects(frame: Frame, pane: PaneFrame, style: ChartStyle) -> list[tuple[float, QRect]]:
    """Where labels stand; one that would be cut at the edge of its pane is left out."""
    height = style.text_px(LABEL_HEIGHT)
    left = frame.plot_width + style.px(AXIS_PADDING)
    found, bottom = [], axis_bottom(pane, style)
    for value in pane.ticks.tolist():
        top = pane.scale.y(value) - height // 2
        if top >= pane.box.top + 1 and top + height <= bottom:
            found.append((value, QRect(left, top, frame.width - left, height)))
    return found


def axis_bottom(pane: PaneFrame, style: ChartStyle) -> int:
    """Where the axis ends for labels and tags: the toggles would hide what stands lower."""
    if pane.spec.is_price and pane.box.height >= style.text_px(LEAST_WITH_FOOT):
        return pane.box.bottom - style.text_px(FOOT)
    return pane.box.bottom


def tag_rect(
    frame: Frame, pane: PaneFrame, y: int, style: ChartStyle, logical_height: int = TAG_HEIGHT
) -> QRect:
    """A tag beside ``y``, kept inside its pane as far as possible."""
    height = style.text_px(logical_height)
    lowest = max(pane.box.top, axis_bottom(pane, style) - height)
    top = min(max(y - height // 2, pane.box.top), lowest)
    return QRect(frame.plot_width + 1, top, frame.axis_width - 1, height)


def paint_tag(
    painter: QPainter, rect: QRect, lines: list[str], fill: str, style: ChartStyle
) -> None:
    """A filled tag with one or two lines of text, the first one strong."""
    ink = style.theme.on(fill)
    painter.fillRect(rect, QBrush(QColor(fill)))
    painter.setPen(QColor(ink))
    left = rect.left() - 1 + style.px(AXIS_PADDING)
    for number, text in enumerate(lines):
        kind = Type.SMALL_STRONG if number == 0 else Type.SMALL
        middle = rect.top() + rect.height() * (2 * number + 1) / (2 * len(lines))
        if len(lines) > 1:
            middle += style.unit * (0.5 if number == 0 else -1.0)
        painter.setFont(style.font(kind))
        painter.drawText(left, round(style.baseline(middle, kind)), text)


def tag_pieces(
    tags: Iterable[AxisTag], frame: Frame, pane: PaneFrame, style: ChartStyle
) -> Iterator[Piece]:
    """Filled tags, and nothing left of the labels below any of them."""
    tags = list(tags)
    for tag in tags:
        for label in covered_labels(frame, pane, tag.rect, style):
            name = ("covered label", tag.name, label.top())
            yield Piece(name, None, label, partial(_cover, label, style))
    for tag in tags:
        content = (tag.rect.top(), tag.rect.height(), *tag.lines, tag.fill)
        yield Piece(tag.name, content, tag.rect, partial(_paint, tag, style))


def _cover(label: QRect, style: ChartStyle, painter: QPainter) -> None:
    painter.fillRect(label, style.panel_brush)


def _paint(tag: AxisTag, style: ChartStyle, painter: QPainter) -> None:
    paint_tag(painter, tag.rect, tag.lines, tag.fill, style)


def free_place(
    wanted: QRect, taken: Sequence[QRect], pane: PaneFrame, style: ChartStyle, *, upwards: bool
) -> QRect:
    """``wanted``, or the nearest place in its pane where it covers none of those ``taken``.

    Of two that are equally near the upper one, or the lower one. Where there is no room it stays.
    """
    lowest = axis_bottom(pane, style) - wanted.height()
    height, top = wanted.height(), wanted.top()
    places = [top, *(t.top() - height for t in taken), *(t.bottom() + 1 for t in taken)]
    inside = [p for p in places if pane.box.top <= p <= lowest]
    tie = -0.5 if upwards else 0.5
    for place in sorted(inside, key=lambda p: abs(p - top - tie)):
        moved = QRect(wanted.left(), place, wanted.width(), height)
        if not any(moved.intersects(t) for t in taken):
            return moved
    return wanted


def covered_labels(frame: Frame, pane: PaneFrame, tag: QRect, style: ChartStyle) -> list[QRect]:
    """Labels that a tag would hide in part: they make room for it."""
    return [rect for _, rect in label_rects(frame, pane, style) if rect.intersects(tag)]
