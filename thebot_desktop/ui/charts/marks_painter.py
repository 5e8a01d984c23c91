"""Marks on the candles: signals, the word across the chart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap, QPolygonF

from thebot_desktop.domain.signals import Direction
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.theme import blend

MARK_AIR = 8
"""Pixels between a candle and its mark."""
MARK_SIZE = 9
BADGE_SHARE = 0.055
LARGEST_BADGE = 140.0
LEAST_BADGE_PANE = 90


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


def paint_signals(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A triangle below each candle to buy at, above each one to sell at."""
    for direction in (Direction.BUY, Direction.SELL):
        places = _signal_places(state, frame, direction, style)
        _paint_triangles(painter, places, direction, frame, style)


def _signal_places(
    state: ChartState, frame: Frame, direction: Direction, style: ChartStyle
) -> list[tuple[int, int, float]]:
    """Column, row and free room of each mark in view; no two closer than their size."""
    store, pane = state.store, frame.panes[0]
    reach = max(1, round(style.px(MARK_SIZE) / 2 / frame.bars.spacing))
    found: list[tuple[int, int]] = []
    for index in _indexes(state, frame, direction):
        x = frame.bars.x(index)
        if found and x - found[-1][0] < style.px(MARK_SIZE) + 1:
            continue
        low, high = store.candles.extremes(index - reach, index + reach + 1)
        near = range(max(0, index - reach), index + reach + 1)
        if store.newest in near or not np.isfinite(low):
            low = np.fmin(low, store.live.low)
            high = np.fmax(high, store.live.high)
        value = low if direction is Direction.BUY else high
        found.append((x, pane.scale.y(float(value))))
    xs = [-(10**6), *(x for x, _ in found), 10**6]
    rooms = [min(xs[i] - xs[i - 1], xs[i + 1] - xs[i]) for i in range(1, len(xs) - 1)]
    return [(x, y, room) for (x, y), room in zip(found, rooms, strict=True)]


def _indexes(state: ChartState, frame: Frame, direction: Direction) -> list[int]:
    """Candles in view with a signal of this direction, each once."""
    times = np.array(
        [s.open_time for s in state.signals if s.direction is direction], dtype=np.int64
    )
    if not times.size:
        return []
    held = state.store.open_times
    indexes = np.searchsorted(held, times)
    inside = indexes < len(held)
    inside[inside] = held[indexes[inside]] == times[inside]
    seen = indexes[inside & (indexes >= frame.first) & (indexes <= frame.last)]
    return [int(i) for i in np.unique(seen)]


def _paint_triangles(
    painter: QPainter,
    places: Sequence[tuple[int, int, float]],
    direction: Direction,
    frame: Frame,
    style: ChartStyle,
) -> None:
    buys = direction is Direction.BUY
    colour = style.theme.up if buys else style.theme.down
    triangle = _triangle(style, colour, points_up=buys)
    text = style.label(_word(direction), colour, Type.SMALL_STRONG)
    size, air = style.px(MARK_SIZE), style.px(MARK_AIR)
    box = frame.panes[0].box
    for x, y, room in places:
        top = y + air if buys else y - air - size
        top = min(max(top, box.top), box.bottom - size)
        painter.drawPixmap(x - size // 2, top, triangle)
        if room < text.width() + style.px(6):
            continue
        text_top = top + size + 1 if buys else top - text.height() - 1
        left = x - text.width() // 2 + 1
        fits_across = 0 <= left <= frame.plot_width - text.width()
        if fits_across and box.top <= text_top <= box.bottom - text.height():
            painter.drawPixmap(left, text_top, text)


def _word(direction: Direction) -> str:
    if direction is Direction.BUY:
        return QCoreApplication.translate("Chart", "BUY")
    return QCoreApplication.translate("Chart", "SELL")


def _triangle(style: ChartStyle, colour: str, *, points_up: bool) -> QPixmap:
    size = style.px(MARK_SIZE)
    base, tip = (size - 1, 1) if points_up else (1, size - 1)
    shape = QPolygonF([QPointF(0, base), QPointF(size, base), QPointF(size / 2, tip)])

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawPolygon(shape)

    return style.picture(size, size, paint)
