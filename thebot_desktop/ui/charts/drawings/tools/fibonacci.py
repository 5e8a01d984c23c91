"""Levels of a Fibonacci retracement."""

from __future__ import annotations

from itertools import pairwise

from thebot_desktop.domain.drawings import Dash, Drawing, Fibonacci
from thebot_desktop.ui.charts.drawings.box_parts import box_fill
from thebot_desktop.ui.charts.drawings.geometry import Box, Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Label, Sketch, Stroke
from thebot_desktop.ui.charts.drawings.tool import Tool

SHARE = 0.06
FIRST = (0.0, 1.0, 0.5, 0.618, 0.382)
"""Levels that are named before others where there is little room."""


class FibonacciTool(Tool):
    """Drawn from the beginning of a move to its end, which is level 0."""

    kind = Fibonacci
    title = "Fibonacci retracement"
    icon = "fibonacci"
    place = 70
    shortcut = "Alt+F"

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        start, stop = places.points(drawing)
        sketch = Sketch(handles=[start, stop])
        sketch.strokes += [
            Stroke(s.start, s.stop, places.style.theme.muted, 1, Dash.DASHED)
            for s in self.line(drawing, start, stop, places)
        ]
        left, right = sorted((start.x, stop.x))
        labels: list[tuple[float, Label]] = []
        levels = [(*level, float(round(places.y(level[1])))) for level in _levels(drawing)]
        for number, (ratio, price, y) in enumerate(levels):
            colour = drawing.style.colour or _colour(number, ratio, places)
            ends = Point(left, y), Point(right, y)
            seen = self.line(drawing, *ends, places, colour)
            sketch.strokes += seen
            if seen:
                text = f"{ratio:g} ({places.pane.text(price)})"
                at = Point(left - places.px(4), y)
                beside = places.label([text], at, colour, across=1.0, down=0.5)
                labels.append((ratio, places.kept_beside(beside)))
        sketch.labels += _legible(labels)
        for number, ((_, _, upper), (ratio, _, lower)) in enumerate(pairwise(levels), start=1):
            colour = drawing.style.colour or _colour(number, ratio, places)
            box = Box(left, min(upper, lower), right, max(upper, lower))
            sketch.fills += box_fill(box, colour, SHARE, places)
        return sketch


def _levels(drawing: Drawing) -> list[tuple[float, float]]:
    """Each ratio with its price, in order."""
    begin, end = drawing.anchors
    ratios = drawing.ratios if isinstance(drawing, Fibonacci) else ()
    return [(r, end.price + r * (begin.price - end.price)) for r in sorted(set(ratios))]


def _legible(labels: list[tuple[float, Label]]) -> list[Label]:
    """Those that do not stand on each other, the important levels first."""
    kept: list[Label] = []
    for _, label in sorted(labels, key=lambda each: _rank(each[0])):
        if not any(label.box.grown(-1).meets(other.box) for other in kept):
            kept.append(label)
    return kept


def _rank(ratio: float) -> int:
    return FIRST.index(ratio) if ratio in FIRST else len(FIRST)


def _colour(number: int, ratio: float, places: Places) -> str:
    """The ends of the move are quiet; the levels each have a colour of their own."""
    if ratio in (0.0, 1.0):
        return places.style.theme.secondary
    lines = places.style.lines
    return lines[number % len(lines)].name()
