"""ColourEdit: a colour by name or by eye, or none."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)

from thebot_desktop.app.colours import NO_COLOUR, OwnColour, own_colour
from thebot_desktop.domain.errors import ParameterError

SWATCH_PX = 18
_SCALE = 3
"""Pixels of a swatch for each of its own, so that it is sharp on every screen."""
_FIRST_SHOWN = "#808080"
_SIX_DIGITS = re.compile(r"[0-9A-Fa-f]{6}")


class ColourEdit(QWidget):
    """A swatch that opens Qt's colour dialog, the colour in writing, and a way back to none."""

    edited = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.line = QLineEdit()
        self.line.setPlaceholderText(self.tr("As the palette"))
        self.line.setMaximumWidth(150)
        self.line.textChanged.connect(self._on_text)
        self.swatch = QToolButton()
        self.swatch.setIconSize(QSize(SWATCH_PX, SWATCH_PX))
        self.swatch.setToolTip(self.tr("Choose a colour"))
        self.swatch.setAccessibleName(self.tr("Choose a colour: {0}").format(title))
        self.swatch.clicked.connect(self.choose)
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setProperty("role", "link")
        self.reset.setAutoDefault(False)
        self.reset.setAccessibleName(self.tr("Reset: {0}").format(title))
        self.reset.clicked.connect(self.line.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for widget in (self.swatch, self.line, self.reset):
            row.addWidget(widget)
        row.addStretch(1)
        self.setFocusProxy(self.line)
        self._on_text()

    def read(self) -> OwnColour:
        """The colour, empty for none. Raises ParameterError with a sentence."""
        text = self.line.text().strip()
        bare = _SIX_DIGITS.fullmatch(text)
        return own_colour(f"#{text}" if bare else text)

    def write(self, colour: str) -> None:
        self.line.setText(colour)

    def choose(self) -> None:
        """Ask with Qt's colour dialog; what is pointed at there is tried at once."""
        before = self.line.text()
        dialog = QColorDialog(QColor(self._colour or _FIRST_SHOWN), self)
        dialog.setWindowTitle(self._title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.currentColorChanged.connect(lambda colour: self.write(colour.name().upper()))
        dialog.colorSelected.connect(lambda colour: self.write(colour.name().upper()))
        dialog.rejected.connect(lambda: self.write(before))
        dialog.open()

    @property
    def _colour(self) -> OwnColour:
        """The colour as far as it is one."""
        try:
            return self.read()
        except ParameterError:
            return NO_COLOUR

    def changeEvent(self, event: QEvent) -> None:
        """The border of the swatch goes with the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_colour()

    def _show_colour(self) -> None:
        border = self.palette().placeholderText().color()
        self.swatch.setIcon(QIcon(_swatch(self._colour, border)))

    def _on_text(self) -> None:
        self._show_colour()
        self.reset.setVisible(bool(self.line.text()))
        self.edited.emit()


def _swatch(colour: str, border: QColor) -> QPixmap:
    """A field of the colour; struck through where there is none."""
    size = SWATCH_PX * _SCALE
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(border, _SCALE))
    if colour:
        painter.setBrush(QColor(colour))
    painter.drawRoundedRect(_SCALE, _SCALE, size - 2 * _SCALE, size - 2 * _SCALE, 12, 12)
    if not colour:
        painter.drawLine(4 * _SCALE, size - 4 * _SCALE, size - 4 * _SCALE, 4 * _SCALE)
    painter.end()
    picture.setDevicePixelRatio(_SCALE)
    return picture
