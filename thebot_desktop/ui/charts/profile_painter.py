"""Volume by price: horizontal bars with the value area, from a session's begin or at the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QBrush, QColor, QPainter

from thebot_desktop.domain.shapes import OPEN_ENDED, Profile
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.pixels import RectArray, fill_rects, horizontal_dashes, rect_array
from thebot_desktop.ui.charts.shape_book import PlacedShapes
from thebot_desktop.ui.charts.shape_words import AIR, Words

EDGE_WIDTH = 0.24
"""The longest bar of a profile at the right edge, as a share of the plot."""
SPAN_WIDTH = 0.4
"""And of one that stands where its candles begin, as a share of their stretch."""
LEAST_WIDTH = 16
"""Profiles with less room, in logical pixels, are left out."""
WITH_MARKS = 90
"""From this width on the peaks and valleys are marked."""
IN_AREA, OUTSIDE = 0.42, 0.20
MARK = 7


@dataclass(frozen=True, slots=True, eq=False)
class SeenProfile:
    """A profile between two columns; one at the right edge grows to the left."""

    profile: Profile
    left: int
    right: int
    at_edge: bool

    @property
    def room(self) -> float:
        """The longest bar."""
        return (self.right - self.left) * (EDGE_WIDTH if self.at_edge else SPAN_WIDTH)


def seen_profiles(
    placed: PlacedShapes, in_view: Sequence[Profile], frame: Frame
) -> Iterator[SeenProfile]:
    """Those that touch the plot; profiles of what is in view, and open ones, at the right edge."""
    span = placed.profiles
    for place, profile in enumerate(placed.shapes.profiles):
        left = frame.bars.x(float(span.first[place]))
        if profile.end == OPEN_ENDED:
            yield SeenProfile(profile, max(left, 0), frame.plot_width, at_edge=True)
            continue
        right = frame.bars.x(float(span.last[place]))
        wide = right - left >= LEAST_WIDTH * frame.unit / SPAN_WIDTH
        if wide and right >= 0 and left < frame.plot_width:
            yield SeenProfile(profile, left, right, at_edge=False)
    for profile in in_view:
        yield SeenProfile(profile, 0, frame.plot_width, at_edge=True)


def paint_profile(
    painter: QPainter, seen: SeenProfile, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> None:
    """Bars, stronger in the value area, then the lines of POC, VAH and VAL."""
    profile, theme = seen.profile, style.theme
    prices = profile.low + profile.step * (np.arange(len(profile.volumes)) + 0.5)
    inside = (prices > profile.val) & (prices < profile.vah)
    bought, sold = _bars(seen, pane)
    for rects, colour in ((bought, theme.up), (sold, theme.down)):
        drawn = rects[:, 2] >= rects[:, 0]
        for area, share in ((inside, IN_AREA), (~inside, OUTSIDE)):
            fill_rects(painter, rects[drawn & area], QBrush(QColor(theme.tint(colour, share))))
    left, right = max(0, seen.left), min(seen.right, frame.plot_width)
    thick = max(1, int(style.unit))
    line = rect_array(1)
    y = pane.scale.y(profile.poc)
    line[0] = left, y, right - 1, y + thick - 1
    fill_rects(painter, line, style.warning)
    for value in (profile.vah, profile.val):
        dashes = horizontal_dashes(
            left, right, pane.scale.y(value), style.px(5), style.px(4), thick
        )
        fill_rects(painter, dashes, QBrush(QColor(theme.accent)))
    if seen.room >= style.px(WITH_MARKS):
        _paint_marks(painter, seen, pane, style)


def paint_profile_words(words: Words, seen: SeenProfile) -> None:
    """The three lines by name and price, then peaks and valleys while there is room."""
    profile, theme, pane = seen.profile, words.style.theme, words.pane
    names = [("POC", profile.poc, theme.warning), ("VAH", profile.vah, theme.accent)]
    names.append(("VAL", profile.val, theme.accent))
    right = min(seen.right, words.frame.plot_width)
    for name, price, colour in names:
        text = f"{name}  {pane.text(price)}"
        width, height = words.size(text)
        end = right - words.style.px(AIR) - (round(seen.room) if seen.at_edge else 0)
        if end - max(0, seen.left) >= width and pane.scale.shows(price):
            words.write(text, colour, end, pane.scale.y(price) - height // 2)
    if seen.room < words.style.px(WITH_MARKS):
        return
    high = QCoreApplication.translate("Chart", "HVN")
    low = QCoreApplication.translate("Chart", "LVN")
    for text, prices in ((high, profile.peaks), (low, profile.valleys)):
        width, height = words.size(text)
        for price in prices.tolist():
            y = pane.scale.y(price) - height // 2
            base = right - words.style.px(MARK) if seen.at_edge else seen.left + width
            words.write(text, theme.secondary, base, y)


def _bars(seen: SeenProfile, pane: PaneFrame) -> tuple[RectArray, RectArray]:
    """Rectangles of what was bought, next to the base line, and of what was sold."""
    profile, count = seen.profile, len(seen.profile.volumes)
    edges = profile.low + profile.step * np.arange(count + 1.0)
    ys = np.floor(pane.scale.ys(edges) + 0.5)
    top, bottom = np.minimum(ys[:-1], ys[1:]), np.maximum(ys[:-1], ys[1:])
    gap = (bottom - top) >= 4
    most = float(profile.volumes.max(initial=0.0)) or 1.0
    whole = np.round(profile.volumes / most * seen.room)
    part = np.round(profile.bought / most * seen.room)
    near, far = rect_array(count), rect_array(count)
    for rects in (near, far):
        rects[:, 1], rects[:, 3] = top, np.maximum(bottom - 1 - gap, top)
    if seen.at_edge:
        near[:, 0], near[:, 2] = seen.right - part, seen.right - 1
        far[:, 0], far[:, 2] = seen.right - whole, seen.right - part - 1
    else:
        near[:, 0], near[:, 2] = seen.left, seen.left + part - 1
        far[:, 0], far[:, 2] = seen.left + part, seen.left + whole - 1
    return near, far


def _paint_marks(painter: QPainter, seen: SeenProfile, pane: PaneFrame, style: ChartStyle) -> None:
    """A thick tick at the base for each peak, a thin one for each valley."""
    size = style.px(MARK)
    left = seen.right - size if seen.at_edge else seen.left
    marks = (seen.profile.peaks, style.px(3)), (seen.profile.valleys, style.px(1))
    for prices, thick in marks:
        ys = np.floor(pane.scale.ys(prices) + 0.5)
        rects = rect_array(len(ys))
        rects[:, 0], rects[:, 2] = left, left + size - 1
        rects[:, 1] = ys - thick // 2
        rects[:, 3] = rects[:, 1] + thick - 1
        fill_rects(painter, rects, QBrush(QColor(style.theme.secondary)))
