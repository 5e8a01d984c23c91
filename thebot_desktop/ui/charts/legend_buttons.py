"""The small buttons beside a name in a legend: hide or show, parameters, remove."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from thebot_desktop.ui.charts.legend import Owner
from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import Theme

SIZE = 20
ICON = 14


class LegendButtons(QWidget):
    """Stands over the values of the entry that the pointer is on."""

    toggled = Signal(object)
    settings_wanted = Signal(object)
    removed = Signal(object)
    left = Signal()
    """The pointer has left the buttons."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._chart = parent
        self._theme = theme
        self.owner: Owner | None = None
        self.eye = self._button("")
        self.gear = self._button(self.tr("Parameters…"))
        self.cross = self._button(self.tr("Remove"))
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(0)
        for button, told in (
            (self.eye, self.toggled),
            (self.gear, self.settings_wanted),
            (self.cross, self.removed),
        ):
            row.addWidget(button)
            button.clicked.connect(lambda _on=False, told=told: told.emit(self.owner))
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setStyleSheet(
            f"LegendButtons {{ background: {theme.panel}; border-radius: 4px; }}"
            "QToolButton { background: transparent; border: none; border-radius: 4px;"
            " padding: 0; margin: 0; }"
            f"QToolButton:hover {{ background: {theme.raised}; }}"
        )
        self.gear.setIcon(icon("settings", theme.secondary))
        self.cross.setIcon(icon("close", theme.secondary))

    def show_for(self, owner: Owner, at: QPoint, *, hidden: bool, adjustable: bool) -> None:
        """Stand with the left edge's middle at ``at``, but inside of the chart."""
        self.owner = owner
        self.show_eye(owner, hidden=hidden)
        _name(self.gear, self.tr("Parameters of {0}…").format(owner.name))
        _name(self.cross, self.tr("Remove {0}").format(owner.name))
        self.gear.setVisible(adjustable)
        size = QSize(SIZE * (3 if adjustable else 2) + 4, SIZE)
        self.resize(size)
        room = self._chart.width() - size.width()
        self.move(min(at.x(), max(0, room)), max(0, at.y() - SIZE // 2))
        self.show()
        self.raise_()

    def show_eye(self, owner: Owner, *, hidden: bool) -> None:
        """Closed where the owner is hidden."""
        self.eye.setIcon(icon("hide" if hidden else "show", self._theme.secondary))
        act = self.tr("Show {0}") if hidden else self.tr("Hide {0}")
        _name(self.eye, act.format(owner.name))

    def leave(self) -> None:
        self.owner = None
        self.hide()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def _button(self, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setFixedSize(SIZE, SIZE)
        button.setIconSize(QSize(ICON, ICON))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        _name(button, tip)
        return button


def _name(button: QToolButton, text: str) -> None:
    button.setToolTip(text)
    button.setAccessibleName(text)
