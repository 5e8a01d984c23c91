"""Where candles came from: repaired stretches, late ones, holes of the exchange, open holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QBrush, QColor, QPainter

from thebot_desktop.domain.market import IntArray, Origin
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pixels import fill_rects, rect_array, vertical_dashes
from thebot_desktop.ui.charts.ticks import TimeLine

LEAST_FRAMED = 5
"""Stretches narrower than this, in pixels, have no room for edges and a label."""
TICK_WIDTH, TICK_HEIGHT = 2, 4
_Text: TypeAlias = Callable[[int], str]
HOLE_SHARE = 0.13


def paint_origins(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """Everything one should know before trusting the candles that stand here."""
    if state.shows_repaired:
        repaired = _in_view(state.store.repaired, frame)
        _paint_stretches(
            painter, repaired, style.veil, style.theme.warning, _repaired, frame, style
        )
        _paint_ticks(painter, state, frame, style)
    grey = QColor(style.theme.muted)
    grey.setAlphaF(HOLE_SHARE)
    holes = _in_view(state.store.holes, frame)
    _paint_stretches(painter, holes, grey, style.theme.secondary, _exchange_hole, frame, style)
    missing = _in_view(_missing(state), frame)
    _paint_stretches(painter, missing, style.veil, style.theme.warning, _missing_text, frame, style)


def origin_word(origin: Origin) -> str:
    """What a person should know about where a candle came from; nothing where all is usual."""
    words = {
        Origin.LATE: QCoreApplication.translate("Chart", "late"),
        Origin.REPAIRED: QCoreApplication.translate("Chart", "repaired"),
        Origin.IMPORTED: QCoreApplication.translate("Chart", "imported"),
        Origin.NO_TRADES: QCoreApplication.translate("Chart", "no trades"),
        Origin.EXCHANGE_HOLE: QCoreApplication.translate("Chart", "exchange hole"),
    }
    return words.get(origin, "")


def _missing(state: ChartState) -> IntArray:
    """First and last place of each hole that is still being fetched."""
    if state.series is None or state.empty or not state.gaps:
        return np.empty((0, 2), np.int64)
    line = TimeLine(state.store.open_times, state.series.interval)
    places = [(line.first_at_or_after(g.first), line.first_at_or_after(g.last)) for g in state.gaps]
    return np.array(sorted(places), np.int64)


def _in_view(stretches: IntArray, frame: Frame) -> IntArray:
    """Left and right pixel and number of candles of each stretch in view.

    What shares a column of pixels is one stretch: there are never more than columns.
    """
    begin = int(np.searchsorted(stretches[:, 1], frame.first))
    end = int(np.searchsorted(stretches[:, 0], frame.bars.position(frame.plot_width), side="right"))
    seen = stretches[begin:end].astype(np.float64)
    if not len(seen):
        return np.empty((0, 3), np.int64)
    left = np.clip(frame.bars.xs(seen[:, 0] - 0.5), -1, frame.plot_width)
    right = np.clip(frame.bars.xs(seen[:, 1] + 0.5), left + 1, frame.plot_width + 1)
    starts = np.flatnonzero(np.append(True, left[1:] > np.maximum.accumulate(right)[:-1]))
    counts = np.add.reduceat(seen[:, 1] - seen[:, 0] + 1, starts)
    rights = np.maximum.reduceat(right, starts)
    return np.stack((left[starts], rights, counts), axis=1).astype(np.int64)


def _paint_stretches(
    painter: QPainter,
    stretches: IntArray,
    veil: QColor,
    colour: str,
    text: _Text,
    frame: Frame,
    style: ChartStyle,
) -> None:
    """A light veil; where there is room, dashed edges and what it is about."""
    if not len(stretches):
        return
    height = frame.panes[0].box.bottom
    rects = rect_array(len(stretches))
    rects[:, 0], rects[:, 2] = stretches[:, 0], stretches[:, 1] - 1
    rects[:, 1], rects[:, 3] = 0, height - 1
    fill_rects(painter, rects, QBrush(veil))
    framed = stretches[stretches[:, 1] - stretches[:, 0] >= style.px(LEAST_FRAMED)].tolist()
    brush = QBrush(QColor(colour))
    for left, right, _count in framed:
        for edge in (left, right - 1):
            dashes = vertical_dashes(edge, 0, height, style.px(3), style.px(3), 1)
            fill_rects(painter, dashes, brush)
    _paint_labels(painter, framed, colour, text, frame, style)


def _paint_labels(
    painter: QPainter,
    framed: Iterable[tuple[int, int, int]],
    colour: str,
    text: _Text,
    frame: Frame,
    style: ChartStyle,
) -> None:
    """At the foot of each stretch or right of it; none over another."""
    free = 0
    ground = QColor(style.panel)
    ground.setAlphaF(0.6)
    air = style.px(4)
    for left, right, count in framed:
        label = style.label(text(count), colour, Type.SMALL)
        x = left + air if right - left >= label.width() + style.px(6) else right + air
        x = min(max(x, air), frame.plot_width - label.width() - air)
        if x < free:
            continue
        top = frame.panes[0].box.bottom - label.height() - style.px(3)
        painter.fillRect(x - air // 2, top, label.width() + air, label.height(), ground)
        painter.drawPixmap(x, top, label)
        free = x + label.width() + air


def _paint_ticks(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A small tick at the foot of each candle that was late or had to be fetched."""
    places = state.store.came_afterwards
    begin, end = np.searchsorted(places, (frame.first, frame.last + 1))
    if begin == end:
        return
    xs: NDArray[np.float64] = np.unique(frame.bars.xs(places[begin:end].astype(np.float64)))
    width, bottom = style.px(TICK_WIDTH), frame.panes[0].box.bottom
    rects = rect_array(len(xs))
    rects[:, 0] = xs - width // 2
    rects[:, 2] = rects[:, 0] + width - 1
    rects[:, 1], rects[:, 3] = bottom - style.px(TICK_HEIGHT), bottom - 1
    fill_rects(painter, rects, style.warning)


def _repaired(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("Chart", "repaired 1 bar")
    return QCoreApplication.translate("Chart", "repaired {count} bars").format(count=count)


def _exchange_hole(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("Chart", "exchange hole of 1 bar")
    return QCoreApplication.translate("Chart", "exchange hole of {count} bars").format(count=count)


def _missing_text(count: int) -> str:
    if count == 1:
        return QCoreApplication.translate("Chart", "fetching 1 missing bar")
    return QCoreApplication.translate("Chart", "fetching {count} missing bars").format(count=count)
