"""The form for one indicator's parameters."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from thebot_desktop.analysis.indicator import Indicator, parameters_of
from thebot_desktop.ui.forms import Form

MARGIN = 18
WIDTH = 420


class IndicatorDialog(QDialog):
    """Hands the changed indicator to ``save`` when the person agrees."""

    def __init__(
        self, parent: QWidget | None, indicator: Indicator, save: Callable[[Indicator], None]
    ) -> None:
        super().__init__(parent)
        self._save = save
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(indicator.title)
        self.form = Form(indicator)
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Ok | button.Cancel | button.RestoreDefaults)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        defaults = self.buttons.button(button.RestoreDefaults)
        defaults.setText(self.tr("Defaults"))
        defaults.clicked.connect(lambda: self._show(type(indicator)()))
        self.form.edited.connect(self._check)
        self._lay_out(indicator)
        self._check()

    def accept(self) -> None:
        chosen = self.form.value
        if chosen is not None:
            super().accept()
            self._save(chosen)

    def _show(self, indicator: Indicator) -> None:
        self.form.set_value(indicator)
        self._check()

    def _check(self) -> None:
        wanted = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        wanted.setEnabled(self.form.value is not None)

    def _lay_out(self, indicator: Indicator) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, MARGIN)
        if parameters_of(type(indicator)):
            whole.addWidget(self.form)
        else:
            self.form.setParent(self)
            self.form.hide()
            none = QLabel(self.tr("This indicator has no parameters."))
            none.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
            whole.addWidget(none)
        row = QVBoxLayout()
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.addWidget(self.buttons)
        whole.addLayout(row)
        self.setMinimumWidth(WIDTH)
