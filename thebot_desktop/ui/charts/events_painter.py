"""News and dates of the calendar on the time axis: small badges with a letter."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from thebot_desktop.domain.market import IntArray
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.events import ChartEvent, EventSeries
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.marks import group_starts
from thebot_desktop.ui.charts.ticks import TimeLine

SIZE = 15
AIR = 3
LEAST_HEIGHT = 140
"""A lower plot belongs to prices."""


class PlacedEvents(NamedTuple):
    """Events that share a badge, and where that is, in device pixels."""

    series: EventSeries
    first: int
    last: int
    rect: QRect

    @property
    def events(self) -> tuple[ChartEvent, ...]:
        return self.series.events[self.first : self.last]

    @property
    def letter(self) -> str:
        """Of one its letter, of several their number as far as there is room for it."""
        count = self.last - self.first
        if count == 1:
            return self.series.events[self.first].kind.value
        return str(count) if count < 100 else "+"

    @property
    def has_dates(self) -> bool:
        """Whether one of them is in the calendar."""
        return bool(self.series.is_date[self.first : self.last].any())


def placed_events(state: ChartState, frame: Frame, style: ChartStyle) -> list[PlacedEvents]:
    """Those in view, from left to right, just above the time axis."""
    wanted = state.look.shows_events and state.series is not None and not state.empty
    if not wanted or not len(state.events.times) or frame.plot_height < style.px(LEAST_HEIGHT):
        return []
    assert state.series is not None
    line = TimeLine(state.store.open_times, state.series.interval)
    left, right = (math.floor(frame.bars.position(x)) for x in (0, frame.plot_width))
    series = state.events
    times = series.times
    span = line.time_at(left), line.time_at(right + 1)
    first, last = np.searchsorted(times, span).tolist()
    if first == last:
        return []
    size = style.text_px(SIZE)
    apart = max(1, int(np.ceil((size + style.px(AIR)) / frame.bars.spacing)))
    seen = _positions(times[first:last], line)
    starts = group_starts(seen, apart, apart)
    ends = [*starts[1:].tolist(), len(seen)]
    top = frame.plot_height - size - style.px(AIR)
    found = []
    for start, end in zip(starts.tolist(), ends, strict=True):
        x = frame.bars.x(int(seen[start] + seen[end - 1]) // 2)
        rect = QRect(x - size // 2, top, size, size)
        found.append(PlacedEvents(series, first + start, first + end, rect))
    return found


def paint_events(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A round badge for each place, the letter or number in it."""
    theme = style.theme
    painter.setClipRect(0, 0, frame.plot_width, frame.plot_height)
    painter.setFont(style.font(Type.SMALL_STRONG))
    for placed in placed_events(state, frame, style):
        colour = QColor(theme.warning if placed.has_dates else theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, style.unit * 1.2))
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(QRectF(placed.rect).adjusted(0.6, 0.6, -0.6, -0.6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawText(placed.rect, Qt.AlignmentFlag.AlignCenter, placed.letter)
    painter.setClipping(False)


def _positions(times: IntArray, line: TimeLine) -> IntArray:
    """The candle that each time falls into, counted on beyond the oldest and the newest one."""
    known = line.open_times
    newest = len(known) - 1
    positions: IntArray = np.searchsorted(known, times, side="right") - 1
    ahead, before = times >= known[newest], times < known[0]
    positions[ahead] = newest + (times[ahead] - known[newest]) // line.step
    positions[before] = (times[before] - known[0]) // line.step
    return positions
