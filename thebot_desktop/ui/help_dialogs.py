"""About, and the page of keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop import __version__


class AboutDialog(QDialog):
    def __init__(self, parent: QWidget, source: str, profile: str) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About THEBOT Desktop"))
        name = QLabel("THEBOT Desktop")
        name.setProperty("role", "heading")
        facts = QLabel(
            self.tr(
                "Version {0}\nWatches the crypto markets live and tells you what matters.\n\n"
                "Market: {1}\nProfile: {2}\n\n"
                "Free software under the MIT licence. Nothing here is investment advice."
            ).format(__version__, source, profile)
        )
        facts.setProperty("role", "secondary")
        facts.setWordWrap(True)
        facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(name)
        column.addWidget(facts)
        column.addWidget(close_button(self))
        self.setMinimumWidth(420)


class ShortcutsDialog(QDialog):
    """Every command that has keys, as the menus have it."""

    def __init__(self, parent: QWidget, shortcuts: Sequence[tuple[str, str]]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        sheet = QFrame()
        sheet.setObjectName("sheet")
        grid = QGridLayout(sheet)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(32)
        for row, (text, keys) in enumerate(shortcuts):
            shown = QLabel(keys)
            shown.setProperty("role", "secondary")
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(QLabel(text.rstrip("…")), row, 0)
            grid.addWidget(shown, row, 1)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(area)
        column.addWidget(close_button(self))
        self.resize(460, min(640, 110 + 30 * len(shortcuts)))


def close_button(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    return buttons
