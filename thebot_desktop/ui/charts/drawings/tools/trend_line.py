"""A line from one point to another."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, TrendLine
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool


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
            middle = Point((start.x + stop.x) / 2, (start.y + stop.y) / 2 - places.px(4))
            colour = places.colour(drawing)
            words = drawing.text.splitlines()
            sketch.labels.append(places.label(words, middle, colour, across=0.5, down=1.0))
        return sketch
