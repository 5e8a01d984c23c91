"""Marks on the candles, the word across the chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.marks import Group, MarkKind
from thebot_desktop.ui.charts.pane_specs import MarkSpec
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.theme import blend

MARK_AIR = 8
"""Pixels between a candle and its mark."""
MARK_SIZE = 9
CELL = 22
"""Marks that touch each other share a place so many pixels wide."""
BADGE_SHARE = 0.055
LARGEST_BADGE = 140.0
LEAST_BADGE_PANE = 90


class PlacedGroup(NamedTuple):
    """A group and where it is painted, in device pixels."""

    group: Group
    rect: QRect
    below: bool
    """Whether it is painted below its candles."""
    room: float
    """Free pixels around its middle, for a word."""


def paint_badge(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A faint word across the price pane, such as DEMO, that one cannot overlook."""
    box = frame.panes[0].box
    if not state.badge or box.height < style.px(LEAST_BADGE_PANE):
        return
    font = QFont(style.font(Type.SYMBOL))
    font.setWeight(QFont.Weight.Bold)
    font.setPixelSize(100)
    share = frame.plot_width * 0.62 / max(1.0, QFontMetricsF(font).horizontalAdvance(state.badge))
    size = min(share * 100, box.height * 0.5, LARGEST_BADGE * frame.unit)
    font.setPixelSize(max(12, int(size)))
    font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 108)
    painter.setFont(font)
    painter.setPen(QColor(blend(style.theme.text, style.theme.panel, BADGE_SHARE)))
    where = QRect(0, box.top, frame.plot_width, box.height)
    painter.drawText(where, Qt.AlignmentFlag.AlignCenter, state.badge)


def placed_groups(state: ChartState, frame: Frame, style: ChartStyle) -> list[PlacedGroup]:
    """Groups in view, from left to right on each side of the candles."""
    look, spacing, size = state.look, frame.bars.spacing, style.px(MARK_SIZE)
    groups = state.marks.groups(
        state.store,
        _patterns(state, frame),
        _shown(state),
        (frame.first, frame.last + 1),
        gap=max(1, int(np.ceil((size + 1) / spacing))),
        cell=max(1, int(style.px(CELL) / spacing)),
    )
    found = []
    for below in (True, False):
        side = [g for g in groups if g.kind.is_below is below]
        xs = [-(10**6), *(frame.bars.x(g.middle) for g in side), 10**6]
        for place, group in enumerate(side, start=1):
            room = min(xs[place] - xs[place - 1], xs[place + 1] - xs[place])
            painted_below = below is not look.inverted
            rect = _rect(state, frame, group, xs[place], style, below=painted_below)
            found.append(PlacedGroup(group, rect, painted_below, room))
    return found


