"""Words at a point."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, Text
from thebot_desktop.ui.charts.chart_style import Type
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool


class TextTool(Tool):
    """It stands right of its point."""

    kind = Text
    title = "Text"
    icon = "text"
    place = 80
    bounded = False
    has_text = True
    has_line = False

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        at = places.point(drawing.anchors[0])
        sketch = Sketch(handles=[at])
        if not places.box.grown(places.px(400)).holds(at):
            return sketch
        words = drawing.text.splitlines() or [self.name]
        colour = drawing.style.colour or places.style.theme.text
        label = places.label(words, at, colour, down=0.5, kind=Type.LEGEND)
        sketch.labels.append(label.moved(places.px(8), 0))
        return sketch
