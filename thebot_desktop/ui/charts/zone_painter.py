"""Price zones: rectangles from a candle on, all of them from arrays, in a few batches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap

from thebot_desktop.domain.market import IntArray
from thebot_desktop.domain.shapes import Shapes, Side, ZoneArray, ZoneState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.pixels import RectArray, fill_rects, rect_array
from thebot_desktop.ui.charts.shape_book import PlacedShapes
from thebot_desktop.ui.charts.shape_words import AIR, Words

MOST_OPEN, MOST_OVER = 150, 100
"""So many zones of each kind are painted: the largest ones in view."""
LEAST_WIDTH = 3
"""Zones that are over and narrower than this, in logical pixels, would only be dots."""
GROUNDS = {
    ZoneState.ACTIVE: 0.17,
    ZoneState.TESTED: 0.10,
    ZoneState.BROKEN: 0.05,
    ZoneState.EXPIRED: 0.0,
}
HATCHES = {
    ZoneState.TESTED: Qt.BrushStyle.BDiagPattern,
    ZoneState.BROKEN: Qt.BrushStyle.FDiagPattern,
}
HATCH_SHARE = 0.16
EDGE_SHARE = 0.75
OVER_SHARE = 0.4
DASHES = {ZoneState.TESTED: (5, 3), ZoneState.BROKEN: (2, 3), ZoneState.EXPIRED: (1, 4)}
"""On and off of edges, in logical pixels; those of an active zone are whole."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenZones:
    """Zones in view and their rectangles. ``near`` is the row of the edge prices come to first."""

    rows: ZoneArray
    rects: RectArray
    near: NDArray[np.int32]


def seen_zones(placed: PlacedShapes, frame: Frame, pane: PaneFrame) -> SeenZones:
    """Those that touch the plot, the largest ones where there are too many."""
    zones, span = placed.shapes.zones, placed.zones
    stop = int(np.searchsorted(span.first, frame.bars.position(frame.plot_width), side="right"))
    start = int(np.searchsorted(placed.reach, frame.bars.position(0) - 1))
    if stop <= start:
        return SeenZones(zones[:0], rect_array(0), np.empty(0, np.int32))
    part = zones[start:stop]
    left = np.maximum(frame.bars.xs(span.first[start:stop]), -2)
    right = np.minimum(frame.bars.xs(span.last[start:stop]), frame.plot_width + 1)
    low, high = (np.floor(pane.scale.ys(part[edge]) + 0.5) for edge in ("low", "high"))
    top, bottom = np.minimum(low, high), np.maximum(low, high)
    over = part["state"] >= ZoneState.BROKEN
    seen = (right >= 0) & (bottom >= pane.box.top) & (top < pane.box.bottom)
    seen &= (right - left >= LEAST_WIDTH * frame.unit) | ~over
    places = _largest(np.flatnonzero(seen), (right - left + 1) * (bottom - top + 1), over)
    rects = rect_array(len(places))
    for column, edge in enumerate((left, top, right, bottom)):
        rects[:, column] = edge[places]
    near = np.where(part["side"] == Side.RESISTANCE, low, high)[places]
    return SeenZones(part[places], rects, near.astype(np.int32))


def paint_zones(painter: QPainter, seen: SeenZones, style: ChartStyle) -> None:
    """One batch for each kind and state: colour tells the kind, hatch and edge the state.

    The edge that prices come to first is stronger: the upper one of a support.
    """
    sides, states = seen.rows["side"], seen.rows["state"]
    for state in reversed(ZoneState):
        for side in Side:
            chosen = (sides == side) & (states == state)
            if chosen.any():
                colour = side_colour(side, style)
                _paint_some(painter, seen.rects[chosen], seen.near[chosen], state, colour, style)


