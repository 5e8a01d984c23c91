"""Compared symbols as lines over the price, and what the legend says about them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator

from PySide6.QtGui import QPainter

from thebot_desktop.domain.market import FloatArray
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.comparison import Comparison
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.line_painter import closed_points, live_points_of
from thebot_desktop.ui.charts.pane_specs import LineSpec
from thebot_desktop.ui.charts.pixels import draw_line
from thebot_desktop.ui.charts.series_store import ValueLine


def paint_compared(
    painter: QPainter, state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """The line of each symbol through its closed candles; interrupted where it has none."""
    for each, line, scaled in _shown(state, frame, pane):
        xs, ys = closed_points(line, frame, scaled)
        draw_line(painter, xs, ys, style.lines[each.colour], frame.unit)


def compared_ends(
    state: ChartState, frame: Frame, pane: PaneFrame
) -> Iterator[tuple[LineSpec, tuple[FloatArray, FloatArray]]]:
    """The last piece of each line, which moves with the symbol's price."""
    for each, line, scaled in _shown(state, frame, pane):
        yield LineSpec(("compared", each.symbol), each.colour), live_points_of(line, frame, scaled)


def compared_changes(
    state: ChartState, frame: Frame, index: int
) -> Iterator[tuple[Comparison, float]]:
    """How far each symbol is from where it was at the first candle in view, in percent."""
    base = frame.panes[0].base
    for each in state.compared:
        factor, change = frame.factors.get(each.symbol), math.nan
        if factor is not None and each.line is not None and base > 0:
            change = (each.line.at(index) * factor / base - 1) * 100
        yield each, change


def _shown(
    state: ChartState, frame: Frame, pane: PaneFrame
) -> Iterator[tuple[Comparison, ValueLine, PaneFrame]]:
    """With a scale on which the symbol's own prices are rows of pixels."""
    for each in state.compared:
        factor = frame.factors.get(each.symbol)
        if factor is not None and each.line is not None:
            low, high = pane.scale.low / factor, pane.scale.high / factor
            scale = dataclasses.replace(pane.scale, low=low, high=high)
            yield each, each.line, dataclasses.replace(pane, scale=scale)
