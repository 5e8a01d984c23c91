"""Ruler: measures from one point to another for as long as one looks at it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from thebot_desktop.domain.drawings import Anchor, Measure
from thebot_desktop.ui.charts.drawings.geometry import Point
from thebot_desktop.ui.charts.drawings.hand import Hand
from thebot_desktop.ui.charts.drawings.places import Places
from thebot_desktop.ui.charts.drawings.shown import Measured

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_canvas import ChartCanvas

DRAWN = 6
"""Who moves so far with the button down measures by dragging instead of with two clicks."""


class Ruler:
    """Asked before the drawings. Begins with Shift, by a drag or a click, in any pane.

    What was measured stays until the next click or Escape; it moves with the candles meanwhile.
    """

    def __init__(self, canvas: ChartCanvas, hand: Hand) -> None:
        self._canvas = canvas
        self._hand = hand
        self._pressed: Point | None = None
        self._follows = False

    def press(self, event: QMouseEvent) -> bool:
        """Whether the click is about measuring."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return False
        if self._follows:
            self._follows = False
            return True
        self.clear()
        shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        return shifted and self._hand.tool is None and self._begin(event)

    def move(self, event: QMouseEvent) -> None:
        """The pointer is elsewhere; whoever calls this repaints the live layer."""
        shown = self._canvas.state.drawings.measured
        if shown is None or not self._follows:
            return
        places = self._places(shown.pane)
        if places is None:
            self.clear()
            return
        first = shown.drawing.anchors[0]
        stop = self._anchor(places, self._point(event), event.modifiers())
        self._show(shown.pane, first, stop)

    def release(self, event: QMouseEvent) -> bool:
        """The end of a drag; after a mere click the ruler goes on following the pointer."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return False
        unit = self._canvas.frame_now.unit
        self._follows = math.dist(pressed, self._point(event)) <= DRAWN * unit
        return True

    def claims(self, event: QKeyEvent) -> bool:
        """Keys that must not reach the window while something is measured."""
        shown = self._canvas.state.drawings.measured is not None
        return shown and event.key() == Qt.Key.Key_Escape

    def key(self, event: QKeyEvent) -> bool:
        if not self.claims(event):
            return False
        self.clear()
        return True

    def clear(self) -> None:
        """Nothing is measured any more."""
        self._follows, self._pressed = False, None
        if self._canvas.state.drawings.measured is not None:
            self._canvas.state.drawings.measured = None
            self._canvas.refresh_live()

    def _begin(self, event: QMouseEvent) -> bool:
        state = self._canvas.state
        if state.empty or state.covered:
            return False
        at = self._point(event)
        for pane in self._canvas.frame_now.panes:
            places = self._places(pane.spec.key)
            if places is not None and places.box.holds(at):
                anchor = self._anchor(places, at, event.modifiers())
                self._pressed, self._follows = at, True
                self._show(pane.spec.key, anchor, anchor)
                return True
        return False

    def _show(self, pane: str, first: Anchor, second: Anchor) -> None:
        drawing = Measure(id="measured", anchors=(first, second))
        self._canvas.state.drawings.measured = Measured(pane, drawing)
        self._canvas.refresh_live()

    def _anchor(self, places: Places, at: Point, modifiers: Qt.KeyboardModifier) -> Anchor:
        if places.pane.spec.is_price:
            return self._hand.anchor(at, modifiers)
        return places.anchor(at.x, at.y)

    def _places(self, pane: str) -> Places | None:
        canvas = self._canvas
        return Places.of_pane(pane, canvas.state, canvas.frame_now, canvas.style_now)

    def _point(self, event: QMouseEvent) -> Point:
        unit, at = self._canvas.frame_now.unit, event.position()
        return Point(at.x() * unit, at.y() * unit)
