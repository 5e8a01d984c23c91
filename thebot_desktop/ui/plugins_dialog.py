"""The list of plug-ins: every file, how it is doing, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.plugins import PluginBook, PluginEntry, PluginKind, PluginState
from thebot_desktop.ui.help_dialogs import close_button
from thebot_desktop.ui.plugin_words import explanation, kind_word, state_word
from thebot_desktop.ui.theme import Theme

WIDTH, HEIGHT = 720, 460
ROW_SPACE_PX = 14
_CAN_BE_REFUSED = (PluginState.IN_USE, PluginState.OFF, PluginState.BROKEN)


class PluginsDialog(QDialog):
    """Follows the book as long as it is open."""

    def __init__(
        self,
        parent: QWidget | None,
        book: PluginBook,
        theme: Callable[[], Theme],
        *,
        ask: Callable[[PluginEntry], None],
        edit: Callable[[Path], None],
        arm: Callable[[PluginEntry], None],
        example: Callable[[PluginKind], None],
        folder: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._book = book
        self._theme = theme
        self._ask = ask
        self._edit = edit
        self._arm = arm
        self.setWindowTitle(self.tr("Plug-ins"))
        self.list = self._make_list()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setMinimumHeight(44)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.load = self._button(self.tr("Load…"), self._load)
        self.refuse = self._button(self.tr("Do not load"), self._refuse)
        self.show_file = self._button(self.tr("Open file"), self._open)
        self.alert = self._button(self.tr("Add alert…"), self._add_alert)
        self.indicator_example = self._button(
            self.tr("Example indicator"), lambda: example(PluginKind.INDICATOR)
        )
        self.rule_example = self._button(self.tr("Example rule"), lambda: example(PluginKind.RULE))
        self.folder = self._button(self.tr("Open folder"), folder)
        self._lay_out()
        self.list.currentItemChanged.connect(lambda *_: self._show_chosen())
        stop = book.changed.add(lambda _none: self._fill())
        self.finished.connect(lambda _result: stop())
        self._fill()

    @property
    def explanation(self) -> str:
        return self._words.text()

    @property
    def chosen(self) -> PluginEntry | None:
        item = self.list.currentItem()
        return item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None

    def choose(self, file: str) -> None:
        """The line of this file."""
        found = self.list.findItems(file, Qt.MatchFlag.MatchExactly)
        if found:
            self.list.setCurrentItem(found[0])

    def _fill(self) -> None:
        before = self.chosen
        self.list.clear()
        for entry in self._book.entries:
            item = QTreeWidgetItem(
                [entry.source.id.file, entry.title or kind_word(entry.kind), state_word(entry)]
            )
            item.setData(0, Qt.ItemDataRole.UserRole, entry)
            item.setForeground(2, QColor(self._colour(entry)))
            item.setSizeHint(1, QSize(0, self.fontMetrics().height() + ROW_SPACE_PX))
            item.setToolTip(0, entry.source.path)
            item.setToolTip(1, item.text(1))
            self.list.addTopLevelItem(item)
            if before is not None and before.source.id == entry.source.id:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if not self.list.selectedItems() and first is not None:
            self.list.setCurrentItem(first)
        self._show_chosen()

    def _colour(self, entry: PluginEntry) -> str:
        theme = self._theme()
        if entry.still:
            return theme.warning
        return {
            PluginState.NEW: theme.warning,
            PluginState.REFUSED: theme.muted,
            PluginState.IN_USE: theme.good,
            PluginState.BROKEN: theme.bad,
            PluginState.OFF: theme.bad,
        }[entry.state]

    def _show_chosen(self) -> None:
        entry = self.chosen
        state = entry.state if entry is not None else None
        asks = state in (PluginState.NEW, PluginState.REFUSED)
        again = state in (PluginState.BROKEN, PluginState.OFF)
        self.load.setText(self.tr("Try again") if again else self.tr("Load…"))
        self.load.setEnabled(asks or again)
        self.refuse.setEnabled(state in (*_CAN_BE_REFUSED, PluginState.NEW))
        self.show_file.setEnabled(entry is not None)
        is_rule = entry is not None and entry.kind is PluginKind.RULE
        self.alert.setVisible(is_rule)
        self.alert.setEnabled(state is PluginState.IN_USE)
        self._words.setText(explanation(entry) if entry is not None else self._nothing())

    def _nothing(self) -> str:
        if not self._book.available:
            return self.tr("There are no plug-ins in safe mode.")
        return self.tr(
            "There are none yet. A Python file in the folder “indicators” or “rules” of the "
            "profile appears here. The examples show how one is written."
        )

    def _load(self) -> None:
        entry = self.chosen
        if entry is None:
            return
        if entry.state in (PluginState.BROKEN, PluginState.OFF):
            self._book.reload(entry.source)
        else:
            self._ask(entry)

    def _refuse(self) -> None:
        if self.chosen is not None:
            self._book.refuse(self.chosen.source)

    def _open(self) -> None:
        if self.chosen is not None:
            self._edit(Path(self.chosen.source.path))

    def _add_alert(self) -> None:
        if self.chosen is not None:
            self._arm(self.chosen)

    def _button(self, text: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget()
        made.setHeaderLabels([self.tr("File"), self.tr("Adds"), self.tr("State")])
        made.setRootIsDecorated(False)
        made.setUniformRowHeights(True)
        made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        made.setAccessibleName(self.tr("Plug-ins"))
        made.setFrameShape(QFrame.Shape.NoFrame)
        header = made.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column in (0, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        return made

    def _lay_out(self) -> None:
        sheet = QFrame()
        sheet.setObjectName("sheet")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(8, 8, 8, 8)
        inside.addWidget(self.list)
        about = _row(self.load, self.refuse, self.show_file, self.alert)
        new = _row(self.indicator_example, self.rule_example, self.folder)
        new.addWidget(close_button(self))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(sheet, 1)
        column.addWidget(self._words)
        column.addLayout(about)
        column.addLayout(new)
        self.resize(WIDTH, HEIGHT)


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
