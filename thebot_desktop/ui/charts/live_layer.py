"""What changes often, in pieces over the base layer: only pieces that differ are repainted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import partial

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap

from thebot_desktop.domain.market import FloatArray
from thebot_desktop.market.pyramid import Blocks
from thebot_desktop.ui.charts.alert_painter import alert_pieces
from thebot_desktop.ui.charts.candle_painter import (
    Shapes,
    histogram_shapes,
    live_blocks,
    paint_candles,
    paint_histogram,
    paint_volume,
    volume_shapes,
)
from thebot_desktop.ui.charts.chart_look import ChartKind
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.comparison_painter import compared_ends
from thebot_desktop.ui.charts.crosshair import crosshair_index, crosshair_pieces
from thebot_desktop.ui.charts.drawings.layer import drawing_pieces
from thebot_desktop.ui.charts.fill_painter import live_fills
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.last_price import last_price_pieces
from thebot_desktop.ui.charts.legend import (
    LEFT,
    TOP,
    VEIL_PADDING,
    LegendText,
    own_legend,
    price_legend,
    render,
)
from thebot_desktop.ui.charts.line_painter import live_points
from thebot_desktop.ui.charts.marks_painter import forming_pieces
from thebot_desktop.ui.charts.pane_specs import LineSpec
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import bounds, draw_line
from thebot_desktop.ui.charts.series_painter import (
    live_series_points,
    paint_line,
    series_shapes,
)

_LINE_AIR = 3
"""Pixels around a piece of line that its thickness may touch."""


class LiveLayer:
    """Makes the pieces of a frame and says which regions differ from what was last painted."""

    def __init__(self) -> None:
        self._shown: dict[Hashable, Piece] = {}
        self._legends: dict[LegendText, QPixmap] = {}
        self.pieces: list[Piece] = []
        self._legend_now: list[Piece] = []
        self.corners: list[tuple[QPoint, LegendText]] = []
        """The legends that are shown, and where."""

    def compose(
        self, state: ChartState, frame: Frame, style: ChartStyle, *, legends: bool = True
    ) -> list[QRect]:
        """Make all pieces anew; the rectangles that must be repainted because of it.

        Without ``legends`` those of the last time stay: of the same frame, with older values.
        """
        if legends:
            index = None if state.covered else crosshair_index(state, frame)
            self._legend_now = list(self._legend_pieces(state, frame, style, index))
        self.pieces = [p for p in self._all(state, frame, style) if not p.rect.isEmpty()]
        made: dict[Hashable, Piece] = {p.name: p for p in self.pieces}
        changed: list[QRect] = []
        for name in made.keys() | self._shown.keys():
            old, new = self._shown.get(name), made.get(name)
            if old is not None and new is not None and old.content == new.content:
                continue
            changed.extend(p.rect for p in (old, new) if p is not None)
        self._shown = made
        return changed

    def paint(self, painter: QPainter) -> None:
        for piece in self.pieces:
            piece.paint(painter)

    def _all(self, state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
        if state.covered:
            yield from self._legend_now
            return
        if not state.empty:
            if frame.shows_newest:
                for pane in frame.panes:
                    yield from _forming(state, frame, pane, style)
            yield from drawing_pieces(state, frame, style)
            yield from forming_pieces(state, frame, style)
            yield from last_price_pieces(state, frame, style)
        yield from self._legend_now
        if state.crosshair is not None or state.linked is not None:
            yield from crosshair_pieces(state, frame, style)
        if not state.covered:
            yield from alert_pieces(state, frame, style)

    def _legend_pieces(
        self, state: ChartState, frame: Frame, style: ChartStyle, index: int | None
    ) -> Iterator[Piece]:
        kept: dict[LegendText, QPixmap] = {}
        self.corners = []
        for pane in frame.panes:
            if pane.spec.is_price:
                text = price_legend(state, frame, style, index)
            elif state.covered:
                continue
            else:
                text = own_legend(state, frame, pane, style, index)
            if not text:
                continue
            pixmap = self._legends.get(text) or render(text, style)
            kept[text] = pixmap
            corner = QPoint(style.px(LEFT) - style.px(VEIL_PADDING), pane.box.top + style.px(TOP))
            self.corners.append((corner, text))
            right = max(1, frame.plot_width - corner.x())
            part = QSize(min(pixmap.width(), right), pixmap.height())
            yield _picture(("legend", pane.spec.key), text, QRect(corner, part), pixmap)
        self._legends = kept


def _picture(name: Hashable, content: Hashable, rect: QRect, pixmap: QPixmap) -> Piece:
    """As much of a picture as there is room for."""

    def paint(painter: QPainter) -> None:
        cut = rect.size() != pixmap.size()
        if cut:
            painter.setClipRect(rect)
        painter.drawPixmap(rect.topLeft(), pixmap)
        if cut:
            painter.setClipping(False)

    return Piece(name, (content, rect.getRect()), rect, paint)


def _forming(
    state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> Iterator[Piece]:
    """The newest candle, its volume and the ends of all lines in one pane."""
    blocks = live_blocks(state, frame)
    key = pane.spec.key
    clip = QRect(0, pane.box.top, frame.plot_width, pane.box.height)
    yield from live_fills(state, frame, pane, clip, style)
    if pane.spec.is_price:
        if state.look.volume:
            volume = volume_shapes(blocks, frame, pane)
            yield _shapes(("volume", key), volume, clip, lambda p, s: paint_volume(p, s, style))
        if state.look.kind.is_line:
            yield _closes_end(state, clip, frame, pane, style)
        candle = series_shapes(state, blocks, frame, pane)
        yield _shapes(("candle", key), candle, clip, lambda p, s: paint_candles(p, s, style))
        for end, places in compared_ends(state, frame, pane):
            if not np.isnan(places[1]).any():
                yield _line_end(end, places, clip, frame, style)
    for spec in pane.spec.histograms:
        shapes = _live_histogram(state, frame, pane, spec, blocks)
        yield _shapes(spec.key, shapes, clip, partial(paint_histogram, spec=spec, style=style))
    for spec in pane.spec.lines:
        points = live_points(state, frame, pane, spec)
        if points is not None and not np.isnan(points[1]).any():
            yield _line_end(spec, points, clip, frame, style)


def _live_histogram(
    state: ChartState, frame: Frame, pane: PaneFrame, spec: LineSpec, blocks: Blocks
) -> Shapes:
    line = state.store.lines.get(spec.key)
    value = np.array([line.live if line is not None else np.nan])
    return histogram_shapes(value, blocks, frame, pane)


def _shapes(
    name: Hashable, shapes: Shapes, clip: QRect, draw: Callable[[QPainter, Shapes], None]
) -> Piece:
    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        draw(painter, shapes)
        painter.setClipping(False)

    content = (shapes.rects.tobytes(), shapes.rising.tobytes())
    return Piece(name, content, bounds(shapes.rects) & clip, paint)


def _closes_end(
    state: ChartState, clip: QRect, frame: Frame, pane: PaneFrame, style: ChartStyle
) -> Piece:
    """The last piece of the line through closes, down to the foot of an area."""
    xs, ys = live_series_points(state, frame, pane)

    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        paint_line(painter, state, (xs, ys), frame, pane, style)
        painter.setClipping(False)

    air = style.px(_LINE_AIR)
    left, right, top = int(xs.min()), int(xs.max()), int(np.nan_to_num(ys).min())
    bottom = pane.box.bottom if state.look.kind is ChartKind.AREA else int(np.nan_to_num(ys).max())
    rect = QRect(left, top, right - left + 1, bottom - top + 1).adjusted(-air, -air, air, air)
    return Piece("closes", (*xs.tolist(), *ys.tolist(), bottom), rect & clip, paint)


def _line_end(
    spec: LineSpec,
    points: tuple[FloatArray, FloatArray],
    clip: QRect,
    frame: Frame,
    style: ChartStyle,
) -> Piece:
    xs, ys = points

    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        draw_line(painter, xs, ys, style.line(spec.colour), frame.unit, spec.dash, spec.width)
        painter.setClipping(False)

    air = style.px(_LINE_AIR + (spec.width or 0) / 2)
    left, right = int(xs.min()), int(xs.max())
    top, bottom = int(ys.min()), int(ys.max())
    rect = QRect(left, top, right - left + 1, bottom - top + 1).adjusted(-air, -air, air, air)
    content = (*xs.tolist(), *ys.tolist(), spec)
    return Piece(("line", *spec.key), content, rect & clip, paint)
