"""A trade that earns when the price rises."""

from __future__ import annotations

from thebot_desktop.domain.drawings import LongPosition
from thebot_desktop.ui.charts.drawings.position_tool import PositionTool


class LongPositionTool(PositionTool):
    """Target above, stop below."""

    kind = LongPosition
    title = "Long position"
    icon = "long_position"
    place = 100
