"""What a panel shows instead of its contents: loading, empty, failed or switched off."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from thebot_desktop.ui.theme import Theme

_ROW_PX = 34
_BARS = ((0.0, 0.22), (0.30, 0.26), (0.78, 0.22))
"""Where the bars of a skeleton row begin and how long they are, as shares of its width."""


class State(Enum):
    LOADING = "loading"
    EMPTY = "empty"
    ERROR = "error"
    OFF = "off"


class StateView(QWidget):
    """One sentence and at most one button; while loading, rows that are still to come."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = State.LOADING
        self._action: Callable[[], None] | None = None
        self._sign = QLabel()
        self._sign.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sign.hide()
        self._sentence = QLabel()
        self._sentence.setProperty("role", "state")
        self._sentence.setWordWrap(True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._detail = QLabel()
        self._detail.setProperty("role", "small")
        self._detail.setWordWrap(True)
        self._detail.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._button = QPushButton()
        self._button.clicked.connect(self._act)
        self._lay_out()

    @property
    def state(self) -> State:
        return self._state

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    @property
    def button(self) -> QPushButton:
        return self._button

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_state(
        self,
        state: State,
        sentence: str = "",
        *,
        detail: str = "",
        button: str = "",
        action: Callable[[], None] | None = None,
    ) -> None:
        """Say ``sentence``; ``button`` is the way out of the state, where there is one."""
        self._state = state
        self._action = action
        for widget, text in ((self._sentence, sentence), (self._detail, detail)):
            widget.setText(text)
            widget.setVisible(bool(text))
        self._sentence.setProperty("state", state.value)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(sentence or self.tr("Loading"))
        self.update()

    def show_sign(self, sign: QPixmap | None) -> None:
        """A small picture above the sentence, where there is room for one."""
        self._sign.setVisible(sign is not None)
        if sign is not None:
            self._sign.setPixmap(sign)

    def sizeHint(self) -> QSize:
        return QSize(200, 120)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 40)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._state is not State.LOADING:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.qcolor(self._theme.grid))
        width = self.width() - 24
        for top in range(0, self.height() - _ROW_PX, _ROW_PX):
            for start, share in _BARS:
                bar = QRectF(12 + start * width, top + 12, share * width, 10)
                painter.drawRoundedRect(bar, 3, 3)
        painter.end()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._sign)
        column.addWidget(self._sentence)
        column.addWidget(self._detail)
        column.addSpacing(4)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def _act(self) -> None:
        if self._action is not None:
            self._action()
