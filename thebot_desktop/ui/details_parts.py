"""Parts of the windows that explain one thing: labels, tables, and the sheets they stand on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from thebot_desktop.ui.table_view import TableView

_ROW_PX = 28


def details_label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def details_table(name: str) -> TableView:
    table = TableView(name, _ROW_PX)
    table.horizontalHeader().show()
    return table


def details_sheet(title: str, *widgets: QWidget) -> QFrame:
    sheet = QFrame()
    sheet.setObjectName("sheet")
    column = QVBoxLayout(sheet)
    column.setContentsMargins(12, 10, 12, 8)
    column.setSpacing(4)
    heading = QLabel(title)
    heading.setProperty("role", "small")
    column.addWidget(heading)
    for widget in widgets:
        column.addWidget(widget, 1 if isinstance(widget, TableView) else 0)
    column.addStretch(0)
    return sheet


def framed(widget: QWidget) -> QFrame:
    frame = QFrame()
    frame.setObjectName("sheet")
    column = QVBoxLayout(frame)
    column.setContentsMargins(4, 4, 4, 4)
    column.addWidget(widget)
    return frame


def give_kind(label: QLabel, kind: str) -> None:
    label.setProperty("kind", kind)
    label.style().unpolish(label)
    label.style().polish(label)
