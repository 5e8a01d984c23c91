"""News and dates of the calendar on the time axis: small badges with a letter."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.marks import group_starts
from thebot_desktop.ui.charts.ticks import TimeLine

SIZE = 15
AIR = 3
LEAST_HEIGHT = 140
"""A lower plot belongs to prices."""


class EventKind(Enum):
    """What happened; the letter is what its badge shows."""

    NEWS = "N"
    CALENDAR = "E"

    @property
    def title(self) -> str:
        if self is EventKind.NEWS:
            return QCoreApplication.translate("Chart", "News")
        return QCoreApplication.translate("Chart", "Event")


class ChartEvent(Struct, frozen=True):
    """Something that is not a price, at a time; also at one that lies ahead."""

    time: UnixMs
    kind: EventKind
    title: str


class PlacedEvents(NamedTuple):
    """Events that share a badge, and where that is, in device pixels."""

    events: tuple[ChartEvent, ...]
    rect: QRect

    @property
    def letter(self) -> str:
        """Of one its letter, of several their number."""
        if len(self.events) == 1:
            return self.events[0].kind.value
        return str(len(self.events)) if len(self.events) < 100 else "99"


def in_time(events: Sequence[ChartEvent]) -> tuple[ChartEvent, ...]:
    """In the order that the painter wants."""
    return tuple(sorted(events, key=lambda event: event.time))


def placed_events(state: ChartState, frame: Frame, style: ChartStyle) -> list[PlacedEvents]:
    """Those in view, from left to right, just above the time axis."""
    wanted = state.look.shows_events and state.series is not None and not state.empty
    if not wanted or not state.events or frame.plot_height < style.px(LEAST_HEIGHT):
        return []
    assert state.series is not None
    positions = _positions(state)
    left, right = frame.bars.position(0), frame.bars.position(frame.plot_width)
    first, last = np.searchsorted(positions, (left, right + 1)).tolist()
    if first == last:
        return []
    size = style.px(SIZE)
    apart = max(1, int(np.ceil((size + style.px(AIR)) / frame.bars.spacing)))
    seen = positions[first:last]
    starts = group_starts(seen, apart, apart)
    ends = [*starts[1:].tolist(), len(seen)]
    top = frame.plot_height - size - style.px(AIR)
    found = []
    for start, end in zip(starts.tolist(), ends, strict=True):
        x = frame.bars.x(int(seen[start] + seen[end - 1]) // 2)
        events = state.events[first + start : first + end]
        found.append(PlacedEvents(events, QRect(x - size // 2, top, size, size)))
    return found


def paint_events(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """A round badge for each place, the letter or number in it."""
    theme = style.theme
    painter.setClipRect(0, 0, frame.plot_width, frame.plot_height)
    painter.setFont(style.font(Type.SMALL_STRONG))
    for placed in placed_events(state, frame, style):
        calendar = any(e.kind is EventKind.CALENDAR for e in placed.events)
        colour = QColor(theme.warning if calendar else theme.accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, style.unit * 1.2))
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(QRectF(placed.rect).adjusted(0.6, 0.6, -0.6, -0.6))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawText(placed.rect, Qt.AlignmentFlag.AlignCenter, placed.letter)
    painter.setClipping(False)


def _positions(state: ChartState) -> np.ndarray:
    """The candle that each event falls into, counted on beyond the newest one."""
    assert state.series is not None
    line = TimeLine(state.store.open_times, state.series.interval)
    times = np.array([event.time for event in state.events], np.int64)
    newest = len(line.open_times) - 1
    positions = np.searchsorted(line.open_times, times, side="right") - 1
    ahead = times >= line.open_times[newest]
    positions[ahead] = newest + (times[ahead] - line.open_times[newest]) // line.step
    before = times < line.open_times[0]
    positions[before] = (times[before] - line.open_times[0]) // line.step
    return positions
