"""AlertHand: takes hold of an alert line and moves it to another price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu

from thebot_desktop.domain.observers import Observers
from thebot_desktop.ui.charts.chart_state import AlertLine
from thebot_desktop.ui.charts.price_axis import tag_rect

if TYPE_CHECKING:
    from thebot_desktop.ui.charts.chart_canvas import ChartCanvas

REACH = 4
"""So many logical pixels from a line it can be taken."""


class AlertHand:
    """Asked after the drawings and before panning. A line moves in the live layer only."""

    def __init__(self, canvas: ChartCanvas) -> None:
        self._canvas = canvas
        self._start: AlertLine | None = None
        self._offset = 0.0
        self.moved: Observers[AlertLine] = Observers()
        """A line was let go of at another price, which it has now."""
        self.edit_wanted: Observers[str] = Observers()
        self.off_wanted: Observers[str] = Observers()
        self.delete_wanted: Observers[str] = Observers()
        """The three with the id of the alert."""

    @property
    def holds(self) -> bool:
        return self._start is not None

    def at(self, x: float, y: float) -> AlertLine | None:
        """The line at a point in logical pixels, by the line itself or its tag on the axis."""
        state = self._canvas.state
        if state.empty or state.covered or not state.alert_lines:
            return None
        frame, style = self._canvas.frame_now, self._canvas.style_now
        pane, unit = frame.panes[0], frame.unit
        column, row = x * unit, y * unit
        if not (pane.box.top <= row < pane.box.bottom and 0 <= column < frame.width):
            return None
        on_axis = column >= frame.plot_width
        found: list[tuple[float, AlertLine]] = []
        for line in state.alert_lines:
            if not line.id or not pane.scale.shows(line.price):
                continue
            away = abs(pane.scale.y(line.price) - row)
            tag = tag_rect(frame, pane, pane.scale.y(line.price), style)
            near = tag.top() <= row <= tag.bottom() if on_axis else away <= REACH * unit
            if near:
                found.append((away, line))
        return min(found, key=lambda f: f[0])[1] if found else None

    def press(self, event: QMouseEvent) -> bool:
        """Whether a line was taken hold of; if not, the chart pans as ever."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() is not Qt.MouseButton.LeftButton or not plain:
            return False
        at = event.position()
        line = self.at(at.x(), at.y())
        if line is None:
            return False
        frame = self._canvas.frame_now
        self._start = line
        self._offset = frame.panes[0].scale.y(line.price) - at.y() * frame.unit
        self._canvas.state.held_alert = line
        self._canvas.invalidate()
        return True

    def move(self, event: QMouseEvent, *, free: bool) -> None:
        """The pointer is elsewhere; whoever calls this repaints the live layer.

        ``free`` says that nothing else is under the pointer or in hand.
        """
        state, at = self._canvas.state, event.position()
        if self._start is not None:
            price = self._price(at)
            if price > 0:
                state.held_alert = msgspec.structs.replace(self._start, price=price)
        elif not event.buttons():
            state.hovered_alert = self.at(at.x(), at.y()) if free else None

    def release(self, event: QMouseEvent) -> bool:
        if self._start is None or event.button() is not Qt.MouseButton.LeftButton:
            return self._start is not None
        start, held = self._start, self._canvas.state.held_alert
        self.let_go()
        if held is not None and held.price != start.price:
            self.moved.notify(held)
        return True

    def double_click(self, event: QMouseEvent) -> bool:
        """Opens the form of the alert."""
        line = self.at(event.position().x(), event.position().y())
        if line is None or event.button() is not Qt.MouseButton.LeftButton:
            return False
        self.let_go()
        self.edit_wanted.notify(line.id)
        return True

    def key(self, event: QKeyEvent) -> bool:
        """Escape puts the line back."""
        if not self.claims(event):
            return False
        self.let_go()
        return True

    def claims(self, event: QKeyEvent) -> bool:
        """Keys that must not reach the window while a line is in hand."""
        return self.holds and event.key() == Qt.Key.Key_Escape

    def let_go(self) -> None:
        """The line is where it was."""
        if self.holds:
            self._start = self._canvas.state.held_alert = None
            self._canvas.invalidate()

    def forget_missing(self) -> None:
        """A line that is no longer there, or elsewhere, is not in hand either."""
        state = self._canvas.state
        state.hovered_alert = None
        if self._start is not None and self._start not in state.alert_lines:
            self.let_go()

    def leave(self) -> None:
        self._canvas.state.hovered_alert = None

    def show_cursor(self) -> None:
        """A hand over what can be taken, closed while it is held."""
        if self.holds:
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._canvas.state.hovered_alert is not None:
            self._canvas.viewport().setCursor(Qt.CursorShape.OpenHandCursor)

    def add_entries(self, menu: QMenu, x: float, y: float) -> None:
        """What can be done with the line at this point."""
        line = self.at(x, y)
        if line is None:
            return
        tr, wanted = QCoreApplication.translate, line.id
        edit = menu.addAction(tr("Chart", "Edit alert…"))
        edit.triggered.connect(lambda: self.edit_wanted.notify(wanted))
        off = menu.addAction(tr("Chart", "Switch alert off"))
        off.triggered.connect(lambda: self.off_wanted.notify(wanted))
        delete = menu.addAction(tr("Chart", "Delete alert"))
        delete.triggered.connect(lambda: self.delete_wanted.notify(wanted))
        menu.addSeparator()

    def _price(self, at: QPointF) -> float:
        """The price at the pointer, within the pane and in whole price steps."""
        frame = self._canvas.frame_now
        pane = frame.panes[0]
        row = at.y() * frame.unit + self._offset
        inside = min(max(row, pane.box.top), pane.box.bottom - 1)
        state = self._canvas.state
        price = state.in_steps(pane.scale.value(inside))
        if pane.scale.shows(price):
            return price
        # Rounding has put it just outside.
        inwards = state.tick_size if price < pane.scale.low else -state.tick_size
        return state.in_steps(price + inwards)
