"""Horizontal levels from one candle to another or to the right edge, with their names."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QBrush, QPainter

from thebot_desktop.domain.market import IntArray
from thebot_desktop.domain.shapes import Side
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.pixels import RectArray, fill_rects, horizontal_dashes, rect_array
from thebot_desktop.ui.charts.shape_book import PlacedShapes
from thebot_desktop.ui.charts.shape_words import AIR, Words
from thebot_desktop.ui.charts.zone_painter import side_colour

MOST_LEVELS = 120
"""Of more levels in view the newest are painted."""


def paint_level_lines(
    painter: QPainter, placed: PlacedShapes, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """Whole lines; minor levels are dashed."""
    places, rects = seen_levels(placed, frame, pane)
    rows = placed.shapes.levels[places]
    thick = max(1, int(style.unit))
    for side in Side:
        brush = QBrush(style.theme.qcolor(side_colour(side, style), 0.8))
        chosen = rows["side"] == side
        fill_rects(painter, rects[chosen & ~rows["minor"]], brush)
        for left, top, right, _ in rects[chosen & rows["minor"]].tolist():
            left = max(left, 0)
            dashes = horizontal_dashes(left, right + 1, top, style.px(6), style.px(4), thick)
            fill_rects(painter, dashes, brush)


def paint_level_words(words: Words, placed: PlacedShapes) -> None:
    """Name and price at the right end, on the line."""
    places, rects = seen_levels(placed, words.frame, words.pane)
    rows = placed.shapes.levels[places]
    for row, rect in zip(rows[::-1], rects[::-1].tolist(), strict=True):
        text = f"{row['name']}  {words.pane.text(float(row['price']))}"
        right = min(rect[2], words.frame.plot_width - 1) - words.style.px(AIR)
        if right - max(0, rect[0]) >= words.size(text)[0]:
            top = rect[1] - words.size(text)[1] // 2
            words.write(text, side_colour(Side(row["side"]), words.style), right, top)


def seen_levels(placed: PlacedShapes, frame: Frame, pane: PaneFrame) -> tuple[IntArray, RectArray]:
    """Which levels touch the plot, and the lines they make."""
    span, prices = placed.levels, placed.shapes.levels["price"]
    left, right = (frame.bars.xs(each) for each in (span.first, span.last))
    inside = (right >= 0) & (left < frame.plot_width)
    inside &= (prices >= pane.scale.low) & (prices <= pane.scale.high)
    places = np.flatnonzero(inside)[-MOST_LEVELS:]
    rects = rect_array(len(places))
    rects[:, 0] = np.maximum(left[places], -1)
    rects[:, 2] = np.minimum(right[places], frame.plot_width)
    rects[:, 1] = np.floor(pane.scale.ys(prices[places]) + 0.5)
    rects[:, 3] = rects[:, 1] + max(1, int(frame.unit)) - 1
    return places, rects
