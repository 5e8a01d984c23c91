"""A time, from the top to the bottom of the price pane."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, VerticalLine
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool


class VerticalLineTool(Tool):
    """Its words stand beside its foot."""

    kind = VerticalLine
    title = "Vertical line"
    icon = "vertical_line"
    place = 40
    shortcut = "Alt+V"
    bounded = False
    has_text = True

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        at, box = places.point(drawing.anchors[0]), places.box
        strokes = self.line(drawing, Point(at.x, box.top), Point(at.x, box.bottom), places)
        handle = Point(at.x, min(max(at.y, box.top), box.bottom))
        sketch = Sketch(strokes, handles=[handle])
        if drawing.text and strokes:
            foot = Point(at.x + places.px(4), box.bottom - places.px(6))
            words = drawing.text.splitlines()
            sketch.labels.append(places.label(words, foot, places.colour(drawing), down=1.0))
        return sketch
