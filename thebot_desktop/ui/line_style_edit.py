"""LineStyleEdit: colour, dashes and visibility of each output of one indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.plots import Histogram, Line
from thebot_desktop.ui.charts.line_styles import LineStyle

SWATCH_PX = 14


@dataclass(frozen=True, slots=True)
class _Row:
    output: str
    shown: QCheckBox
    colour: QComboBox
    dashes: QComboBox


class LineStyleEdit(QWidget):
    """One row per output; histograms are coloured by sign and are only shown or not."""

    edited = Signal()

    def __init__(
        self, indicator: Indicator, colours: Sequence[str], styles: Sequence[LineStyle]
    ) -> None:
        super().__init__()
        self._label = indicator.label
        self._colours = colours
        plots = [p for p in indicator.plots if isinstance(p, Line | Histogram)]
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(0, 1)
        self.rows = [self._row(at, plot) for at, plot in enumerate(plots)]
        self.write(styles)
        for row in self.rows:
            row.shown.toggled.connect(self.edited)
            row.colour.currentIndexChanged.connect(self.edited)
            row.dashes.currentIndexChanged.connect(self.edited)

    def read(self) -> list[LineStyle]:
        return [
            LineStyle(
                self._label,
                row.output,
                row.colour.currentData(),
                row.dashes.currentData(),
                row.shown.isChecked(),
            )
            for row in self.rows
        ]

    def write(self, styles: Sequence[LineStyle]) -> None:
        known = {s.output: s for s in styles if s.label == self._label}
        for row in self.rows:
            style = known.get(row.output, LineStyle(self._label, row.output))
            row.shown.setChecked(style.shown)
            row.colour.setCurrentIndex(max(0, row.colour.findData(style.colour)))
            row.dashes.setCurrentIndex((None, False, True).index(style.dashed))

    def _row(self, at: int, plot: Line | Histogram) -> _Row:
        title = plot.output.replace("_", " ")
        shown = QCheckBox(title[:1].upper() + title[1:])
        shown.setAccessibleName(self.tr("Show {0}").format(title))
        colour, dashes = QComboBox(), QComboBox()
        colour.setAccessibleName(self.tr("Colour of {0}").format(title))
        dashes.setAccessibleName(self.tr("Line of {0}").format(title))
        colour.addItem(self.tr("Automatic"), None)
        for number, each in enumerate(self._colours):
            picture = QPixmap(SWATCH_PX, SWATCH_PX)
            picture.fill(QColor(each))
            colour.addItem(QIcon(picture), self.tr("Colour {0}").format(number + 1), number)
        for text, value in (
            (self.tr("As it comes"), None),
            (self.tr("Solid"), False),
            (self.tr("Dashed"), True),
        ):
            dashes.addItem(text, value)
        self._grid.addWidget(shown, at, 0, Qt.AlignmentFlag.AlignLeft)
        for column, box in ((1, colour), (2, dashes)):
            self._grid.addWidget(box, at, column)
            box.setVisible(isinstance(plot, Line))
        return _Row(plot.output, shown, colour, dashes)
