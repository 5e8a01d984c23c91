"""A question with two answers, asked without holding the program up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget


class Question(QMessageBox):
    """``do`` is called for the answer named ``yes``; Escape and Enter say no."""

    def __init__(
        self, parent: QWidget, text: str, detail: str, *, yes: str, do: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        self.setInformativeText(detail)
        self.yes: QPushButton = self.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
        self.no: QPushButton = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(self.no)
        self.setEscapeButton(self.no)
        self.yes.clicked.connect(lambda _checked=False: do())
