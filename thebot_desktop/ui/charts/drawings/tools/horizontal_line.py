"""A price, across the whole chart and named on the axis."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, HorizontalLine
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch, Tag
from thebot_desktop.ui.charts.drawings.tool import Tool


class HorizontalLineTool(Tool):
    """Its words stand over its right end."""

    kind = HorizontalLine
    title = "Horizontal line"
    icon = "horizontal_line"
    place = 30
    shortcut = "Alt+H"
    bounded = False
    has_text = True

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        at = places.point(drawing.anchors[0])
        y, box = float(round(at.y)), places.box
        strokes = self.line(drawing, Point(box.left, y), Point(box.right, y), places)
        sketch = Sketch(strokes, handles=[Point(min(max(at.x, box.left), box.right), y)])
        if not strokes:
            return sketch
        colour = places.colour(drawing)
        if drawing.text:
            corner = Point(box.right - places.px(6), y - places.px(3))
            words = drawing.text.splitlines()
            sketch.labels.append(places.label(words, corner, colour, across=1.0, down=1.0))
        return sketch

    def tag(self, drawing: Drawing, places: Places) -> Tag | None:
        price = drawing.anchors[0].price
        return Tag(price, places.colour(drawing)) if places.pane.scale.shows(price) else None
