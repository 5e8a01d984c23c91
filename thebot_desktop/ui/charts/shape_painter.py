"""What indicators draw beside lines: grounds and lines behind the candles, words over them."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QPainter

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.level_painter import paint_level_lines, paint_level_words
from thebot_desktop.ui.charts.profile_painter import (
    SeenProfile,
    paint_profile,
    paint_profile_words,
    seen_profiles,
)
from thebot_desktop.ui.charts.shape_words import Words
from thebot_desktop.ui.charts.zone_painter import paint_zone_words, paint_zones, seen_zones


def paint_shapes(
    painter: QPainter, state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """Behind the candles."""
    for profile in _profiles(state, frame, pane):
        paint_profile(painter, profile, frame, pane, style)
    for label in pane.spec.drawn:
        placed = state.shapes.placed.get(label)
        if placed is not None:
            paint_zones(painter, seen_zones(placed, frame, pane), style)
            paint_level_lines(painter, placed, frame, pane, style)


def paint_shape_words(
    painter: QPainter, state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """Over the candles, none over another."""
    if not pane.spec.drawn:
        return
    words = Words(painter, frame, pane, style)
    for label in pane.spec.drawn:
        placed = state.shapes.placed.get(label)
        if placed is not None:
            paint_level_words(words, placed)
            paint_zone_words(words, seen_zones(placed, frame, pane), placed.shapes)
    for profile in _profiles(state, frame, pane):
        paint_profile_words(words, profile)


def _profiles(state: ChartState, frame: Frame, pane: PaneFrame) -> Iterator[SeenProfile]:
    for label in pane.spec.drawn:
        placed = state.shapes.placed.get(label)
        if placed is not None:
            seen = state.shapes.profiles_in_view(
                label, state.store, frame.first, frame.last, frame.block
            )
            yield from seen_profiles(placed, seen, frame)
