"""Plane geometry of drawings, in device pixels; without Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Point(NamedTuple):
    """A place on the chart."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle; the right and bottom edges belong to it."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, at: Point, air: float = 0.0) -> bool:
        return (
            self.left - air <= at.x <= self.right + air
            and self.top - air <= at.y <= self.bottom + air
        )

    def meets(self, other: Box) -> bool:
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def grown(self, air: float) -> Box:
        return Box(self.left - air, self.top - air, self.right + air, self.bottom + air)

    def joined(self, other: Box) -> Box:
        """The smallest one around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def around(points: Sequence[Point]) -> Box:
    """The smallest box around points, of which there must be one."""
    xs, ys = [p.x for p in points], [p.y for p in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def clipped(start: Point, stop: Point, box: Box) -> tuple[Point, Point] | None:
    """The part of a straight line inside a box; None when it passes beside it.

    Lines can end millions of pixels away, where a painter loses its way.
    """
    dx, dy = stop.x - start.x, stop.y - start.y
    enter, leave = 0.0, 1.0
    for move, room in (
        (-dx, start.x - box.left),
        (dx, box.right - start.x),
        (-dy, start.y - box.top),
        (dy, box.bottom - start.y),
    ):
        if move == 0:
            if room < 0:
                return None
            continue
        share = room / move
        if move < 0:
            enter = max(enter, share)
        else:
            leave = min(leave, share)
    if enter > leave:
        return None
    return (
        start if enter <= 0 else Point(start.x + enter * dx, start.y + enter * dy),
        stop if leave >= 1 else Point(start.x + leave * dx, start.y + leave * dy),
    )


def extended(start: Point, through: Point, box: Box) -> Point:
    """Where a line that goes on beyond ``through`` has certainly left the box."""
    dx, dy = through.x - start.x, through.y - start.y
    length = math.hypot(dx, dy)
    if length == 0:
        return through
    far = sum(
        abs(each)
        for each in (
            box.right - box.left,
            box.bottom - box.top,
            start.x - box.left,
            start.x - box.right,
            start.y - box.top,
            start.y - box.bottom,
        )
    )
    factor = max(1.0, far / length)
    return Point(start.x + dx * factor, start.y + dy * factor)


def distance(at: Point, start: Point, stop: Point) -> float:
    """From a point to the nearest place of a straight line between two others."""
    dx, dy = stop.x - start.x, stop.y - start.y
    length = math.hypot(dx, dy)
    if length == 0:
        return math.hypot(at.x - start.x, at.y - start.y)
    ux, uy = dx / length, dy / length
    along = min(max((at.x - start.x) * ux + (at.y - start.y) * uy, 0.0), length)
    return math.hypot(at.x - start.x - along * ux, at.y - start.y - along * uy)


def inside(at: Point, corners: Sequence[Point]) -> bool:
    """Whether a point lies within a polygon."""
    found = False
    before = corners[-1]
    for corner in corners:
        if (corner.y > at.y) != (before.y > at.y):
            share = (at.y - corner.y) / (before.y - corner.y)
            found ^= at.x < corner.x + share * (before.x - corner.x)
        before = corner
    return found
