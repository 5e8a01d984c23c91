"""The question whether a plug-in may be loaded, with the code that it is about."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.plugins import PluginEntry, PluginKind, PluginSource

WIDTH, HEIGHT = 640, 520


class PluginQuestion(QDialog):
    """Closed without an answer, the file waits: nothing of it is executed."""

    def __init__(
        self,
        parent: QWidget | None,
        entry: PluginEntry,
        allow: Callable[[PluginSource], None],
        refuse: Callable[[PluginSource], None],
    ) -> None:
        super().__init__(parent)
        self.source = source = entry.source
        self._allow = allow
        self._refuse = refuse
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Load a plug-in?"))
        adds = {
            PluginKind.INDICATOR: self.tr("“{0}” would add an indicator"),
            PluginKind.RULE: self.tr("“{0}” would add a rule for alerts"),
        }
        heading = _label(adds[entry.kind].format(source.id.file), "heading")
        place = _label(source.path, "small")
        place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        warning = _label(
            self.tr(
                "Its code runs inside the program with your rights: it can read and change your "
                "files and use the network. Load it only if you wrote it yourself, or trust who "
                "did and have read it."
            )
        )
        later = _label(
            self.tr("When you save the file later on, it is loaded again without a question."),
            "secondary",
        )
        self.code = QPlainTextEdit(source.content.decode("utf-8", errors="replace"))
        self.code.setReadOnly(True)
        self.code.setProperty("role", "code")
        self.code.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.code.setAccessibleName(self.tr("Code of the plug-in"))
        role = QDialogButtonBox.ButtonRole
        buttons = QDialogButtonBox()
        self.load = buttons.addButton(self.tr("Load"), role.AcceptRole)
        self.leave = buttons.addButton(self.tr("Do not load"), role.DestructiveRole)
        self.load.setAutoDefault(False)
        self.leave.setDefault(True)
        self.load.clicked.connect(lambda: self._answer(self._allow))
        self.leave.clicked.connect(lambda: self._answer(self._refuse))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for widget in (heading, place, warning, later):
            column.addWidget(widget)
        column.addWidget(self.code, 1)
        column.addWidget(buttons)
        self.resize(WIDTH, HEIGHT)
        self.leave.setFocus()

    def _answer(self, say: Callable[[PluginSource], None]) -> None:
        """Close first: what follows may ask the next question."""
        self.accept()
        say(self.source)


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label
