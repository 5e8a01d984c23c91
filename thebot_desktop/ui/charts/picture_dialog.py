"""PictureDialog: asks for format and scale of a picture, and what to do with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.ui.charts.picture_choice import LARGEST_SCALE, PictureChoice, PictureFormat


class PictureDialog(QDialog):
    """Says the choice with ``copy_wanted`` or ``save_wanted``, then closes."""

    copy_wanted = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, parent: QWidget, choice: PictureChoice, size: QSize) -> None:
        super().__init__(parent)
        self._shown_size = size
        self.setWindowTitle(self.tr("Picture of the chart"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.formats = QComboBox()
        self.formats.addItem(self.tr("PNG: pixels, for everywhere"), PictureFormat.PNG)
        self.formats.addItem(
            self.tr("SVG: shapes and words, sharp at every size"), PictureFormat.SVG
        )
        self.formats.setCurrentIndex(list(PictureFormat).index(choice.format))
        self.scales = QComboBox()
        for scale in range(1, LARGEST_SCALE + 1):
            self.scales.addItem(self.tr("{0} times").format(scale), scale)
        self.scales.setCurrentIndex(choice.scale - 1)
        self._size = QLabel()
        self._size.setProperty("role", "small")
        self.scales.currentIndexChanged.connect(self._show_size)
        self._show_size()
        self._lay_out()

    @property
    def choice(self) -> PictureChoice:
        """What is chosen now."""
        return PictureChoice(
            list(PictureFormat)[self.formats.currentIndex()], self.scales.currentIndex() + 1
        )

    def copy(self) -> None:
        self.copy_wanted.emit(self.choice)
        self.accept()

    def save(self) -> None:
        self.save_wanted.emit(self.choice)
        self.accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(self.tr("&Format"), self.formats)
        form.addRow(self.tr("&Size"), self.scales)
        form.addRow("", self._size)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        copy = buttons.addButton(self.tr("&Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        save = buttons.addButton(self.tr("&Save…"), QDialogButtonBox.ButtonRole.AcceptRole)
        save.setDefault(True)
        copy.clicked.connect(self.copy)
        save.clicked.connect(self.save)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        column.addLayout(form)
        column.addWidget(buttons)

    def _show_size(self) -> None:
        scale = self.choice.scale
        width, height = self._shown_size.width() * scale, self._shown_size.height() * scale
        self._size.setText(self.tr("{0} × {1} pixels").format(width, height))
