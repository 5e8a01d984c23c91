"""The palette: a field over the window that finds commands and symbols by a few letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QHideEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.theme import Theme, scaled

_WIDTH = 560
_ROW_PX = 34
_ROWS = 11


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be chosen: what it is, what stands at the right, what it does."""

    text: str
    run: Callable[[], object]
    detail: str = ""


Source = Callable[[str], Sequence[Entry]]
"""Finds entries for what was typed."""


class CommandPalette(QFrame):
    """Closes by Escape, by a choice, or when something else is clicked."""

    closed = Signal()

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self._sources: Sequence[Source] = ()
        self._window = window
        self._before: QWidget | None = None
        self._field = QLineEdit()
        self._field.setObjectName("paletteField")
        self._field.textChanged.connect(self._find)
        self._field.installEventFilter(self)
        self._model = _EntryModel(self)
        self._list = QListView()
        self._list.setObjectName("paletteList")
        self._list.setModel(self._model)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._choose)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._list.setAccessibleName(self.tr("Matches"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addWidget(self._field)
        column.addWidget(self._list)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(32)
        shadow.setOffset(0, 8)
        shadow.setColor(QColor(0, 0, 0, 110))
        self.setGraphicsEffect(shadow)
        self.apply_theme(theme)
        self.hide()

    @property
    def field(self) -> QLineEdit:
        return self._field

    @property
    def texts(self) -> list[str]:
        """What is offered at the moment, best first."""
        return [entry.text for entry in self._model.entries]

    def apply_theme(self, theme: Theme) -> None:
        self._list.setItemDelegate(_EntryDelegate(theme, self))

    def ask(self, placeholder: str, *sources: Source) -> None:
        """Open with an empty field over what ``sources`` offer."""
        self._sources = sources
        self._before = self.window().focusWidget()
        self._field.setPlaceholderText(placeholder)
        self._field.setAccessibleName(placeholder)
        self._field.clear()
        self._find("")
        self._place()
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        if self.isVisible():
            self.hide()
            if self._before is not None:
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self._before = None

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._leave(event)
        return super().eventFilter(watched, event)

    def _leave(self, event: QFocusEvent) -> None:
        """Another part of the window was clicked; the window losing focus is no reason."""
        if event.reason() in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason):
            self.hide()

    def _on_key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS - 1}
        steps[Qt.Key.Key_PageUp] = 1 - _ROWS
        key = Qt.Key(event.key())
        if key in steps:
            self._step(steps[key])
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self._list.currentIndex())
        else:
            return False
        return True

    def _step(self, rows: int) -> None:
        row = self._list.currentIndex().row() + rows
        last = self._model.rowCount() - 1
        self._list.setCurrentIndex(self._model.index(max(0, min(row, last))))

    def _find(self, typed: str) -> None:
        found = [entry for source in self._sources for entry in source(typed)]
        self._model.show(found)
        self._list.setCurrentIndex(self._model.index(0))
        self._fit()

    def _choose(self, index: AnyIndex) -> None:
        if 0 <= index.row() < len(self._model.entries):
            entry = self._model.entries[index.row()]
            self.dismiss()
            entry.run()

    def _place(self) -> None:
        around = self._window.rect()
        width = min(scaled(_WIDTH, self.fontInfo().pixelSize()), around.width() - 24)
        self.setFixedWidth(width)
        self.move((around.width() - width) // 2, min(64, around.height() // 8))
        self._fit()

    def _fit(self) -> None:
        """As tall as what is found, but no taller than the window has room for."""
        rows = max(1, min(_ROWS, self._model.rowCount()))
        self._list.setFixedHeight(rows * scaled(_ROW_PX, self.fontInfo().pixelSize()) + 2)
        self.adjustSize()


class _EntryModel(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: object = None) -> int:
        return len(self.entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.text} {entry.detail}".strip()
        if role == Role.ROW:
            return entry
        return None


class _EntryDelegate(QStyledItemDelegate):
    """Text at the left, keys or a note at the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(100, scaled(_ROW_PX, QFont(option.font).pixelSize()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        entry: Entry = index.data(Role.ROW)
        area = QRect(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.selected))
            painter.drawRoundedRect(area, 6, 6)
        inner = area.adjusted(10, 0, -10, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        metrics = painter.fontMetrics()
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, entry.detail)
        room = inner.width() - metrics.horizontalAdvance(entry.detail) - 12
        painter.setPen(QColor(self._theme.text))
        text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()
