"""The small buttons at the top right of a pane: up, down, maximise, close."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import Theme

SIZE = 20
ICON = 14


class PaneButtons(QWidget):
    """Stands in the pane that the pointer is in; always in one that is maximised."""

    moved = Signal(str, int)
    maximise_toggled = Signal(str)
    closed = Signal(str)
    left = Signal()
    """The pointer has left the buttons."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._theme = theme
        self.pane = ""
        """Key of the pane that they are about."""
        self.up = self._button(self.tr("Move pane up"))
        self.down = self._button(self.tr("Move pane down"))
        self.size_button = self._button("")
        self.cross = self._button(self.tr("Close pane"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        self._all = (self.up, self.down, self.size_button, self.cross)
        for button in self._all:
            row.addWidget(button)
        self.up.clicked.connect(lambda: self.moved.emit(self.pane, -1))
        self.down.clicked.connect(lambda: self.moved.emit(self.pane, 1))
        self.size_button.clicked.connect(lambda: self.maximise_toggled.emit(self.pane))
        self.cross.clicked.connect(lambda: self.closed.emit(self.pane))
        self._alone = False
        self._shown: tuple[object, ...] | None = None
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(
            f"PaneButtons {{ background: {theme.panel}; border-radius: 4px; }}"
            "QToolButton { background: transparent; border: none; border-radius: 4px;"
            " padding: 0; margin: 0; }"
            f"QToolButton:hover {{ background: {theme.raised}; }}"
        )
        self.up.setIcon(icon("chevron-up", theme.secondary))
        self.down.setIcon(icon("chevron-down", theme.secondary))
        self.cross.setIcon(icon("close", theme.secondary))
        self._show_size()

    def show_for(
        self, pane: str, right_top: QPoint, *, up: bool, down: bool, alone: bool, closable: bool
    ) -> None:
        """Those that mean something for this pane, with their right top corner there."""
        shown = (pane, right_top.toTuple(), up, down, alone, closable)
        if shown == self._shown:
            return
        self._shown = shown
        self.pane, self._alone = pane, alone
        for button, wanted in ((self.up, up), (self.down, down), (self.cross, closable)):
            button.setVisible(wanted)
        self._show_size()
        count = sum(not button.isHidden() for button in self._all)
        self.resize(QSize(SIZE * count + 4, SIZE))
        self.move(right_top.x() - self.width(), right_top.y())
        self.show()
        self.raise_()

    def leave(self) -> None:
        self.pane, self._shown = "", None
        self.hide()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _show_size(self) -> None:
        name = "restore" if self._alone else "maximise"
        self.size_button.setIcon(icon(name, self._theme.secondary))
        text = self.tr("Restore panes") if self._alone else self.tr("Maximise pane")
        self.size_button.setToolTip(self.tr("{0} (double click)").format(text))
        self.size_button.setAccessibleName(text)

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setFixedSize(SIZE, SIZE)
        button.setIconSize(QSize(ICON, ICON))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        return button
