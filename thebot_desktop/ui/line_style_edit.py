"""LineStyleEdit: how each line, histogram and ground of one indicator is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.line_style import LineStyle, ground_between
from thebot_desktop.domain.plots import Fill, Histogram, Line
from thebot_desktop.ui.output_titles import output_title
from thebot_desktop.ui.style_rows import CloudRow, FillRow, HistogramRow, LineRow, StyleRow

GAP = 10


class LineStyleEdit(QWidget):
    """One row per output, in the order in which the indicator has them; grounds come last."""

    edited = Signal()

    def __init__(
        self, indicator: Indicator, colours: Sequence[str], styles: Sequence[LineStyle]
    ) -> None:
        super().__init__()
        self._label = indicator.label
        self._colours = colours
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setColumnStretch(0, 1)
        plots = indicator.plots
        self.rows = [self._row(p) for p in plots if isinstance(p, Line | Histogram)]
        self._edges: dict[StyleRow, list[StyleRow]] = {}
        for fill in (p for p in plots if isinstance(p, Fill)):
            self._add_fill(fill)
        self._place()
        self.write(styles)
        for row in self.rows:
            row.edited.connect(self._on_edit)

    def read(self) -> list[LineStyle]:
        return [row.read(self._label) for row in self.rows]

    def write(self, styles: Sequence[LineStyle]) -> None:
        known = {s.output: s for s in styles if s.label == self._label}
        for row in self.rows:
            row.show_style(known.get(row.output, LineStyle(self._label, row.output)))
        self._enable_fills()

    def _on_edit(self) -> None:
        self._enable_fills()
        self.edited.emit()

    def _enable_fills(self) -> None:
        """A ground is only there between two lines that are."""
        for fill, edges in self._edges.items():
            fill.set_enabled(enabled=all(row.shown.isChecked() for row in edges))

    def _row(self, plot: Line | Histogram) -> StyleRow:
        kind = LineRow if isinstance(plot, Line) else HistogramRow
        return kind(plot.output, output_title(plot.output), self._colours, self)

    def _add_fill(self, fill: Fill) -> None:
        title = self.tr("Fill")
        name = ground_between(fill.first, fill.second)
        kind = CloudRow if fill.by_side else FillRow
        row = kind(name, title, self._colours, self)
        edges = (fill.first, fill.second)
        words = [output_title(edge) for edge in edges]
        row.shown.setToolTip(self.tr("Between {0} and {1}").format(*words))
        self._edges[row] = [r for r in self.rows if r.output in edges]
        self.rows.append(row)

    def _place(self) -> None:
        at = 0
        for row in self.rows:
            at = row.place(self._grid, at)
