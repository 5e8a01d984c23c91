"""What a chart shows while its candles are being fetched: their outline in the grid's colour."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pixels import fill_rects, rect_array

BAR, GAP = 9, 7


def paint_skeleton(painter: QPainter, frame: Frame, style: ChartStyle) -> None:
    """Bars along a calm wave, lines for the axes, blocks for their labels."""
    box = frame.panes[0].box
    pitch = style.px(BAR + GAP)
    count = max(0, frame.plot_width // pitch)
    turn = np.arange(count) * 0.37
    middle = box.height * (0.52 - 0.14 * np.sin(turn * 0.6) - 0.06 * np.sin(turn * 1.9))
    length = box.height * (0.06 + 0.05 * np.abs(np.sin(turn * 2.7 + 1)))
    bodies = rect_array(count)
    bodies[:, 0] = np.arange(count) * pitch + style.px(GAP)
    bodies[:, 2] = bodies[:, 0] + style.px(BAR) - 1
    bodies[:, 1] = box.top + middle - length
    bodies[:, 3] = box.top + middle + length
    fill_rects(painter, bodies, style.grid)
    wicks = bodies.copy()
    wicks[:, 0] += style.px(BAR) // 2
    wicks[:, 2] = wicks[:, 0]
    wicks[:, 1] -= (length * 0.7).astype(np.int32)
    wicks[:, 3] += (length * 0.5).astype(np.int32)
    fill_rects(painter, wicks, style.grid)
    _paint_axes(painter, frame, style)


def _paint_axes(painter: QPainter, frame: Frame, style: ChartStyle) -> None:
    height, width = style.px(8), style.px(38)
    left = frame.plot_width + style.px(9)
    ys = range(style.px(30), frame.plot_height - style.px(20), style.px(52))
    xs = range(style.px(50), frame.plot_width - style.px(60), style.px(110))
    below = frame.plot_height + (frame.height - frame.plot_height - height) // 2
    blocks = [(left, y, left + width, y + height) for y in ys]
    blocks += [(x, below, x + width, below + height) for x in xs]
    blocks.append((frame.plot_width, 0, frame.plot_width, frame.plot_height))
    blocks.append((0, frame.plot_height, frame.width, frame.plot_height))
    rects = rect_array(len(blocks))
    rects[:] = np.array(blocks)
    fill_rects(painter, rects, style.grid)
