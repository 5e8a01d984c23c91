"""What long and short positions have in common: entry, target, stop, reward against risk."""

from __future__ import annotations

from abc import ABC
from typing import cast

import msgspec
from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.drawings import Anchor, Drawing, Position
from thebot_desktop.ui.charts.drawings.box_parts import box_fill
from thebot_desktop.ui.charts.drawings.geometry import Box, Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Label, Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.drawings.words import share_text

SHARE = 0.16
REWARD, RISK = 90, 45
"""Logical pixels to target and stop of a new one."""
WIDTH = 140
AIR = 3


class PositionTool(Tool, ABC):
    """One click makes one; then its lines are moved. The three anchors are its three prices."""

    clicks = 1
    has_line = False

    def completed(self, anchors: tuple[Anchor, ...], places: Places) -> tuple[Anchor, ...]:
        """Two to one, of a size that can be taken hold of."""
        entry = anchors[0]
        at = places.point(entry)
        gain = _rises(self.kind) * (-1 if places.pane.scale.inverted else 1)
        end = places.anchor(at.x + places.px(WIDTH), at.y).time
        target = places.price(at.y - gain * places.px(REWARD))
        stop = places.price(at.y + gain * places.px(RISK))
        return entry, Anchor(end, target), Anchor(end, stop)

    def reshaped(self, drawing: Drawing, handle: int, anchor: Anchor) -> Drawing:
        """Target and stop stay on their sides of the entry; both end at the same time."""
        entry, target, stop = drawing.anchors
        side = _rises(type(drawing))
        if handle == 0:
            low, high = sorted((target.price, stop.price))
            entry = Anchor(anchor.time, min(max(anchor.price, low), high))
        elif handle == 1:
            target = Anchor(anchor.time, entry.price + _at_least(anchor, entry, side))
        else:
            stop = Anchor(anchor.time, entry.price + _at_least(anchor, entry, -side))
        if handle:
            target, stop = Anchor(anchor.time, target.price), Anchor(anchor.time, stop.price)
        return msgspec.structs.replace(drawing, anchors=(entry, target, stop))

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        position = cast(Position, drawing)
        entry, target, stop = places.points(drawing)
        theme = places.style.theme
        left, right = sorted((entry.x, target.x))
        sketch = Sketch(handles=[entry, target, stop])
        for point, colour in ((target, theme.up), (stop, theme.down)):
            box = Box(left, min(entry.y, point.y), right, max(entry.y, point.y))
            sketch.fills += box_fill(box, colour, SHARE, places)
            edge = Point(left, point.y), Point(right, point.y)
            sketch.strokes += self.line(drawing, *edge, places, colour)
        line = Point(left, entry.y), Point(right, entry.y)
        own = drawing.style.colour or theme.secondary
        sketch.strokes += self.line(drawing, *line, places, own)
        if sketch.fills:
            sketch.labels += _labels(position, (left + right) / 2, (entry, target, stop), places)
        return sketch


def _labels(
    position: Position, x: float, points: tuple[Point, Point, Point], places: Places
) -> list[Label]:
    tr, theme = QCoreApplication.translate, places.style.theme
    entry, target, stop = points
    air = places.px(AIR)
    ratio = position.reward_to_risk
    shown = "\N{EN DASH}" if ratio is None else f"{ratio:.2f}"
    found = []
    for word, price, point, colour in (
        (tr("Drawings", "Target"), position.target, target, theme.up),
        (tr("Drawings", "Stop"), position.stop, stop, theme.down),
    ):
        share = share_text(price - position.entry, position.entry)
        text = f"{word} {places.pane.text(price)} ({share})"
        above = point.y <= entry.y
        at = Point(x, point.y - air if above else point.y + air)
        ink, down = theme.on(colour), 1.0 if above else 0.0
        found.append(places.label([text], at, ink, across=0.5, down=down, ground=colour))
    text = tr("Drawings", "{0} · reward/risk {1}").format(places.pane.text(position.entry), shown)
    ground = theme.raised
    middle = Point(x, entry.y)
    found.append(places.label([text], middle, theme.text, across=0.5, down=0.5, ground=ground))
    return [places.kept_beside(label) for label in found]


def _rises(kind: type[Drawing]) -> int:
    return 1 if issubclass(kind, Position) and kind.rises else -1


def _at_least(anchor: Anchor, entry: Anchor, side: int) -> float:
    """How far from the entry, never on its other side."""
    return side * max(0.0, side * (anchor.price - entry.price))
