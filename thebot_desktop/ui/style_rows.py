"""The rows of a form for how a line, bars and a ground of an indicator are drawn."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from thebot_desktop.domain.drawings import Dash
from thebot_desktop.domain.line_style import THICKEST, THINNEST, LineStyle
from thebot_desktop.ui.charts.pixels import DASHES, DOTS
from thebot_desktop.ui.colour_choice import ColourChoice
from thebot_desktop.ui.opacity_edit import OpacityEdit

SAMPLE = QSize(40, 14)
_SCALE = 3
"""Pixels of a picture for each of its own, so that it is sharp on every screen."""
_NAME, _FIRST, _SECOND, _THIRD = range(4)
"""Columns of the form."""
_REST = 2
"""So many columns are left beside a colour."""


class StyleRow(QObject):
    """Everything about one thing that is drawn; it may take several rows of the form."""

    edited = Signal()

    def __init__(self, output: str, title: str, colours: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.output = output
        self._title = title
        self._colours = colours
        self.shown = QCheckBox(title)
        self.shown.setAccessibleName(self.tr("Show {0}").format(title))
        self.shown.toggled.connect(self.edited)

    @abstractmethod
    def read(self, label: str) -> LineStyle:
        """The style of this for the indicator of this label."""

    @abstractmethod
    def show_style(self, style: LineStyle) -> None: ...

    @abstractmethod
    def place(self, grid: QGridLayout, at: int) -> int:
        """Put everything into the form from row ``at`` on. Returns the first row left free."""

    def set_enabled(self, *, enabled: bool) -> None:
        self.shown.setEnabled(enabled)

    def _choice(self, title: str) -> ColourChoice:
        choice = ColourChoice(title, self._colours, self)
        choice.edited.connect(self.edited)
        return choice

    def _opacity(self) -> OpacityEdit:
        opacity = OpacityEdit(self.tr("Opacity of {0}").format(self._title))
        opacity.edited.connect(self.edited)
        return opacity

    def _place_name(self, grid: QGridLayout, at: int) -> None:
        grid.addWidget(self.shown, at, _NAME, Qt.AlignmentFlag.AlignLeft)


class LineRow(StyleRow):
    """Colour, width and dashes."""

    def __init__(self, output: str, title: str, colours: Sequence[str], parent: QWidget) -> None:
        super().__init__(output, title, colours, parent)
        self.choice = self._choice(title)
        self.colour, self.own = self.choice.box, self.choice.own
        self.width = self._width_box()
        self.dash = self._dash_box(parent.palette().text().color())
        for box in (self.width, self.dash):
            box.currentIndexChanged.connect(self.edited)

    def read(self, label: str) -> LineStyle:
        return LineStyle(
            label,
            self.output,
            self.choice.read(),
            shown=self.shown.isChecked(),
            dash=self.dash.currentData(),
            width=self.width.currentData(),
        )

    def show_style(self, style: LineStyle) -> None:
        self.shown.setChecked(style.shown)
        self.choice.write(style.colour)
        self.width.setCurrentIndex(max(0, self.width.findData(style.width)))
        self.dash.setCurrentIndex(max(0, self.dash.findData(style.broken)))

    def place(self, grid: QGridLayout, at: int) -> int:
        self._place_name(grid, at)
        for column, box in enumerate((self.colour, self.width, self.dash), _FIRST):
            grid.addWidget(box, at, column)
        grid.addWidget(self.own, at + 1, _FIRST, 1, -1)
        return at + 2

    def _width_box(self) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Width of {0}").format(self._title))
        box.addItem(self.tr("Usual"), None)
        for width in range(THINNEST, THICKEST + 1):
            box.addItem(self.tr("{0} px").format(width), width)
        return box

    def _dash_box(self, colour: QColor) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Line of {0}").format(self._title))
        box.setIconSize(SAMPLE)
        box.addItem(self.tr("As it comes"), None)
        for text, dash in (
            (self.tr("Solid"), Dash.SOLID),
            (self.tr("Dashed"), Dash.DASHED),
            (self.tr("Dotted"), Dash.DOTTED),
        ):
            box.addItem(QIcon(_sample(dash, colour)), text, dash)
        return box


class _TwoSided(StyleRow):
    """One colour for what is above and one for what is below."""

    def _choose_sides(self, rising: str, falling: str) -> None:
        self._words = rising, falling
        self.rising, self.falling = (self._choice(f"{self._title}, {w}") for w in self._words)

    def _place_sides(self, grid: QGridLayout, at: int) -> int:
        for choice, word in zip((self.rising, self.falling), self._words, strict=True):
            grid.addWidget(choice.box, at, _FIRST)
            grid.addWidget(_quiet(word), at, _SECOND, 1, _REST)
            grid.addWidget(choice.own, at + 1, _FIRST, 1, -1)
            at += 2
        return at


class HistogramRow(_TwoSided):
    """A colour for bars above and one for bars below zero."""

    def __init__(self, output: str, title: str, colours: Sequence[str], parent: QWidget) -> None:
        super().__init__(output, title, colours, parent)
        self._choose_sides(self.tr("above zero"), self.tr("below zero"))

    def read(self, label: str) -> LineStyle:
        return LineStyle(
            label,
            self.output,
            self.rising.read(),
            shown=self.shown.isChecked(),
            falling=self.falling.read(),
        )

    def show_style(self, style: LineStyle) -> None:
        self.shown.setChecked(style.shown)
        self.rising.write(style.colour)
        self.falling.write(style.falling)

    def place(self, grid: QGridLayout, at: int) -> int:
        self._place_name(grid, at)
        return self._place_sides(grid, at)


class FillRow(StyleRow):
    """A colour and an opacity."""

    def __init__(self, output: str, title: str, colours: Sequence[str], parent: QWidget) -> None:
        super().__init__(output, title, colours, parent)
        self.choice = self._choice(title)
        self.opacity = self._opacity()

    def read(self, label: str) -> LineStyle:
        return LineStyle(
            label,
            self.output,
            self.choice.read(),
            shown=self.shown.isChecked(),
            opacity=self.opacity.read(),
        )

    def show_style(self, style: LineStyle) -> None:
        self.shown.setChecked(style.shown)
        self.choice.write(style.colour)
        self.opacity.write(style.opacity)

    def place(self, grid: QGridLayout, at: int) -> int:
        self._place_name(grid, at)
        grid.addWidget(self.choice.box, at, _FIRST)
        grid.addWidget(self.opacity, at, _SECOND, 1, _REST)
        grid.addWidget(self.choice.own, at + 1, _FIRST, 1, -1)
        return at + 2

    def set_enabled(self, *, enabled: bool) -> None:
        super().set_enabled(enabled=enabled)
        self.choice.set_enabled(enabled=enabled)
        self.opacity.setEnabled(enabled)


class CloudRow(_TwoSided):
    """A ground that is coloured by which edge is above: two colours and an opacity."""

    def __init__(self, output: str, title: str, colours: Sequence[str], parent: QWidget) -> None:
        super().__init__(output, title, colours, parent)
        self._choose_sides(self.tr("rising"), self.tr("falling"))
        self.opacity = self._opacity()

    def read(self, label: str) -> LineStyle:
        return LineStyle(
            label,
            self.output,
            self.rising.read(),
            shown=self.shown.isChecked(),
            falling=self.falling.read(),
            opacity=self.opacity.read(),
        )

    def show_style(self, style: LineStyle) -> None:
        self.shown.setChecked(style.shown)
        self.rising.write(style.colour)
        self.falling.write(style.falling)
        self.opacity.write(style.opacity)

    def place(self, grid: QGridLayout, at: int) -> int:
        self._place_name(grid, at)
        at = self._place_sides(grid, at)
        grid.addWidget(_quiet(self.tr("Opacity")), at, _FIRST, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.opacity, at, _SECOND, 1, _REST)
        return at + 1

    def set_enabled(self, *, enabled: bool) -> None:
        super().set_enabled(enabled=enabled)
        self.opacity.setEnabled(enabled)
        for choice in (self.rising, self.falling):
            choice.set_enabled(enabled=enabled)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "secondary")
    return label


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
