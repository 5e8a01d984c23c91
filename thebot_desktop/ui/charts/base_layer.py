"""The base layer: everything of a chart but its newest candle and what follows the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from thebot_desktop.ui.charts.alert_painter import paint_alert_lines, paint_alert_tags
from thebot_desktop.ui.charts.candle_painter import (
    closed_blocks,
    histogram_blocks,
    histogram_shapes,
    paint_histogram,
    paint_volume,
    volume_shapes,
)
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.comparison_painter import paint_compared
from thebot_desktop.ui.charts.drawings.layer import paint_drawing_tags, paint_drawings
from thebot_desktop.ui.charts.edge_painter import paint_edge
from thebot_desktop.ui.charts.events_painter import paint_events
from thebot_desktop.ui.charts.fill_painter import paint_fills
from thebot_desktop.ui.charts.frame import Frame, FrameMaker, PaneFrame
from thebot_desktop.ui.charts.line_painter import paint_closed_line
from thebot_desktop.ui.charts.marks_painter import (
    paint_badge,
    paint_marks,
)
from thebot_desktop.ui.charts.origin_painter import paint_origins
from thebot_desktop.ui.charts.pixels import fill_rects, rect_array
from thebot_desktop.ui.charts.price_axis import paint_grid, paint_labels, paint_levels
from thebot_desktop.ui.charts.series_painter import paint_series
from thebot_desktop.ui.charts.shape_painter import paint_shape_words, paint_shapes
from thebot_desktop.ui.charts.skeleton import paint_skeleton
from thebot_desktop.ui.charts.time_axis import marks_of, paint_time_labels


def prepare(
    maker: FrameMaker, state: ChartState, style: ChartStyle, width: int, height: int
) -> Frame:
    """The next frame, with the times it names."""
    frame = maker.make(state, style, width, height)
    frame.marks = marks_of(state, frame, style)
    return frame


def paint_base(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """Paint one frame, from back to front."""
    painter.fillRect(0, 0, frame.width, frame.height, style.panel_brush)
    paint_badge(painter, state, frame, style)
    if state.loading and state.empty:
        paint_skeleton(painter, frame, style)
    if state.empty or state.covered:
        return
    paint_grid(painter, frame, style)
    for pane in frame.panes:
        painter.setClipRect(0, pane.box.top, frame.plot_width, pane.box.height)
        _paint_pane(painter, state, frame, pane, style)
    painter.setClipping(False)
    paint_edge(painter, state, frame, style)
    paint_events(painter, state, frame, style)
    _paint_frame_lines(painter, frame, style)
    paint_labels(painter, frame, style)
    paint_time_labels(painter, state, frame, style)
    paint_drawing_tags(painter, state, frame, style)
    paint_alert_tags(painter, state, frame, style)


def _paint_pane(
    painter: QPainter, state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    paint_levels(painter, frame, pane, style)
    paint_fills(painter, state, frame, pane, style)
    if pane.spec.is_price:
        blocks = closed_blocks(state, frame)
        if state.look.volume:
            paint_volume(painter, volume_shapes(blocks, frame, pane), style)
        paint_shapes(painter, state, frame, pane, style)
        paint_origins(painter, state, frame, style)
        paint_series(painter, state, blocks, frame, pane, style)
        paint_compared(painter, state, frame, pane, style)
    for spec in pane.spec.histograms:
        if spec.key in state.store.lines:
            values, blocks = histogram_blocks(state, frame, spec.key)
            shapes = histogram_shapes(values, blocks, frame, pane)
            paint_histogram(painter, shapes, spec, style)
    for spec in pane.spec.lines:
        paint_closed_line(painter, state, frame, pane, spec, style)
    if pane.spec.is_price:
        paint_shape_words(painter, state, frame, pane, style)
        paint_drawings(painter, state, frame, style)
        paint_marks(painter, state, frame, style)
        paint_alert_lines(painter, state, frame, style)


def _paint_frame_lines(painter: QPainter, frame: Frame, style: ChartStyle) -> None:
    """One-pixel lines between plot and axes and between panes."""
    lines = [
        (frame.plot_width, 0, frame.plot_width, frame.plot_height),
        (0, frame.plot_height, frame.width, frame.plot_height),
    ]
    lines += [(0, p.box.top, frame.width, p.box.top) for p in frame.panes[1:]]
    rects = rect_array(len(lines))
    rects[:] = np.array(lines)
    fill_rects(painter, rects, style.border)
