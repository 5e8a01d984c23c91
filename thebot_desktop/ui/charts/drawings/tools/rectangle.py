"""A rectangle between two corners."""

from __future__ import annotations

import msgspec

from thebot_desktop.domain.drawings import Anchor, Drawing, Rectangle
from thebot_desktop.ui.charts.drawings.box_parts import box_fill, box_of, box_strokes
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool

SHARE = 0.12


class RectangleTool(Tool):
    """Four corners can be taken, though only two are kept."""

    kind = Rectangle
    title = "Rectangle"
    icon = "rectangle"
    place = 50
    shortcut = "Alt+R"
    has_text = True

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        first, second = places.points(drawing)
        corners = [first, Point(second.x, first.y), second, Point(first.x, second.y)]
        box = box_of(first, second)
        colour = places.colour(drawing)
        sketch = Sketch(box_strokes(self, drawing, box, places), handles=corners)
        sketch.fills += box_fill(box, colour, SHARE, places)
        if drawing.text and sketch.fills:
            corner = Point(box.left + places.px(4), box.top + places.px(4))
            sketch.labels.append(places.label(drawing.text.splitlines(), corner, colour))
        return sketch

    def reshaped(self, drawing: Drawing, handle: int, anchor: Anchor) -> Drawing:
        first, second = drawing.anchors
        if handle in (0, 3):
            first = Anchor(anchor.time, first.price)
        else:
            second = Anchor(anchor.time, second.price)
        if handle in (0, 1):
            first = Anchor(first.time, anchor.price)
        else:
            second = Anchor(second.time, anchor.price)
        return msgspec.structs.replace(drawing, anchors=(first, second))
