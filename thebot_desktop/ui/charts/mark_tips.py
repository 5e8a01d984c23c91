"""MarkTips: what a mark under the pointer says."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect
from PySide6.QtWidgets import QToolTip

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.events import ChartEvent
from thebot_desktop.ui.charts.events_painter import PlacedEvents, placed_events
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.marks import Group
from thebot_desktop.ui.charts.marks_painter import PlacedGroup, forming_groups, placed_groups
from thebot_desktop.ui.charts.ticks import local
from thebot_desktop.ui.charts.time_axis import time_text

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_canvas import ChartCanvas

MOST_LINES = 8
REACH = 4
"""Pixels around a mark that belong to it."""


class MarkTips:
    """Shows a tip beside the mark that the pointer is on; it lists a group's members."""

    def __init__(self, canvas: ChartCanvas) -> None:
        self._canvas = canvas
        self._frame: Frame | None = None
        self._groups: list[PlacedGroup] = []
        self._events: list[PlacedEvents] = []
        self._shown: tuple[QRect, list[str]] | None = None

    def move(self, at: QPointF) -> None:
        """The pointer is over the chart itself."""
        found = self._found(at)
        if found is None:
            self.leave()
            return
        if found == self._shown:
            return
        self._shown = rect, lines = found
        viewport = self._canvas.viewport()
        place = viewport.mapToGlobal(QPoint(rect.center().x(), rect.bottom()))
        QToolTip.showText(place, _page(lines), viewport, rect)

    def leave(self) -> None:
        if self._shown is not None:
            self._shown = None
            QToolTip.hideText()

    def _found(self, at: QPointF) -> tuple[QRect, list[str]] | None:
        """The mark at a point: where it is in logical pixels, and what it says."""
        canvas = self._canvas
        if canvas.state.empty or canvas.state.covered:
            return None
        frame = canvas.frame_now
        self._follow(frame)
        unit = frame.unit
        point = QPointF(at.x() * unit, at.y() * unit).toPoint()
        reach = round(REACH * unit)
        forming = forming_groups(canvas.state, frame, canvas.style_now)
        for placed in (*forming, *reversed(self._groups)):
            if placed.rect.adjusted(-reach, -reach, reach, reach).contains(point):
                return _logical(placed.rect, unit), _lines_of(placed.group, canvas.state)
        for badge in self._events:
            if badge.rect.contains(point):
                return _logical(badge.rect, unit), _lines_of_events(badge.events, canvas.state)
        return None

    def _follow(self, frame: Frame) -> None:
        """Where marks are is worked out once for each frame that somebody points at."""
        if frame is not self._frame:
            self._frame = frame
            state, style = self._canvas.state, self._canvas.style_now
            self._groups = placed_groups(state, frame, style)
            self._events = placed_events(state, frame, style)


def _lines_of_events(events: Sequence[ChartEvent], state: ChartState) -> list[str]:
    entries = [(e.time, f"{e.kind.title} · {e.title}") for e in events[:MOST_LINES]]
    return _lines(entries, (events[0].time, events[-1].time), state, len(events))


def _lines_of(group: Group, state: ChartState) -> list[str]:
    times = state.store.open_times
    marks = islice(group.members(), MOST_LINES)
    entries = [(int(times[m.candle]), m.words(m.number)) for m in marks]
    span = int(times[group.first]), int(times[group.last])
    lines = _lines(entries, span, state, group.count)
    if group.provisional:
        lines[0] += " · " + QCoreApplication.translate("Chart", "not final, the candle still forms")
    return lines


def _lines(
    entries: Sequence[tuple[int, str]],
    span: tuple[int, int],
    state: ChartState,
    count: int,
) -> list[str]:
    """From when to when, then a line for each; with its time where that is not said already."""
    dated = local(span[0], state.axis_zone).date() != local(span[1], state.axis_zone).date()
    first, last = (time_text(when, state) for when in span)
    end = time_text(span[1], state, dated=dated)
    lines = [first if first == last else f"{first} – {end}"]
    for when, words in entries:
        told = "" if first == last else time_text(when, state, dated=dated) + "  "
        lines.append(told + words)
    if count > MOST_LINES:
        more = count - MOST_LINES
        lines.append(QCoreApplication.translate("Chart", "and {0} more").format(more))
    return lines


def _page(lines: Sequence[str]) -> str:
    """Headlines come from outside: nothing in them is taken for markup."""
    return (
        "<p style='margin:0; white-space:pre'>"
        + "<br>".join(html.escape(line) for line in lines)
        + "</p>"
    )


def _logical(rect: QRect, unit: float) -> QRect:
    return QRect(
        round(rect.left() / unit),
        round(rect.top() / unit),
        round(rect.width() / unit),
        round(rect.height() / unit),
    )
