"""What dragging does: pan the candles, scale an axis by hand, move a divider."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.panes import moved_divider

TURN = 2.0
"""Dragging over a whole axis scales by e to this power."""


class Drag(ABC):
    """Begun where the button went down; points are logical pixels."""

    def __init__(self, state: ChartState, frame: Frame, x: float, y: float) -> None:
        self.state = state
        self.frame = frame
        self.x, self.y = x, y

    @abstractmethod
    def move(self, x: float, y: float) -> None:
        """The pointer is here now."""

    @property
    def plot_width(self) -> float:
        return self.frame.plot_width / self.frame.unit


class PanDrag(Drag):
    """Moves the candles; prices too in a pane that was scaled by hand."""

    def __init__(
        self, state: ChartState, frame: Frame, x: float, y: float, pane: PaneFrame
    ) -> None:
        super().__init__(state, frame, x, y)
        self.right = state.viewport.right
        self.pane = pane
        self.is_scaled = pane.spec.key in state.manual

    def move(self, x: float, y: float) -> None:
        viewport = self.state.viewport
        viewport.right = self.right
        viewport.pan(x - self.x, self.plot_width, self.state.store.newest)
        if self.is_scaled:
            moved = self.pane.scale.moved((y - self.y) * self.frame.unit)
            self.state.manual[self.pane.spec.key] = moved


class PriceDrag(Drag):
    """Stretches the range of one pane; from now on it is scaled by hand."""

    def __init__(
        self, state: ChartState, frame: Frame, x: float, y: float, pane: PaneFrame
    ) -> None:
        super().__init__(state, frame, x, y)
        self.pane = pane

    def move(self, x: float, y: float) -> None:
        share = (y - self.y) * self.frame.unit / max(1, self.pane.box.height)
        factor = math.exp(share * TURN)
        self.state.manual[self.pane.spec.key] = self.pane.scale.stretched(factor)


class TimeDrag(Drag):
    """Makes candles wider or narrower; the right edge stays."""

    def __init__(self, state: ChartState, frame: Frame, x: float, y: float) -> None:
        super().__init__(state, frame, x, y)
        self.spacing, self.right = state.viewport.spacing, state.viewport.right

    def move(self, x: float, y: float) -> None:
        viewport, width = self.state.viewport, self.plot_width
        viewport.spacing, viewport.right = self.spacing, self.right
        factor = math.exp((x - self.x) / max(1.0, width) * TURN)
        viewport.zoom(factor, width, width, self.state.store.newest)


class DividerDrag(Drag):
    """Gives height from one pane to its neighbour."""

    def __init__(self, state: ChartState, frame: Frame, x: float, y: float, below: int) -> None:
        super().__init__(state, frame, x, y)
        self.below = below

    def move(self, x: float, y: float) -> None:
        boxes = [p.box for p in self.frame.panes]
        at, least = y * self.frame.unit, self.frame.text_unit
        self.state.weights.update(moved_divider(boxes, self.below, at, least))
