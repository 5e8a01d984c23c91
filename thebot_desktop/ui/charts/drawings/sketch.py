"""Sketch: what one drawing consists of in one frame; painting and hit tests follow from it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from thebot_desktop.domain.drawings import Dash
from thebot_desktop.ui.charts.chart_style import Type
from thebot_desktop.ui.charts.drawings.geometry import Box, Point, around, distance, inside


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line. ``width`` counts logical pixels."""

    start: Point
    stop: Point
    colour: str
    width: float = 1.0
    dash: Dash = Dash.SOLID


@dataclass(frozen=True, slots=True)
class Fill:
    """A polygon, laid thinly over what is behind it."""

    corners: tuple[Point, ...]
    colour: str
    share: float


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of words in their box; with a ground they stand on it, else on the chart."""

    lines: tuple[str, ...]
    box: Box
    colour: str
    ground: str
    air: float
    kind: Type

    def moved(self, right: float, down: float) -> Label:
        box = self.box
        there = Box(box.left + right, box.top + down, box.right + right, box.bottom + down)
        return dataclasses.replace(self, box=there)


@dataclass(frozen=True, slots=True)
class Tag:
    """A price named on the axis."""

    price: float
    colour: str


@dataclass(slots=True)
class Sketch:
    """All in device pixels."""

    strokes: list[Stroke] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    handles: list[Point] = field(default_factory=list)

    def hit(self, at: Point, reach: float) -> bool:
        """Whether its lines or words are there."""
        return any(distance(at, s.start, s.stop) <= reach for s in self.strokes) or any(
            label.box.holds(at) for label in self.labels
        )

    def covers(self, at: Point) -> bool:
        """Whether its ground is there."""
        return any(inside(at, fill.corners) for fill in self.fills)

    def handle_at(self, at: Point, reach: float) -> int | None:
        """The handle under a point; where several are, the last one."""
        for index in reversed(range(len(self.handles))):
            if distance(at, self.handles[index], self.handles[index]) <= reach:
                return index
        return None

    def bounds(self, air: float) -> Box | None:
        """All that it covers, without handles; None for nothing."""
        boxes = [around((s.start, s.stop)) for s in self.strokes]
        boxes += [around(f.corners) for f in self.fills]
        boxes += [label.box for label in self.labels]
        if not boxes:
            return None
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.joined(box)
        return whole.grown(air)
