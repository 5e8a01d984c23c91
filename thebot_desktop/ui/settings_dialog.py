"""The settings: one page per section of the tree, made from what the sections declare."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.settings import Settings
from thebot_desktop.app.settings_service import SettingsService
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.ui.charts.palette_preview import PalettePreview
from thebot_desktop.ui.forms import Form, rows_of
from thebot_desktop.ui.notifications.speech import speech_trouble, voice_program

_NEXT_START = ("exchange", "network", "websocket", "data_stream", "logging")
"""Sections that are read when the program starts."""


class SettingsForm(QWidget):
    """All sections with a list at the left; the dialog and a panel can both hold it."""

    edited = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._forms: dict[str, Form[Any]] = {}
        self._list = QListWidget()
        self._list.setObjectName("sections")
        self._list.setFixedWidth(180)
        self._list.setAccessibleName(self.tr("Sections"))
        self._pages = QStackedWidget()
        self._pages.setObjectName("sheet")
        self.preview = PalettePreview(settings.ui)
        self.channels = QPushButton(self.tr("Channels outside of this computer…"))
        self.channels.setAutoDefault(False)
        self.edited.connect(self._show_preview)
        for row in rows_of(Settings):
            self._add_section(row.name, row.title, getattr(settings, row.name))
        self._list.currentRowChanged.connect(self._pages.setCurrentIndex)
        self._list.setCurrentRow(0)
        row_layout = QHBoxLayout(self)
        row_layout.setContentsMargins(0, 0, 0, 0)
        row_layout.setSpacing(12)
        row_layout.addWidget(self._list)
        row_layout.addWidget(self._pages, 1)

    @property
    def sections(self) -> list[str]:
        return list(self._forms)

    @property
    def section(self) -> str:
        """The one that is shown."""
        return self.sections[self._pages.currentIndex()]

    @property
    def value(self) -> Settings | None:
        """The settings as they are typed in, None while something is wrong."""
        values = {name: form.value for name, form in self._forms.items()}
        if any(value is None for value in values.values()):
            return None
        return replace(self._settings, **values)

    def form(self, section: str) -> Form[Any]:
        return self._forms[section]

    def show_section(self, section: str) -> None:
        self._list.setCurrentRow(self.sections.index(section))

    def restore_section(self) -> None:
        """Put the defaults into the section that is shown."""
        default: Struct = getattr(Settings(), self.section)
        self._forms[self.section].set_value(default)
        self.edited.emit()

    def _add_section(self, name: str, title: str, value: Struct) -> None:
        form: Form[Any] = Form(value)
        form.edited.connect(self._on_edit)
        self._forms[name] = form
        if name == "alerts" and (trouble := speech_trouble(voice_program())):
            form.make_unavailable("spoken", trouble)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        heading = QLabel(title)
        heading.setProperty("role", "heading")
        heading.setContentsMargins(16, 14, 16, 0)
        column.addWidget(heading)
        if name in _NEXT_START:
            note = QLabel(self.tr("Takes effect at the next start."))
            note.setProperty("role", "note")
            note.setContentsMargins(16, 0, 16, 0)
            column.addWidget(note)
        if name == "ui":
            column.addLayout(_beside_margins(self.preview))
        if name == "alerts":
            channels = _beside_margins(self.channels)
            channels.addStretch(1)
            column.addLayout(channels)
        column.addWidget(form, 1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self._list.addItem(title)
        self._pages.addWidget(area)

    def _show_preview(self) -> None:
        typed = self._forms["ui"].value
        if typed is not None:
            self.preview.show_config(typed)

    def _on_edit(self) -> None:
        for row, form in enumerate(self._forms.values()):
            item = self._list.item(row)
            name = item.text().rstrip(" ●")
            item.setText(f"{name} ●" if form.problems else name)
        self.edited.emit()


def _beside_margins(widget: QWidget) -> QHBoxLayout:
    """In line with the heading above and the fields below."""
    row = QHBoxLayout()
    row.setContentsMargins(16, 10, 16, 0)
    row.addWidget(widget)
    return row


class SettingsDialog(QDialog):
    """Nothing is in force before Apply or OK; nothing wrong can be applied."""

    def __init__(self, parent: QWidget | None, settings: SettingsService) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Settings"))
        self.form = SettingsForm(settings.saved)
        self.form.edited.connect(self._show_edits)
        self._problem = QLabel()
        self._problem.setProperty("role", "problem")
        self._problem.setWordWrap(True)
        self._problem.hide()
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(
            button.Ok | button.Cancel | button.Apply | button.RestoreDefaults
        )
        self.buttons.button(button.RestoreDefaults).setToolTip(
            self.tr("Put the defaults into the section that is shown")
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(button.Apply).clicked.connect(self.apply)
        self.buttons.button(button.RestoreDefaults).clicked.connect(self.form.restore_section)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.form, 1)
        column.addWidget(self._problem)
        column.addWidget(self.buttons)
        self.resize(800, 640)
        self._show_edits()

    def apply(self) -> bool:
        """Put the edits into force; False when they cannot be."""
        value = self.form.value
        if value is None:
            return False
        try:
            self._settings.update(value)
        except TheBotError as error:
            self._say(f"{error.user_message} {error}")
            return False
        self._show_edits()
        return True

    def accept(self) -> None:
        if self.form.value == self._settings.saved or self.apply():
            super().accept()

    def _show_edits(self) -> None:
        value = self.form.value
        button = QDialogButtonBox.StandardButton
        self.buttons.button(button.Ok).setEnabled(value is not None)
        changed = value is not None and value != self._settings.saved
        self.buttons.button(button.Apply).setEnabled(changed)
        self._say("" if value is not None else self.tr("Something is not right yet."))

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
