"""MomentChart: a still picture of a stretch of candles, for windows that explain something."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent

from thebot_desktop.ui.charts.chart_look import ChartLook
from thebot_desktop.ui.charts.chart_view import ChartView
from thebot_desktop.ui.charts.link import Stretch
from thebot_desktop.ui.charts.marks import MarkSeries
from thebot_desktop.ui.theme import Theme


class MomentChart(ChartView):
    """A picture of that moment: who wants to work on it opens the chart."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._always: Stretch | None = None
        self.set_look(ChartLook(volume=False))
        self.set_titled(titled=False)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(210)

    def show_always(self, stretch: Stretch) -> None:
        """Show this time, however large the chart is; what is long past needs no countdown."""
        self._always = stretch
        self.state.left_ms = None
        self.show_stretch(stretch)

    def show_marks(self, marks: MarkSeries) -> None:
        """Mark these instead of what was raised."""
        self.state.marks.fired = marks
        self.invalidate()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        always: Stretch | None = getattr(self, "_always", None)
        if always is not None:
            self.show_stretch(always)
