"""How far it is from one point to another."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, Measure
from thebot_desktop.ui.charts.drawings.box_parts import arrow, box_fill, box_of
from thebot_desktop.ui.charts.drawings.geometry import Box, Point
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Label, Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool
from thebot_desktop.ui.charts.drawings.words import bars_text, duration_text, share_text

SHARE = 0.14
AIR = 6


class MeasureTool(Tool):
    """In the colours of rising and falling, with the figures beside the end."""

    kind = Measure
    title = "Measure"
    icon = "measure"
    place = 90
    has_line = False

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        start, stop = places.points(drawing)
        change = drawing.anchors[1].price - drawing.anchors[0].price
        theme = places.style.theme
        own = theme.up if change >= 0 else theme.down
        colour = drawing.style.colour or own
        box = box_of(start, stop)
        sketch = Sketch(handles=[start, stop], fills=box_fill(box, colour, SHARE, places))
        middle = Point(round((start.x + stop.x) / 2), round((start.y + stop.y) / 2))
        size = places.px(4)
        for begin, end in (
            (Point(middle.x, start.y), Point(middle.x, stop.y)),
            (Point(start.x, middle.y), Point(stop.x, middle.y)),
        ):
            for leg in arrow(begin, end, size):
                sketch.strokes += self.line(drawing, *leg, places, colour)
        if sketch.fills:
            sketch.labels.append(_figures(drawing, box, change, colour, places))
        return sketch


def _figures(drawing: Drawing, box: Box, change: float, colour: str, places: Places) -> Label:
    first, second = drawing.anchors
    bars = places.position(second.time) - places.position(first.time)
    price = places.pane.change_text(change)
    share = share_text(change, first.price) if places.pane.spec.is_price else ""
    lines = [
        f"{price} ({share})" if share else price,
        f"{bars_text(bars)} · {duration_text(second.time - first.time)}",
    ]
    above = places.y(second.price) <= places.y(first.price)
    y = box.top - places.px(AIR) if above else box.bottom + places.px(AIR)
    ink = places.style.theme.on(colour)
    label = places.label(
        lines,
        Point((box.left + box.right) / 2, y),
        ink,
        across=0.5,
        down=1.0 if above else 0.0,
        ground=colour,
    )
    return places.kept_inside(label)
