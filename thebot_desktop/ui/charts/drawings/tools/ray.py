"""A line from one point through another and on."""

from __future__ import annotations

from thebot_desktop.domain.drawings import Drawing, Ray
from thebot_desktop.ui.charts.drawings.geometry import extended
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.sketch import Sketch
from thebot_desktop.ui.charts.drawings.tool import Tool


class RayTool(Tool):
    """It ends at the edge of the chart."""

    kind = Ray
    title = "Ray"
    icon = "ray"
    place = 20
    bounded = False

    def sketch(self, drawing: Drawing, places: Places) -> Sketch:
        start, through = places.points(drawing)
        far = extended(start, through, places.box)
        return Sketch(self.line(drawing, start, far, places), handles=[start, through])