def paint_zone_words(words: Words, seen: SeenZones, shapes: Shapes) -> None:
    """What they are and what became of them, those that still count first."""
    rows, rects = seen.rows, seen.rects
    order = np.lexsort((-rects[:, 2], rows["state"] >= ZoneState.BROKEN))
    for place in order.tolist():
        left, top, right, bottom = rects[place].tolist()
        right = min(right, words.frame.plot_width - 1)
        text = zone_text(shapes, rows[place])
        width, height = words.size(text)
        top, bottom = max(top, words.pane.box.top), min(bottom, words.pane.box.bottom)
        if right - max(left, 0) < width or bottom - top + 1 < height - 2 * words.style.unit:
            continue
        over = rows[place]["state"] >= ZoneState.BROKEN
        theme = words.style.theme
        colour = theme.muted if over else side_colour(Side(rows[place]["side"]), words.style)
        words.write(text, colour, right - words.style.px(AIR), (top + bottom + 1 - height) // 2)


def zone_text(shapes: Shapes, zone: np.void) -> str:
    """``FVG 40 %``, ``OB tested 2×``, ``OB broken``."""
    state, tests = ZoneState(int(zone["state"])), int(zone["tests"])
    said = [shapes.noun]
    if shapes.fill and zone["filled"] > 0 and not state.is_over:
        said.append(f"{zone['filled'] * 100:.0f} %")
    if state is ZoneState.TESTED:
        said.append(QCoreApplication.translate("Chart", "tested {0}×").format(max(1, tests)))
    elif state is ZoneState.BROKEN:
        broken = QCoreApplication.translate("Chart", "broken")
        said.append(QCoreApplication.translate("Chart", "filled") if shapes.fill else broken)
    elif state is ZoneState.EXPIRED:
        said.append(QCoreApplication.translate("Chart", "expired"))
    return " ".join(filter(None, said))


def side_colour(side: Side, style: ChartStyle) -> str:
    theme = style.theme
    return {Side.SUPPORT: theme.up, Side.RESISTANCE: theme.down, Side.NEITHER: theme.accent}[side]


def _largest(places: IntArray, areas: NDArray[np.float64], over: NDArray[np.bool_]) -> IntArray:
    kept = []
    for part, most in ((places[over[places]], MOST_OVER), (places[~over[places]], MOST_OPEN)):
        many = len(part) > most
        kept.append(part[np.argpartition(areas[part], -most)[-most:]] if many else part)
    return np.sort(np.concatenate(kept))


def _paint_some(
    painter: QPainter,
    rects: RectArray,
    near: NDArray[np.int32],
    state: ZoneState,
    colour: str,
    style: ChartStyle,
) -> None:
    theme = style.theme
    if GROUNDS[state]:
        fill_rects(painter, rects, QBrush(theme.qcolor(colour, GROUNDS[state])))
    if state in HATCHES:
        fill_rects(painter, rects, QBrush(theme.qcolor(colour, HATCH_SHARE), HATCHES[state]))
    edges = np.concatenate((rects, rects))
    thick = max(1, int(style.unit))
    edges[: len(rects), 3] = rects[:, 1] + thick - 1
    edges[len(rects) :, 1] = rects[:, 3] - thick + 1
    share = OVER_SHARE if state.is_over else EDGE_SHARE
    brush = QBrush(theme.qcolor(colour, share))
    if state in DASHES:
        brush = QBrush(_dashes(colour, share, DASHES[state], style))
    fill_rects(painter, edges, brush)
    if not state.is_over:
        strong = rects.copy()
        strong[:, 1], strong[:, 3] = near - thick // 2, near + (thick + 1) // 2
        fill_rects(painter, strong, brush)


def _dashes(colour: str, share: float, dash: tuple[int, int], style: ChartStyle) -> QPixmap:
    """A texture of dashes, so that all edges are one fill."""
    on, off = style.px(dash[0]), style.px(dash[1])
    picture = QPixmap(on + off, 1)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.fillRect(0, 0, on, 1, style.theme.qcolor(colour, share))
    painter.end()
    return picture
