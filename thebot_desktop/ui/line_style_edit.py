"""LineStyleEdit: colour, dashes, width and visibility of each output of one indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QWidget

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.line_style import THICKEST, THINNEST, LineColour, LineStyle
from thebot_desktop.domain.plots import Histogram, Line
from thebot_desktop.ui.charts.pixels import DASHES, DOTS
from thebot_desktop.ui.colour_edit import ColourEdit

SWATCH_PX = 14
GAP = 10
SAMPLE = QSize(40, 14)
_SCALE = 3
"""Pixels of a picture for each of its own, so that it is sharp on every screen."""
OWN = "own"
"""Stands among the colours of the palette for one that is written down."""


@dataclass(frozen=True, slots=True)
class _Row:
    output: str
    shown: QCheckBox
    colour: QComboBox
    own: ColourEdit
    width: QComboBox
    dash: QComboBox

    @property
    def chosen_colour(self) -> LineColour | None:
        """What is no colour yet counts as none."""
        chosen: LineColour | None = self.colour.currentData()
        if chosen != OWN:
            return chosen
        try:
            return self.own.read() or None
        except ParameterError:
            return None

    def show_style(self, style: LineStyle) -> None:
        self.shown.setChecked(style.shown)
        is_own = isinstance(style.colour, str)
        self.own.write(str(style.colour) if is_own else "")
        self.colour.setCurrentIndex(self.colour.findData(OWN if is_own else style.colour))
        self.width.setCurrentIndex(max(0, self.width.findData(style.width)))
        self.dash.setCurrentIndex(max(0, self.dash.findData(style.broken)))


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
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setColumnStretch(0, 1)
        self.rows = [self._row(at, plot) for at, plot in enumerate(plots)]
        self.write(styles)
        for row in self.rows:
            self._listen(row)

    def read(self) -> list[LineStyle]:
        return [
            LineStyle(
                self._label,
                row.output,
                row.chosen_colour,
                shown=row.shown.isChecked(),
                dash=row.dash.currentData(),
                width=row.width.currentData(),
            )
            for row in self.rows
        ]

    def write(self, styles: Sequence[LineStyle]) -> None:
        known = {s.output: s for s in styles if s.label == self._label}
        for row in self.rows:
            row.show_style(known.get(row.output, LineStyle(self._label, row.output)))

    def _listen(self, row: _Row) -> None:
        row.shown.toggled.connect(self.edited)
        for box in (row.colour, row.width, row.dash):
            box.currentIndexChanged.connect(self.edited)
        row.own.edited.connect(self.edited)
        row.colour.activated.connect(lambda _index: self._ask(row))

    def _ask(self, row: _Row) -> None:
        """A person who wants a colour of their own is asked for it at once."""
        if row.colour.currentData() == OWN and not row.own.line.text():
            row.own.choose()

    def _row(self, at: int, plot: Line | Histogram) -> _Row:
        title = plot.output.replace("_", " ")
        shown = QCheckBox(title[:1].upper() + title[1:])
        shown.setAccessibleName(self.tr("Show {0}").format(title))
        row = _Row(
            plot.output,
            shown,
            self._colour_box(title),
            ColourEdit(self.tr("Own colour of {0}").format(title)),
            self._width_box(title),
            self._dash_box(title),
        )
        self._grid.addWidget(shown, 2 * at, 0, Qt.AlignmentFlag.AlignLeft)
        for column, box in enumerate((row.colour, row.width, row.dash), 1):
            self._grid.addWidget(box, 2 * at, column)
            box.setVisible(isinstance(plot, Line))
        self._grid.setRowMinimumHeight(2 * at, row.colour.sizeHint().height())
        self._grid.addWidget(row.own, 2 * at + 1, 1, 1, 3)
        row.own.hide()
        row.colour.currentIndexChanged.connect(
            lambda _index: row.own.setVisible(row.colour.currentData() == OWN)
        )
        return row

    def _colour_box(self, title: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Colour of {0}").format(title))
        box.addItem(self.tr("Automatic"), None)
        for number, each in enumerate(self._colours):
            picture = QPixmap(SWATCH_PX, SWATCH_PX)
            picture.fill(QColor(each))
            box.addItem(QIcon(picture), self.tr("Colour {0}").format(number + 1), number)
        box.addItem(self.tr("Own colour…"), OWN)
        return box

    def _width_box(self, title: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Width of {0}").format(title))
        box.addItem(self.tr("Usual"), None)
        for width in range(THINNEST, THICKEST + 1):
            box.addItem(self.tr("{0} px").format(width), width)
        return box

    def _dash_box(self, title: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Line of {0}").format(title))
        box.setIconSize(SAMPLE)
        box.addItem(self.tr("As it comes"), None)
        for text, dash in (
            (self.tr("Solid"), Dash.SOLID),
            (self.tr("Dashed"), Dash.DASHED),
            (self.tr("Dotted"), Dash.DOTTED),
        ):
            box.addItem(QIcon(_sample(dash, self.palette().text().color())), text, dash)
        return box


def _sample(dash: Dash, colour: QColor) -> QPixmap:
    """A short piece of such a line."""
    picture = QPixmap(SAMPLE * _SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    pen = QPen(colour, 2 * _SCALE)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dash is Dash.DASHED:
        pen.setDashPattern(DASHES[2])
    elif dash is Dash.DOTTED:
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setDashPattern(DOTS)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    middle = picture.height() // 2
    painter.drawLine(2 * _SCALE, middle, picture.width() - 2 * _SCALE, middle)
    painter.end()
    picture.setDevicePixelRatio(_SCALE)
    return picture
