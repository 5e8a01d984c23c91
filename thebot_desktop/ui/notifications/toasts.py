"""Toasts: small cards in the corner of a window, which never take the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractAnimation,
    QEvent,
    QObject,
    QPropertyAnimation,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QVBoxLayout,
)

from thebot_desktop.domain.signals import AlertType
from thebot_desktop.ui.appearance import Appearance
from thebot_desktop.ui.theme import Theme, scaled

FADE_MS = 150
WIDTH_PX = 340
GAP_PX = 8
EDGE_PX = 16
MOST = 4
"""So many cards at once; the oldest makes room."""
AFTER_POINTER_MS = 2_000
"""A card that was pointed at stays at least so long afterwards."""


@dataclass(frozen=True, slots=True)
class ToastText:
    """What a card says, and its actions; every action also closes it."""

    title: str
    body: str
    kind: AlertType = AlertType.INFO
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()


class Toast(QFrame):
    """One card. Its time stands still while the pointer is over it; None stays until closed."""

    pointed = Signal()
    closed = Signal()

    def __init__(self, window: QMainWindow, text: ToastText, stays_ms: int | None) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._stays_ms = stays_ms
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(stays_ms or 0)
        self.timer.timeout.connect(self.closed)
        self._title = QLabel()
        self._title.setProperty("role", "strong")
        self._title.setWordWrap(True)
        self._body = QLabel()
        self._body.setProperty("role", "secondary")
        self._body.setWordWrap(True)
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(16)
        self._row.setContentsMargins(0, 6, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 10)
        column.setSpacing(4)
        column.addWidget(self._title)
        column.addWidget(self._body)
        column.addLayout(self._row)
        self.set_text(text)

    def set_text(self, text: ToastText) -> None:
        """Say something else; buttons that stay the same stay where they are."""
        self.text = text
        self._title.setText(text.title)
        self._body.setText(text.body)
        self._body.setVisible(bool(text.body))
        self.setAccessibleName(f"{text.title}. {text.body}".strip())
        if self.property("kind") != text.kind.value:
            self.setProperty("kind", text.kind.value)
            self.style().unpolish(self)
            self.style().polish(self)
        if [b.text() for b in self.buttons] != [label for label, _run in text.actions]:
            self._fill_row()

    def start(self) -> None:
        """Its time begins, or begins again."""
        if self._stays_ms is not None:
            self.timer.start(self._stays_ms)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.timer.stop()
        self.pointed.emit()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._stays_ms is not None:
            self.timer.start(max(AFTER_POINTER_MS, self.timer.interval() // 4))
        super().leaveEvent(event)

    def _fill_row(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.buttons = [self._button(place) for place in range(len(self.text.actions))]
        for button in self.buttons:
            self._row.addWidget(button)
        self._row.addStretch(1)

    def _button(self, place: int) -> QPushButton:
        label, _run = self.text.actions[place]
        button = QPushButton(label)
        button.setProperty("role", "quiet" if place else "link")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        def press() -> None:
            self.closed.emit()
            self.text.actions[place][1]()

        button.clicked.connect(press)
        return button


class ToastStack(QObject):
    """The cards of one window, newest at the bottom right, above the status bar."""

    def __init__(self, window: QMainWindow, appearance: Appearance) -> None:
        super().__init__(window)
        self._window = window
        self._appearance = appearance
        self._toasts: list[Toast] = []

    @property
    def toasts(self) -> tuple[Toast, ...]:
        """Oldest first."""
        return tuple(self._toasts)

    def show_toast(self, text: ToastText, stays_ms: int | None) -> Toast:
        while len(self._toasts) >= MOST:
            self._remove(self._toasts[0])
        toast = Toast(self._window, text, stays_ms)
        toast.setFixedWidth(scaled(WIDTH_PX, self._appearance.font_px))
        toast.closed.connect(lambda: self._leave(toast))
        self._toasts.append(toast)
        toast.show()
        self.place()
        self._fade(toast, 0.0, 1.0)
        toast.start()
        return toast

    def change(self, toast: Toast, text: ToastText) -> bool:
        """Say something else on a card, and let it stay anew; False if it is gone."""
        if toast not in self._toasts:
            return False
        toast.set_text(text)
        if not toast.underMouse():
            toast.start()
        self.place()
        return True

    def place(self) -> None:
        """Stack the cards upwards from the corner."""
        bottom = self._window.height() - EDGE_PX - self._window.statusBar().height()
        for toast in reversed(self._toasts):
            toast.setFixedHeight(toast.heightForWidth(toast.width()))
            toast.move(self._window.width() - EDGE_PX - toast.width(), bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + GAP_PX

    def lift(self) -> None:
        """Stay above docks that were brought to the front meanwhile."""
        for toast in self._toasts:
            toast.raise_()

    def clear(self) -> None:
        for toast in tuple(self._toasts):
            self._remove(toast)

    def apply_theme(self, _theme: Theme) -> None:
        """Sizes may be others; colours come from the style sheet."""
        for toast in self._toasts:
            toast.setFixedWidth(scaled(WIDTH_PX, self._appearance.font_px))
        self.place()

    def _leave(self, toast: Toast) -> None:
        """Fade out; a second reason to leave changes nothing."""
        if toast not in self._toasts:
            return
        fading = self._fade(toast, 1.0, 0.0)
        if fading is None:
            self._remove(toast)
        else:
            fading.finished.connect(lambda: self._remove(toast))

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
            toast.timer.stop()
            toast.hide()
            toast.deleteLater()
            self.place()

    def _fade(self, toast: Toast, start: float, end: float) -> QPropertyAnimation | None:
        """None where motion is not wanted."""
        if self._appearance.reduced_motion:
            return None
        veil = QGraphicsOpacityEffect(toast)
        veil.setOpacity(start)
        toast.setGraphicsEffect(veil)
        fading = QPropertyAnimation(veil, b"opacity", toast)
        fading.setDuration(FADE_MS)
        fading.setStartValue(start)
        fading.setEndValue(end)
        fading.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)
        return fading