def paint_marks(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """The shape tells what it is, below a candle for rising and above it for falling prices."""
    for placed in placed_groups(state, frame, style):
        painter.drawPixmap(placed.rect.topLeft(), _shape(placed.group.kind, style))
        _paint_word(painter, placed, frame, style)


def forming_groups(state: ChartState, frame: Frame, style: ChartStyle) -> list[PlacedGroup]:
    """Provisional marks of the forming candle, outside of what stands there already."""
    if not frame.shows_newest:
        return []
    groups = state.marks.forming(state.store, _patterns(state, frame), _shown(state))
    others = placed_groups(state, frame, style) if groups else []
    found = []
    for group in groups:
        x = frame.bars.x(state.store.newest)
        below = group.kind.is_below is not state.look.inverted
        rect = _rect(state, frame, group, x, style, below=below)
        taken = [p.rect for p in others if p.below is below and p.rect.intersects(rect)]
        if taken:
            step = rect.height() + style.px(2)
            tops = [r.top() for r in taken]
            rect.moveTop(max(tops) + step if below else min(tops) - step)
        found.append(PlacedGroup(group, rect, below, 0.0))
    return found


def forming_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """Each a hollow shape, which comes and goes with the price."""
    box = frame.panes[0].box
    clip = QRect(0, box.top, frame.plot_width, box.height)
    for placed in forming_groups(state, frame, style):
        rect, kind = placed.rect, placed.group.kind
        shape = _shape(kind, style, hollow=True)

        def paint(painter: QPainter, rect: QRect = rect, shape: QPixmap = shape) -> None:
            painter.setClipRect(clip)
            painter.drawPixmap(rect.topLeft(), shape)
            painter.setClipping(False)

        yield Piece(("provisional", placed.below), (kind, rect.getRect()), rect & clip, paint)


def _shown(state: ChartState) -> list[str]:
    kinds = ("signals", "patterns", "fired")
    return [name for name in kinds if getattr(state.look, f"shows_{name}")]


def _patterns(state: ChartState, frame: Frame) -> list[MarkSpec]:
    return [s for s in frame.panes[0].spec.marks if s.key in state.store.lines]


def _rect(
    state: ChartState, frame: Frame, group: Group, x: int, style: ChartStyle, *, below: bool
) -> QRect:
    """Beside the candles that the shape is wide, inside of the pane."""
    store, pane = state.store, frame.panes[0]
    size, air = style.px(MARK_SIZE), style.px(MARK_AIR)
    reach = max(0, round(size / 2 / frame.bars.spacing))
    first, last = max(0, group.first - reach), group.last + reach + 1
    low, high = store.candles.extremes(first, last)
    if first <= store.newest < last or not np.isfinite(low):
        low, high = np.fmin(low, store.live.low), np.fmax(high, store.live.high)
    y = pane.scale.y(float(low if group.kind.is_below else high))
    top = y + air if below else y - air - size
    top = min(max(top, pane.box.top), pane.box.bottom - size)
    return QRect(x - size // 2, top, size, size)


def _paint_word(painter: QPainter, placed: PlacedGroup, frame: Frame, style: ChartStyle) -> None:
    """What it says, or how many there are; the number even where the word has no room."""
    group, below, box = placed.group, placed.below, frame.panes[0].box
    count = f"{group.count}" if group.count > 1 else ""
    words = (f"{_word(group.kind)} {count}".strip(), count)
    for word in dict.fromkeys(filter(None, words)):
        label = style.label(word, _colour(group.kind, style), Type.SMALL_STRONG)
        if placed.room < label.width() + style.px(4 if word == count else 6):
            continue
        top = placed.rect.bottom() + 2 if below else placed.rect.top() - label.height() - 1
        left = placed.rect.center().x() - label.width() // 2 + 1
        inside = 0 <= left <= frame.plot_width - label.width()
        if inside and box.top <= top <= box.bottom - label.height():
            painter.drawPixmap(left, top, label)
        return


def _word(kind: MarkKind) -> str:
    if kind is MarkKind.BUY:
        return QCoreApplication.translate("Chart", "BUY")
    return QCoreApplication.translate("Chart", "SELL") if kind is MarkKind.SELL else ""


def _colour(kind: MarkKind, style: ChartStyle) -> str:
    theme = style.theme
    if kind is MarkKind.ALERT:
        return theme.warning
    return theme.up if kind.is_below else theme.down


def _shape(kind: MarkKind, style: ChartStyle, *, hollow: bool = False) -> QPixmap:
    """A triangle that points where prices go, a diamond, a bell; each painted once."""
    known = style.shapes.get((kind, hollow))
    if known is None:
        known = style.shapes[kind, hollow] = _painted(kind, style, hollow=hollow)
    return known


def _painted(kind: MarkKind, style: ChartStyle, *, hollow: bool) -> QPixmap:
    size, colour = style.px(MARK_SIZE), QColor(_colour(kind, style))
    thick = style.unit * 1.3

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if hollow:
            painter.setPen(QPen(colour, thick))
            painter.setBrush(style.panel_brush)
            painter.drawPath(_outline(kind, size, inset=thick / 2))
        else:
            painter.fillPath(_outline(kind, size, inset=0.0), colour)

    return style.picture(size, size, paint)


def _outline(kind: MarkKind, size: int, *, inset: float) -> QPainterPath:
    """In a square of ``size``, so far from its edges."""
    low, high, middle = inset, size - inset, size / 2
    if kind is MarkKind.ALERT:
        return _bell(size)
    corners = {
        MarkKind.BUY: [(low, high - 1), (high, high - 1), (middle, low + 1)],
        MarkKind.SELL: [(low, low + 1), (high, low + 1), (middle, high - 1)],
    }.get(kind, [(middle, low), (high, middle), (middle, high), (low, middle)])
    path = QPainterPath(QPointF(*corners[0]))
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.closeSubpath()
    return path


def _bell(size: int) -> QPainterPath:
    """A dome that widens to its rim, and a clapper."""
    path = QPainterPath(QPointF(0, size * 0.76))
    path.quadTo(size * 0.16, size * 0.66, size * 0.16, size * 0.40)
    path.cubicTo(size * 0.16, -size * 0.13, size * 0.84, -size * 0.13, size * 0.84, size * 0.40)
    path.quadTo(size * 0.84, size * 0.66, size, size * 0.76)
    path.closeSubpath()
    path.addEllipse(QPointF(size / 2, size * 0.88), size * 0.14, size * 0.12)
    return path
