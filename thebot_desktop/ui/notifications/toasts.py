"""Toasts: small cards in the corner of a window, which never take the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QObject,
    QPropertyAnimation,
    Qt,
    QTimer,
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

from thebot_desktop.domain.signals import Alert, AlertType
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
LISTED = 3
"""So many of several alerts are named in one card."""


@dataclass(frozen=True, slots=True)
class ToastText:
    """What a card says, and its actions; every action also closes it."""

    title: str
    body: str
    kind: AlertType = AlertType.INFO
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()


class Toast(QFrame):
    """One card. Its time stands still while the pointer is over it."""

    def __init__(self, window: QMainWindow, text: ToastText, stays_ms: int) -> None:
        super().__init__(window)
        self.setObjectName("toast")
        self.setProperty("kind", text.kind.value)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.text = text
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(stays_ms)
        title = QLabel(text.title)
        title.setProperty("role", "strong")
        body = QLabel(text.body)
        body.setProperty("role", "secondary")
        body.setWordWrap(True)
        body.setVisible(bool(text.body))
        self.setAccessibleName(f"{text.title}. {text.body}".strip())
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 10)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(body)
        self.buttons = [self._button(*action) for action in text.actions]
        row = QHBoxLayout()
        row.setSpacing(16)
        row.setContentsMargins(0, 6, 0, 0)
        for button in self.buttons:
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.timer.start(max(AFTER_POINTER_MS, self.timer.interval() // 4))
        super().leaveEvent(event)

    def _button(self, label: str, run: Callable[[], object]) -> QPushButton:
        button = QPushButton(label)
        first = label == self.text.actions[0][0]
        button.setProperty("role", "link" if first else "quiet")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

        def press() -> None:
            self.timer.timeout.emit()
            run()

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

    def show_toast(self, text: ToastText, stays_ms: int) -> Toast:
        while len(self._toasts) >= MOST:
            self._remove(self._toasts[0])
        toast = Toast(self._window, text, stays_ms)
        toast.setFixedWidth(scaled(WIDTH_PX, self._appearance.font_px))
        toast.timer.timeout.connect(lambda: self._leave(toast))
        self._toasts.append(toast)
        toast.show()
        self.place()
        self._fade(toast, 0.0, 1.0)
        toast.timer.start()
        return toast

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


def alert_title(alert: Alert) -> str:
    """``BTCUSDT · BUY``; what was found out late says so."""
    title = f"{alert.series.symbol} · {alert.type.value}"
    late = QCoreApplication.translate("Toasts", "late")
    return f"{title} · {late}" if alert.late else title


def alerts_title(alerts: tuple[Alert, ...]) -> str:
    return QCoreApplication.translate("Toasts", "{0} alerts").format(len(alerts))


def alerts_body(alerts: tuple[Alert, ...]) -> str:
    """The first few by name, the rest as a number."""
    lines = [f"{a.series.symbol}: {a.message}" for a in alerts[:LISTED]]
    if len(alerts) > LISTED:
        more = QCoreApplication.translate("Toasts", "and {0} more")
        lines.append(more.format(len(alerts) - LISTED))
    return "\n".join(lines)
