"""ColourChoice: as it comes, a colour of the palette of lines, or one of a person's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QComboBox

from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.line_style import LineColour
from thebot_desktop.ui.colour_edit import ColourEdit

SWATCH_PX = 14
OWN = "own"
"""Stands among the colours of the palette for one that is written down."""


class ColourChoice(QObject):
    """A box, and below it the colour in writing where a person wants another one."""

    edited = Signal()

    def __init__(self, title: str, colours: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.box = self._box(title, colours)
        self.own = ColourEdit(self.tr("Own colour of {0}").format(title))
        self.own.hide()
        self.box.currentIndexChanged.connect(self._show_own)
        self.box.currentIndexChanged.connect(self.edited)
        self.box.activated.connect(self._ask)
        self.own.edited.connect(self.edited)

    def read(self) -> LineColour | None:
        """What is no colour yet counts as none."""
        chosen: LineColour | None = self.box.currentData()
        if chosen != OWN:
            return chosen
        try:
            return self.own.read() or None
        except ParameterError:
            return None

    def write(self, colour: LineColour | None) -> None:
        is_own = isinstance(colour, str)
        self.own.write(str(colour) if is_own else "")
        self.box.setCurrentIndex(self.box.findData(OWN if is_own else colour))

    def set_enabled(self, *, enabled: bool) -> None:
        self.box.setEnabled(enabled)
        self.own.setEnabled(enabled)

    def _show_own(self) -> None:
        self.own.setVisible(self.box.currentData() == OWN)

    def _ask(self) -> None:
        """A person who wants a colour of their own is asked for it at once."""
        if self.box.currentData() == OWN and not self.own.line.text():
            self.own.choose()

    def _box(self, title: str, colours: Sequence[str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Colour of {0}").format(title))
        box.addItem(self.tr("Automatic"), None)
        for number, each in enumerate(colours):
            picture = QPixmap(SWATCH_PX, SWATCH_PX)
            picture.fill(QColor(each))
            box.addItem(QIcon(picture), self.tr("Colour {0}").format(number + 1), number)
        box.addItem(self.tr("Own colour…"), OWN)
        return box
