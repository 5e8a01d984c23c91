"""Two parallel lines with the middle between them."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Channel, Dash, Drawing
from thebot_desktop.ui.charts.drawings.box_parts import polygon_fill
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch, Stroke
from thebot_desktop.ui.charts.drawings.tool import Tool

SHARE = 0.08


class ChannelTool(Tool):
    """The third point says how far away the other line is."""

    kind = Channel
    title = "Parallel channel"
    icon = "channel"
    place = 60

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        start, stop, third = places.points(drawing)
        sketch = Sketch(self.line(drawing, start, stop, places), handles=[start, stop, third])
        off = _offset(start, stop, third)
        upper = [Point(p.x + off.x, p.y + off.y) for p in (start, stop)]
        middle = [Point(p.x + off.x / 2, p.y + off.y / 2) for p in (start, stop)]
        sketch.strokes += self.line(drawing, upper[0], upper[1], places)
        sketch.strokes += [
            Stroke(s.start, s.stop, s.colour, 1, Dash.DASHED)
            for s in self.line(drawing, middle[0], middle[1], places)
        ]
        corners = (start, stop, upper[1], upper[0])
        sketch.fills += polygon_fill(corners, places.colour(drawing), SHARE, places)
        return sketch


def _offset(start: Point, stop: Point, third: Point) -> Point:
    """From the first line to the second: straight down, or aside where the line is upright."""
    dx = stop.x - start.x
    if dx == 0:
        return Point(third.x - start.x, 0.0)
    on_line = start.y + (third.x - start.x) / dx * (stop.y - start.y)
    return Point(0.0, third.y - on_line)
