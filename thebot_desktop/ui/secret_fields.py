"""SecretFields: passwords and tokens are typed here, and never shown again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from thebot_desktop.app.channels import SecretField


class SecretFields(QWidget):
    """One row for each; what is kept is only said to be kept."""

    edited = Signal()

    def __init__(self, fields: Iterable[SecretField]) -> None:
        super().__init__()
        self.rows = [_Row(field) for field in fields]
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 0, 16, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(1, 1)
        for row in self.rows:
            row.edited.connect(self.edited)
            row.add_to(grid)

    @property
    def typed(self) -> dict[str, str]:
        """What is to be kept from now on; empty where it is to be removed."""
        return {row.field.name: row.text for row in self.rows if row.text or row.removed}

    def row(self, name: str) -> _Row:
        return next(row for row in self.rows if row.field.name == name)

    def show_given(self, variables: Mapping[str, str]) -> None:
        """The environment gives these, by variables of these names: there is nothing to type."""
        for row in self.rows:
            row.show_given(variables.get(row.field.name, ""))

    def show_kept(self, names: Collection[str], passing: Collection[str] = ()) -> None:
        """These have a secret, of which some are not in the keyring; nothing is typed any more."""
        for row in self.rows:
            name = row.field.name
            row.show_kept(kept=name in names, passing=name in passing)


class _Row(QWidget):
    edited = Signal()

    def __init__(self, field: SecretField) -> None:
        super().__init__()
        self.field = field
        self.removed = False
        self._kept = False
        self._passing = False
        self._variable = ""
        self.edit = QLineEdit()
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhHiddenText
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )
        self.edit.setAccessibleName(field.title)
        self.edit.setAccessibleDescription(field.description)
        self.remove = QPushButton(self.tr("Remove"))
        self.remove.setProperty("role", "quiet")
        self.remove.setAutoDefault(False)
        self.remove.setAccessibleName(self.tr("Remove {0}").format(field.title))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.edit, 1)
        line.addWidget(self.remove)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._follow)
        self.edit.textChanged.connect(lambda _text: self.edited.emit())
        self.remove.clicked.connect(lambda _checked=False: self._remove())
        self._follow()

    @property
    def text(self) -> str:
        """Pasted words often come with spaces around them."""
        return self.edit.text().strip()

    @property
    def state(self) -> str:
        """What is said in place of the secret."""
        return self.edit.placeholderText()

    def show_given(self, variable: str) -> None:
        if variable != self._variable:
            self._variable = variable
            self._follow()

    def show_kept(self, *, kept: bool, passing: bool) -> None:
        self._kept, self._passing, self.removed = kept, passing, False
        self.edit.clear()
        self._follow()

    def add_to(self, grid: QGridLayout) -> None:
        at = grid.rowCount()
        title = QLabel(self.field.title)
        title.setBuddy(self.edit)
        title.setMinimumHeight(30)
        grid.addWidget(title, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self, at, 1)
        if self.field.description:
            note = QLabel(self.field.description)
            note.setProperty("role", "note")
            note.setTextFormat(Qt.TextFormat.PlainText)
            note.setWordWrap(True)
            grid.addWidget(note, at + 1, 1)
        grid.setRowMinimumHeight(at + 2, 10)
        grid.addWidget(QWidget(), at + 2, 0)

    def _remove(self) -> None:
        self.removed = True
        self.edit.clear()
        self._follow()
        self.edited.emit()

    def _follow(self) -> None:
        if self.removed:
            words = self.tr("Will be removed")
        elif self._variable:
            words = self.tr("Given by {0}").format(self._variable)
        elif self._passing:
            words = self.tr("Kept until the program ends")
        elif self._kept:
            words = self.tr("Kept in the system's keyring")
        else:
            words = self.tr("Needed") if self.field.required else self.tr("None")
        self.edit.setPlaceholderText(words)
        may_go = self._kept and not self.field.required and not self.removed
        self.remove.setVisible(may_go and not self.text)
