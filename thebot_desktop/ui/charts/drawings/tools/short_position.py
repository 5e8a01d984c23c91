"""A trade that earns when the price falls."""

from __future__ import annotations

from thebot_desktop.domain.drawings import ShortPosition
from thebot_desktop.ui.charts.drawings.position_tool import PositionTool


class ShortPositionTool(PositionTool):
    """Target below, stop above."""

    kind = ShortPosition
    title = "Short position"
    icon = "short_position"
    place = 110
