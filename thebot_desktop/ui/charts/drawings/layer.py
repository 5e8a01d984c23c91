"""Drawings in the layers of the chart: those at rest in the base, the active one in the live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from thebot_desktop.domain.drawings import Drawing
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle
from thebot_desktop.ui.charts.drawings.geometry import Box, Point, around
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.shown import Measured
from thebot_desktop.ui.charts.drawings.sketch import Sketch, Tag
from thebot_desktop.ui.charts.drawings.sketch_painter import HANDLE, paint_handles, paint_sketch
from thebot_desktop.ui.charts.drawings.toolbox import tool_of
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.price_axis import AxisTag, tag_pieces, tag_rect

AIR = 6
"""Logical pixels around a drawing that its lines and handles may touch."""
HINT_AIR = 10


def in_view(drawings: Iterable[Drawing], places: Places) -> Iterator[tuple[Drawing, Sketch]]:
    """Those of which something may be seen, with what they consist of."""
    for drawing in drawings:
        tool = tool_of(drawing)
        times = [a.time for a in drawing.anchors]
        if not tool.bounded or places.in_view(min(times), max(times)):
            yield drawing, tool.sketch(drawing, places)


def paint_drawings(painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle) -> None:
    """All that nobody is working on; the painter is clipped to the price pane."""
    resting = state.drawings.resting
    if resting:
        for _, sketch in in_view(resting, Places(state, frame, style)):
            paint_sketch(painter, sketch, style)


def paint_drawing_tags(
    painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle
) -> None:
    """Prices of horizontal lines on the axis."""
    resting = state.drawings.resting
    if not resting:
        return
    places = Places(state, frame, style)
    for drawing in resting:
        tag = tool_of(drawing).tag(drawing, places)
        if tag is not None:
            for piece in _tag_pieces(tag, places):
                piece.paint(painter)


def drawing_pieces(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """The one in hand, with its handles; those of the one under the pointer; the hint."""
    shown = state.drawings
    if shown.measured is not None:
        yield from _measured_piece(shown.measured, state, frame, style)
    if shown.active is None and shown.hovered is None and not shown.hint:
        return
    places = Places(state, frame, style)
    if shown.hovered is not None and (shown.active is None or shown.hovered.id != shown.active.id):
        yield _handles_piece("hovered drawing", shown.hovered, places)
    if shown.active is not None:
        yield _sketch_piece(shown.active, places)
        yield _handles_piece("active drawing", shown.active, places)
        tag = tool_of(shown.active).tag(shown.active, places)
        if tag is not None:
            yield from _tag_pieces(tag, places)
    if shown.hint:
        yield _hint_piece(shown.hint, places)


def _measured_piece(
    measured: Measured, state: ChartState, frame: Frame, style: ChartStyle
) -> Iterator[Piece]:
    places = Places.of_pane(measured.pane, state, frame, style)
    if places is not None:
        yield _sketch_piece(measured.drawing, places, name="measured")


def _sketch_piece(drawing: Drawing, places: Places, name: str = "drawing") -> Piece:
    sketch = tool_of(drawing).sketch(drawing, places)
    clip = _rect(places.box)

    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        paint_sketch(painter, sketch, places.style)
        painter.setClipping(False)

    box = sketch.bounds(places.px(AIR))
    rect = QRect() if box is None else _rect(_near(box, places)) & clip
    return Piece(name, drawing, rect, paint)


def _handles_piece(name: str, drawing: Drawing, places: Places) -> Piece:
    sketch = tool_of(drawing).sketch(drawing, places)
    clip = _rect(places.box)
    handles = [h for h in sketch.handles if places.box.grown(places.px(AIR)).holds(h)]

    def paint(painter: QPainter) -> None:
        painter.setClipRect(clip)
        paint_handles(painter, sketch, places.colour(drawing), places.style, locked=drawing.locked)
        painter.setClipping(False)

    box = around(handles).grown(places.px(HANDLE) + places.px(2)) if handles else None
    rect = QRect() if box is None else _rect(box) & clip
    return Piece((name, "handles"), drawing, rect, paint)


def _tag_pieces(tag: Tag, places: Places) -> Iterator[Piece]:
    pane, style, frame = places.pane, places.style, places.frame
    rect = tag_rect(frame, pane, pane.scale.y(tag.price), style)
    lines = [pane.tag_text(tag.price)]
    return tag_pieces([AxisTag("drawing tag", rect, lines, tag.colour)], frame, pane, style)


def _hint_piece(hint: str, places: Places) -> Piece:
    theme = places.style.theme
    box = places.box
    foot = Point((box.left + box.right) / 2, box.bottom - places.px(HINT_AIR))
    label = places.label([hint], foot, theme.text, across=0.5, down=1.0, ground=theme.raised)

    def paint(painter: QPainter) -> None:
        paint_sketch(painter, Sketch(labels=[label]), places.style)

    return Piece("drawing hint", hint, _rect(label.box.grown(1)), paint)


def _near(box: Box, places: Places) -> Box:
    """Cut to a size that whole numbers can hold."""
    seen = places.box.grown(places.px(AIR))
    if not box.meets(seen):
        return Box(0, 0, -1, -1)
    return Box(
        max(box.left, seen.left),
        max(box.top, seen.top),
        min(box.right, seen.right),
        min(box.bottom, seen.bottom),
    )


def _rect(box: Box) -> QRect:
    left, top = int(box.left), int(box.top)
    return QRect(left, top, int(box.right) - left + 1, int(box.bottom) - top + 1)
