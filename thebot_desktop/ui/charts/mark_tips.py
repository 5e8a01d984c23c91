"""MarkTips: what a mark under the pointer says."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect
from PySide6.QtWidgets import QToolTip

from thebot_desktop.ui.charts.events import PlacedEvents, placed_events
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.marks_painter import PlacedGroup, placed_groups
from thebot_desktop.ui.charts.time_axis import crosshair_text

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
        self._shown: QRect | None = None

    def move(self, at: QPointF) -> None:
        """The pointer is over the chart itself."""
        found = self._found(at)
        if found is None:
            self.leave()
            return
        rect, lines = found
        if rect == self._shown:
            return
        self._shown = rect
        viewport = self._canvas.viewport()
        place = viewport.mapToGlobal(QPoint(rect.center().x(), rect.bottom()))
        QToolTip.showText(place, "\n".join(lines), viewport, rect)

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
        for group in reversed(self._groups):
            if group.rect.adjusted(-reach, -reach, reach, reach).contains(point):
                return _logical(group.rect, unit), self._lines_of(group)
        for placed in self._events:
            if placed.rect.contains(point):
                lines = [f"{e.kind.title} · {e.title}" for e in placed.events[:MOST_LINES]]
                return _logical(placed.rect, unit), _ended(lines, len(placed.events))
        return None

    def _follow(self, frame: Frame) -> None:
        """Where marks are is worked out once for each frame that somebody points at."""
        if frame is not self._frame:
            self._frame = frame
            state, style = self._canvas.state, self._canvas.style_now
            self._groups = placed_groups(state, frame, style)
            self._events = placed_events(state, frame, style)

    def _lines_of(self, placed: PlacedGroup) -> list[str]:
        group = placed.group
        first, last = (crosshair_text(self._canvas.state, i) for i in (group.first, group.last))
        when = first if first == last else f"{first} – {last}"
        lines = [mark.words(mark.number) for mark in islice(group.members(), MOST_LINES)]
        return [when, *_ended(lines, group.count)]


def _ended(lines: list[str], count: int) -> list[str]:
    more = count - len(lines)
    if more > 0:
        lines.append(QCoreApplication.translate("Chart", "and {0} more").format(more))
    return lines


def _logical(rect: QRect, unit: float) -> QRect:
    return QRect(
        round(rect.left() / unit),
        round(rect.top() / unit),
        round(rect.width() / unit),
        round(rect.height() / unit),
    )
