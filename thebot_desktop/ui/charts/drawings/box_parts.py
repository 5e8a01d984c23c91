"""Parts that several tools share: boxes, arrows, grounds, kept within what can be seen."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing
from thebot_desktop.ui.charts.drawings.geometry import Box, Point, around
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Fill, Stroke
from thebot_desktop.ui.charts.drawings.tool import Tool


def box_of(one: Point, other: Point) -> Box:
    return around((one, other))


def box_strokes(tool: Tool, drawing: Drawing, box: Box, places: Places) -> list[Stroke]:
    """The four edges, as far as they can be seen."""
    corners = (
        Point(box.left, box.top),
        Point(box.right, box.top),
        Point(box.right, box.bottom),
        Point(box.left, box.bottom),
    )
    edges = zip(corners, (*corners[1:], corners[0]), strict=True)
    return [stroke for edge in edges for stroke in tool.line(drawing, *edge, places)]


def box_fill(box: Box, colour: str, share: float, places: Places) -> list[Fill]:
    """A ground, cut to the pane; nothing where none of it can be seen."""
    if not box.meets(places.box):
        return []
    seen = places.box.grown(places.px(4))
    left, right = max(box.left, seen.left), min(box.right, seen.right)
    top, bottom = max(box.top, seen.top), min(box.bottom, seen.bottom)
    corners = Point(left, top), Point(right, top), Point(right, bottom), Point(left, bottom)
    return [Fill(corners, colour, share)]


def polygon_fill(
    corners: tuple[Point, ...], colour: str, share: float, places: Places
) -> list[Fill]:
    """A ground of any shape, cut to the pane."""
    seen = places.box.grown(places.px(4))
    shape = list(corners)
    for axis, limit, sign in (
        (0, seen.left, 1),
        (0, seen.right, -1),
        (1, seen.top, 1),
        (1, seen.bottom, -1),
    ):
        shape = _cut(shape, axis, limit, sign)
    return [Fill(tuple(shape), colour, share)] if len(shape) > 2 else []


def arrow(start: Point, stop: Point, size: float) -> list[tuple[Point, Point]]:
    """A line along an axis with a head at its end."""
    dx, dy = stop.x - start.x, stop.y - start.y
    legs = [(start, stop)]
    length = abs(dx) + abs(dy)
    if length < 2 * size:
        return legs
    ux, uy = dx / length, dy / length
    for side in (-1, 1):
        foot = Point(stop.x - ux * size + side * uy * size, stop.y - uy * size + side * ux * size)
        legs.append((stop, foot))
    return legs


def _cut(shape: list[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """What lies on one side of an upright or level line."""
    kept: list[Point] = []
    for index, point in enumerate(shape):
        before = shape[index - 1]
        here, there = sign * (point[axis] - limit), sign * (before[axis] - limit)
        if (here < 0) != (there < 0):
            share = there / (there - here)
            kept.append(
                Point(
                    before.x + share * (point.x - before.x),
                    before.y + share * (point.y - before.y),
                )
            )
        if here >= 0:
            kept.append(point)
    return kept
