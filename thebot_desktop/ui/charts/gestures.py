"""Gestures: what mouse, wheel and keyboard do to a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from thebot_desktop.ui.charts.chart_state import Crosshair
from thebot_desktop.ui.charts.drags import DividerDrag, Drag, PanDrag, PriceDrag, TimeDrag
from thebot_desktop.ui.charts.panes import GRAB, Hit, Part, hit

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_canvas import ChartCanvas

NOTCH = 120
WHEEL_ZOOM = 1.14
"""Candles become so many times as wide with one notch of the wheel."""
PIXELS_PER_NOTCH = 60
"""How far one notch scrolls; a touch pad tells pixels of its own."""
STEP = 0.02
FAST = 10
"""An arrow key moves by this share of the view, so many times as much with Ctrl."""
KEY_ZOOM = 1.2
FAST_ZOOM = 2.0

_CURSORS = {
    Part.PLOT: Qt.CursorShape.CrossCursor,
    Part.PRICE_AXIS: Qt.CursorShape.SizeVerCursor,
    Part.TIME_AXIS: Qt.CursorShape.SizeHorCursor,
    Part.DIVIDER: Qt.CursorShape.SplitVCursor,
    Part.CORNER: Qt.CursorShape.ArrowCursor,
}


class Gestures:
    """Turns events into changes of the chart's state; answers whether an event meant something."""

    def __init__(self, canvas: ChartCanvas) -> None:
        self._canvas = canvas
        self._drag: Drag | None = None

    @property
    def dragging(self) -> bool:
        return self._drag is not None

    def hit(self, at: QPointF) -> Hit:
        frame = self._canvas.frame_now
        boxes = [pane.box for pane in frame.panes]
        x, y = at.x() * frame.unit, at.y() * frame.unit
        return hit(boxes, frame.plot_width, frame.plot_height, x, y, GRAB * frame.unit)

    def press(self, event: QMouseEvent) -> bool:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return False
        if self._canvas.state.empty:
            return False
        self._drag = self._begun(event.position())
        if isinstance(self._drag, PanDrag):
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        return self._drag is not None

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag is not None:
            self._drag.move(at.x(), at.y())
            self._point_at(at)
            self._canvas.invalidate()
            return
        found = self.hit(at)
        self._canvas.viewport().setCursor(_CURSORS[found.part])
        self._point_at(at if found.part is Part.PLOT else None)
        self._canvas.refresh_live()

    def release(self, event: QMouseEvent) -> None:
        if self._drag is not None:
            self._drag = None
            self._canvas.viewport().setCursor(_CURSORS[self.hit(event.position()).part])

    def leave(self) -> None:
        self._point_at(None)
        self._canvas.refresh_live()

    def double_click(self, event: QMouseEvent) -> bool:
        """On an axis: back to what it does by itself."""
        found = self.hit(event.position())
        state, frame = self._canvas.state, self._canvas.frame_now
        if found.part is Part.PRICE_AXIS:
            state.manual.pop(frame.panes[found.pane].spec.key, None)
        elif found.part is Part.TIME_AXIS:
            state.viewport.reset(self._canvas.plot_width, state.store.newest)
        elif found.part is Part.DIVIDER:
            state.weights.clear()
        else:
            return False
        self._drag = None
        self._canvas.invalidate()
        return True

    def wheel(self, event: QWheelEvent) -> bool:
        """Up and down zooms around the pointer; sideways, or with Shift, scrolls."""
        state = self._canvas.state
        if state.empty:
            return False
        x, y = _turned(event, "angle")
        sideways = abs(x) > abs(y)
        if sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._scroll_by_wheel(event, x if sideways else y)
        elif self.hit(event.position()).part is Part.PRICE_AXIS:
            self._scale_by_wheel(event, y)
        else:
            width, newest = self._canvas.plot_width, state.store.newest
            at = min(event.position().x(), width)
            state.viewport.zoom(WHEEL_ZOOM ** (y / NOTCH), at, width, newest)
        self._canvas.invalidate()
        return True

    def key(self, event: QKeyEvent) -> bool:
        if self._canvas.state.empty or not self._navigated(event):
            return False
        self._canvas.invalidate()
        return True

    def _begun(self, at: QPointF) -> Drag | None:
        found, state, frame = self.hit(at), self._canvas.state, self._canvas.frame_now
        x, y = at.x(), at.y()
        match found.part:
            case Part.PLOT:
                return PanDrag(state, frame, x, y, frame.panes[found.pane])
            case Part.PRICE_AXIS:
                return PriceDrag(state, frame, x, y, frame.panes[found.pane])
            case Part.TIME_AXIS:
                return TimeDrag(state, frame, x, y)
            case Part.DIVIDER:
                return DividerDrag(state, frame, x, y, found.pane)
            case Part.CORNER:
                return None

    def _point_at(self, at: QPointF | None) -> None:
        self._canvas.state.crosshair = None if at is None else Crosshair(at.x(), at.y())

    def _scroll_by_wheel(self, event: QWheelEvent, angle: float) -> None:
        state = self._canvas.state
        x, y = _turned(event, "pixels")
        pixels = (x or y) or angle / NOTCH * PIXELS_PER_NOTCH
        state.viewport.pan(pixels, self._canvas.plot_width, state.store.newest)

    def _scale_by_wheel(self, event: QWheelEvent, angle: float) -> None:
        pane = self._canvas.frame_now.panes[self.hit(event.position()).pane]
        factor = WHEEL_ZOOM ** (-angle / NOTCH)
        self._canvas.state.manual[pane.spec.key] = pane.scale.stretched(factor)

    def _navigated(self, event: QKeyEvent) -> bool:
        state, width = self._canvas.state, self._canvas.plot_width
        viewport, newest = state.viewport, state.store.newest
        fast = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        step = max(1.0, width / viewport.spacing * STEP) * (FAST if fast else 1)
        zoom = FAST_ZOOM if fast else KEY_ZOOM
        at = self._zoom_centre(width)
        match event.key():
            case Qt.Key.Key_Left:
                viewport.scroll(-step, width, newest)
            case Qt.Key.Key_Right:
                viewport.scroll(step, width, newest)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal | Qt.Key.Key_Up:
                viewport.zoom(zoom, at, width, newest)
            case Qt.Key.Key_Minus | Qt.Key.Key_Down:
                viewport.zoom(1 / zoom, at, width, newest)
            case Qt.Key.Key_Home:
                viewport.to_oldest(width, newest)
            case Qt.Key.Key_End:
                viewport.to_newest(width, newest)
            case _:
                return False
        return True

    def _zoom_centre(self, width: float) -> float:
        """Keys zoom around the crosshair, else around the newest candle, else the middle."""
        state = self._canvas.state
        if state.crosshair is not None:
            return min(state.crosshair.x, width)
        if state.viewport.shows(state.store.newest):
            return min(width, state.viewport.x_of(state.store.newest, width))
        return width / 2


def _turned(event: QWheelEvent, kind: str) -> tuple[float, float]:
    delta = event.angleDelta() if kind == "angle" else event.pixelDelta()
    return delta.x(), delta.y()
