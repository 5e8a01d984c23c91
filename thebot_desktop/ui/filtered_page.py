"""FilteredPage: a table under its filters, and what is said where no row fits them."""

from __future__ import annotations

from collections.abc import Sized

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget


class FilteredPage(QWidget):
    def __init__(self, strip: QWidget, table: QWidget, nothing: QWidget) -> None:
        super().__init__()
        self._table, self._nothing = table, nothing
        self._stack = QStackedLayout()
        self._stack.addWidget(table)
        self._stack.addWidget(nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addLayout(self._stack, 1)

    def show_for(self, rows: Sized) -> None:
        """The table, or the way back from filters that leave nothing."""
        self._stack.setCurrentWidget(self._table if rows else self._nothing)
