"""The form for one indicator's parameters, the looks of its lines and its pane."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from thebot_desktop.analysis.indicator import Indicator, parameters_of
from thebot_desktop.domain.indicator_place import IndicatorPlace
from thebot_desktop.domain.line_style import LineStyle
from thebot_desktop.ui.forms import Form
from thebot_desktop.ui.line_style_edit import LineStyleEdit
from thebot_desktop.ui.pane_edit import PaneEdit

MARGIN = 18
WIDTH = 420


class IndicatorDialog(QDialog):
    """Hands the changed indicator to ``save`` when the person agrees."""

    def __init__(
        self,
        parent: QWidget | None,
        indicator: Indicator,
        save: Callable[[Indicator], None],
        lines: LineStyleEdit | None = None,
        try_lines: Callable[[list[LineStyle]], None] | None = None,
        panes: PaneEdit | None = None,
        try_place: Callable[[IndicatorPlace], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._save = save
        self.lines = lines
        self._try_lines = try_lines
        self._before = [] if lines is None else lines.read()
        self.panes = panes
        self._try_place = try_place
        self._place_before = None if panes is None else panes.read()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(indicator.title)
        self.form = Form(indicator)
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Ok | button.Cancel | button.RestoreDefaults)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        defaults = self.buttons.button(button.RestoreDefaults)
        defaults.setText(self.tr("Defaults"))
        defaults.clicked.connect(lambda: self._show_defaults(type(indicator)()))
        self.form.edited.connect(self._check)
        if lines is not None:
            lines.edited.connect(self._show_lines)
        if panes is not None:
            panes.edited.connect(self._show_place)
        self._lay_out(indicator)
        self._check()

    def accept(self) -> None:
        chosen = self.form.value
        if chosen is not None:
            super().accept()
            self._save(chosen)

    def reject(self) -> None:
        """The lines are in the chart as they were before, in the pane that they were in."""
        if self.lines is not None and self.lines.read() != self._before:
            self.lines.write(self._before)
            self._show_lines()
        if self.panes is not None and self._place_before is not None:
            self.panes.write([self._place_before])
        super().reject()

    def _show_lines(self) -> None:
        if self._try_lines is not None and self.lines is not None:
            self._try_lines(self.lines.read())

    def _show_place(self) -> None:
        if self._try_place is not None and self.panes is not None:
            self._try_place(self.panes.read())

    def _show_defaults(self, indicator: Indicator) -> None:
        if self.lines is not None:
            self.lines.write(())
        if self.panes is not None:
            self.panes.write(())
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
        if self.lines is not None and self.lines.rows:
            self.lines.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
            whole.addWidget(self.lines)
        elif self.lines is not None:
            self.lines.setParent(self)
            self.lines.hide()
        self._add_panes(whole)
        row = QVBoxLayout()
        row.setContentsMargins(MARGIN, 0, MARGIN, 0)
        row.addWidget(self.buttons)
        whole.addLayout(row)
        self.setMinimumWidth(WIDTH)

    def _add_panes(self, whole: QVBoxLayout) -> None:
        """Below the lines, where there is something to choose."""
        if self.panes is None:
            return
        if self.panes.is_choice:
            self.panes.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
            whole.addWidget(self.panes)
        else:
            self.panes.setParent(self)
            self.panes.hide()
