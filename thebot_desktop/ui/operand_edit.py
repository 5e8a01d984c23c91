"""OperandEdit: one value of a condition, and of which symbol and interval it is."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QEnterEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.analysis.conditions import parse_value
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.analysis.facts import FactOf
from thebot_desktop.analysis.sight import OtherValue, Value, own_text, value_text
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.interval_words import interval_name
from thebot_desktop.ui.theme import Theme

LEAST_FIELD = 80
POPUP_WIDTH = 280


class OperandEdit(QWidget):
    """Where a price, an indicator, a fact or a number is written.

    It is of the alert's own series; a small button in the field offers others. What is chosen
    there stands below the field, and can be written in the field as well: ``ETHUSDT:close@1h``.
    """

    edited = Signal()

    def __init__(
        self,
        name: str,
        catalogue: Catalogue,
        theme: Theme,
        words: QAbstractItemModel,
        symbols: QAbstractItemModel,
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setPlaceholderText(name)
        self.line.setMinimumWidth(LEAST_FIELD)
        self.line.setCompleter(_completer(words, self.line))
        tip = self.tr("Of another symbol or interval…")
        self.choose = QAction(icon("comparison", theme.secondary), tip, self)
        self.choose.triggered.connect(self._open)
        self.line.addAction(self.choose, QLineEdit.ActionPosition.TrailingPosition)
        # Only from now on does the field heed it.
        self.choose.setVisible(False)
        self.chip = QToolButton()
        self.chip.setProperty("role", "flat")
        self.chip.setToolTip(tip)
        self.chip.clicked.connect(self._open)
        self.source = SourcePopup(self, name, symbols)
        self.setFocusProxy(self.line)
        self._lay_out()
        self._show_source()
        self.line.installEventFilter(self)
        self.line.textChanged.connect(lambda _text: self.edited.emit())
        self.line.editingFinished.connect(self._take_apart)
        self.source.edited.connect(self._on_source)

    def read(self) -> Value:
        """Raises InputError with a sentence."""
        text = self.line.text().strip()
        if not text:
            sentence = self.tr("Write a price, an indicator or a number in every field.")
            raise InputError("empty field", user_message=sentence)
        value = parse_value(text, self._catalogue)
        if not isinstance(value, float):
            return parse_value(self._whole(text), self._catalogue)
        if self.source.words:
            sentence = self.tr("A number is of no symbol and on no interval.")
            raise InputError("number of a symbol", user_message=sentence)
        return value

    def write(self, value: Value) -> None:
        """Show another value; nobody is told of an edit."""
        blockers = QSignalBlocker(self), QSignalBlocker(self.source)
        symbol = value.symbol if isinstance(value, OtherValue | FactOf) else None
        self.source.write(symbol or "", value.interval if isinstance(value, OtherValue) else None)
        own = value_text(value)
        if isinstance(value, OtherValue):
            own = own_text(value.value)
        elif isinstance(value, FactOf):
            own = value.name.value
        self.line.setText(own)
        self.line.setCursorPosition(0)
        self._show_source()
        del blockers

    def enterEvent(self, event: QEnterEvent) -> None:
        self.choose.setVisible(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.choose.setVisible(self.line.hasFocus())
        super().leaveEvent(event)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]
        if watched is self.line and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.choose.setVisible(event.type() is QEvent.Type.FocusIn or self.underMouse())
        return super().eventFilter(watched, event)

    def _whole(self, text: str) -> str:
        """What is written, with what is chosen, unless it is written already."""
        symbol, interval = self.source.symbol.text().strip(), self.source.interval.currentData()
        before = f"{symbol}:" if symbol and ":" not in text else ""
        after = f"@{interval.value}" if interval is not None and "@" not in text else ""
        return f"{before}{text}{after}"

    def _take_apart(self) -> None:
        """What was written into the field goes where it would have been chosen."""
        text = self.line.text()
        if ":" not in text and "@" not in text:
            return
        try:
            self.write(self.read())
        except InputError:
            return

    def _on_source(self) -> None:
        self._show_source()
        self.edited.emit()

    def _show_source(self) -> None:
        words = self.source.words
        self.chip.setText(words)
        self.chip.setAccessibleName(words)
        self.chip.setVisible(bool(words))

    def _open(self) -> None:
        self.source.open_below(self.line)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignLeft)


class SourcePopup(QFrame):
    """A symbol and an interval; what is left empty is as in the alert."""

    edited = Signal()

    def __init__(self, parent: QWidget, name: str, symbols: QAbstractItemModel) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("sheet")
        self.symbol = QLineEdit()
        self.symbol.setPlaceholderText(self.tr("As in the alert"))
        self.symbol.setAccessibleName(self.tr("{0}: of symbol").format(name))
        self.symbol.setCompleter(_completer(symbols, self.symbol))
        self.interval = QComboBox()
        self.interval.setAccessibleName(self.tr("{0}: on interval").format(name))
        self.interval.addItem(self.tr("As in the alert"), None)
        for interval in Interval:
            self.interval.addItem(interval_name(interval), interval)
        self.reset = QPushButton(self.tr("As in the alert"))
        self.reset.setProperty("role", "link")
        self.reset.setAutoDefault(False)
        self.symbol.textChanged.connect(lambda _text: self.edited.emit())
        self.symbol.returnPressed.connect(self.close)
        self.interval.currentIndexChanged.connect(lambda _index: self.edited.emit())
        self.reset.clicked.connect(self._forget)
        self._lay_out()

    @property
    def words(self) -> str:
        """What is chosen, in few words; nothing where it is all as in the alert."""
        symbol, interval = self.symbol.text().strip().upper(), self.interval.currentData()
        on = "" if interval is None else str(interval.value)
        if symbol and on:
            return self.tr("of {0} on {1}").format(symbol, on)
        if symbol:
            return self.tr("of {0}").format(symbol)
        return self.tr("on {0}").format(on) if on else ""

    def write(self, symbol: str, interval: Interval | None) -> None:
        self.symbol.setText(symbol)
        self.interval.setCurrentIndex(self.interval.findData(interval))

    def open_below(self, field: QWidget) -> None:
        self.adjustSize()
        self.move(field.mapToGlobal(QPoint(0, field.height() + 2)))
        self.show()
        self.symbol.setFocus()

    def _forget(self) -> None:
        self.write("", None)
        self.close()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows: tuple[tuple[str, QWidget], ...] = (
            (self.tr("Of symbol"), self.symbol),
            (self.tr("On interval"), self.interval),
        )
        for row, (title, field) in enumerate(rows):
            label = QLabel(title)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self.reset, len(rows), 1, Qt.AlignmentFlag.AlignLeft)
        grid.setColumnStretch(1, 1)
        self.setMinimumWidth(POPUP_WIDTH)


def _completer(words: QAbstractItemModel, field: QWidget) -> QCompleter:
    completer = QCompleter(words, field)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setMaxVisibleItems(12)
    return completer
