"""Lines of indicators, from closed values and from the newest one."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from thebot_desktop.domain.market import FloatArray
from thebot_desktop.market.pyramid import BOTTOM, TOP
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.pane_specs import LineSpec
from thebot_desktop.ui.charts.pixels import draw_line
from thebot_desktop.ui.charts.series_store import ValueLine


def paint_closed_line(
    painter: QPainter,
    state: ChartState,
    frame: Frame,
    pane: PaneFrame,
    spec: LineSpec,
    style: ChartStyle,
) -> None:
    """The line through the values of closed candles."""
    line = state.store.lines.get(spec.key)
    if line is None:
        return
    xs, ys = closed_points(line, frame, pane)
    draw_line(painter, xs, ys, style.line(spec.colour), frame.unit, spec.dash, spec.width)


def closed_points(line: ValueLine, frame: Frame, pane: PaneFrame) -> tuple[FloatArray, FloatArray]:
    """Where the values of closed candles stand."""
    return _single(line, frame, pane) if frame.block == 1 else _zigzag(line, frame, pane)


def live_points(
    state: ChartState, frame: Frame, pane: PaneFrame, spec: LineSpec
) -> tuple[FloatArray, FloatArray] | None:
    """The last piece of a line, which moves with the newest candle."""
    line = state.store.lines.get(spec.key)
    return None if line is None else live_points_of(line, frame, pane)


def live_points_of(line: ValueLine, frame: Frame, pane: PaneFrame) -> tuple[FloatArray, FloatArray]:
    """From the value of the last closed candle to that of the newest."""
    values = np.array([line.at(frame.newest - 1), line.live])
    xs = frame.bars.xs(np.array([frame.newest - 1.0, frame.newest])) + 0.5
    return xs, pane.scale.ys(values) + 0.5


def _single(line: ValueLine, frame: Frame, pane: PaneFrame) -> tuple[FloatArray, FloatArray]:
    """One point per candle."""
    values = line.closed.values(frame.first, frame.last)
    xs = frame.bars.xs(np.arange(frame.first, frame.first + len(values), dtype=np.float64))
    return xs + 0.5, pane.scale.ys(values) + 0.5


def _zigzag(line: ValueLine, frame: Frame, pane: PaneFrame) -> tuple[FloatArray, FloatArray]:
    """Two points per block, its extremes, in turns so that neighbouring ends meet."""
    start, rows = line.closed.blocks(frame.first, frame.last, frame.block)
    count = rows.shape[1]
    middles = (np.arange(start, start + count) + 0.5) * frame.block
    xs = np.repeat(frame.bars.xs(middles) + 0.5, 2)
    values = np.empty(2 * count)
    odd = (np.arange(start, start + count) & 1).astype(bool)
    values[0::2] = np.where(odd, rows[TOP], rows[BOTTOM])
    values[1::2] = np.where(odd, rows[BOTTOM], rows[TOP])
    return xs, pane.scale.ys(values) + 0.5
