"""A line from one point to another."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, TrendLine
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool

MOST_AIR = 48


class TrendLineTool(Tool):
    """Its words stand over its middle."""

    kind = TrendLine
    title = "Trend line"
    icon = "trend_line"
    place = 10
    shortcut = "Alt+T"
    has_text = True

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        start, stop = places.points(drawing)
        sketch = Sketch(self.line(drawing, start, stop, places), handles=[start, stop])
        if drawing.text and sketch.strokes:
            middle = Point((start.x + stop.x) / 2, (start.y + stop.y) / 2)
            words = drawing.text.splitlines()
            label = places.label(words, middle, places.colour(drawing), across=0.5, down=1.0)
            # As far above the line as its slope demands.
            half = (label.box.right - label.box.left) / 2
            slope = abs((stop.y - start.y) / ((stop.x - start.x) or 1.0))
            up = min(places.px(MOST_AIR), slope * half) + places.px(2)
            sketch.labels.append(label.moved(0, -up))
        return sketch
