"""The tools there are."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.drawings import Drawing
from thebot_desktop.ui.charts.drawings import tools
from thebot_desktop.ui.charts.drawings.tool import Tool


@cache
def toolbox() -> Mapping[type[Drawing], Tool]:
    """One tool for each kind of drawing, in their order on screen."""
    found = (kind() for kind in discover(tools, Tool).values())
    return {tool.kind: tool for tool in sorted(found, key=lambda t: t.place)}


def tool_of(drawing: Drawing) -> Tool:
    return toolbox()[type(drawing)]
