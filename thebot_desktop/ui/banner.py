"""The banner under the tool bar: what is the matter with the whole program, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.ui.icons import icon, icon_pixmap
from thebot_desktop.ui.theme import Theme

_KINDS = {"warning": "warning", "bad": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the banner. A later notice with the same ``key`` takes its place."""

    key: str
    text: str
    kind: str = "info"
    """info, warning or bad."""
    buttons: tuple[tuple[str, Callable[[], object]], ...] = ()
    closable: bool = True


class Banner(QWidget):
    """As tall as its notices."""

    filled = Signal(bool)
    """Whether there is anything to say."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._lines: dict[str, _Line] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def texts(self) -> list[str]:
        return [line.notice.text for line in self._lines.values()]

    def button(self, text: str) -> QPushButton:
        """The button with this text, for whoever wants to press it."""
        found = (b for b in self.findChildren(QPushButton) if b.text() == text)
        return next(found)

    def shows(self, key: str) -> bool:
        """Whether a notice with this key is there, and not closed."""
        return key in self._lines

    def show_notice(self, notice: Notice) -> None:
        held = self._lines.get(notice.key)
        if held is not None and held.notice == notice:
            return
        self.withdraw(notice.key)
        line = _Line(notice, self._theme, lambda: self.withdraw(notice.key))
        self._lines[notice.key] = line
        self._column.addWidget(line)
        self.filled.emit(bool(self._lines))

    def withdraw(self, key: str) -> None:
        line = self._lines.pop(key, None)
        if line is not None:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
            self.filled.emit(bool(self._lines))

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        for line in self._lines.values():
            line.apply_theme(theme)


class _Line(QWidget):
    def __init__(self, notice: Notice, theme: Theme, close: Callable[[], None]) -> None:
        super().__init__()
        self.notice = notice
        self.setObjectName("banner")
        self.setProperty("kind", notice.kind)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mark = QLabel()
        self._close = QToolButton()
        self._close.setProperty("role", "flat")
        self._close.setToolTip(self.tr("Close this notice"))
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setVisible(notice.closable)
        self._close.clicked.connect(close)
        text = QLabel(notice.text)
        text.setToolTip(notice.text)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(10)
        row.addWidget(self._mark)
        row.addWidget(text, 1)
        for label, run in notice.buttons:
            button = QPushButton(label)
            button.clicked.connect(lambda _checked=False, run=run: run())
            row.addWidget(button)
        row.addWidget(self._close)
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        colors = {"info": theme.accent, "warning": theme.warning, "bad": theme.bad}
        mark = _KINDS[self.notice.kind]
        scale = self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(mark, colors[self.notice.kind], 16, scale))
        self._close.setIcon(icon("close", theme.secondary))
