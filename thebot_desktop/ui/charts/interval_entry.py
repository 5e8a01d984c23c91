"""IntervalEntry: what opens when somebody types digits on a chart, and says what they mean."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from thebot_desktop.app.interval_names import meant_interval, near_intervals, spelled
from thebot_desktop.domain.market import Interval
from thebot_desktop.ui.interval_words import interval_name, length_name
from thebot_desktop.ui.theme import Theme, scaled

WIDTH = 304
EDGE = 12
TOP_SHARE = 0.22
"""It stands in the upper part of the chart, where the eye is."""
_LONGEST = 16
_HELD = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def typed_text(event: QKeyEvent) -> str:
    """The letter or digit a key stands for; empty for everything else, such as shortcuts."""
    typed = event.text()
    plain = not (event.modifiers() & ~_HELD)
    digit = typed.isascii() and typed.isdecimal()
    return typed if plain and (digit or typed.isalpha()) else ""


class IntervalEntry(QFrame):
    """Enter shows the chart in that interval; Escape, or a click elsewhere, leaves it as it is."""

    chosen = Signal(object)
    """The Interval that was typed."""

    def __init__(
        self, chart: QWidget, theme: Theme, known: Collection[Interval] = tuple(Interval)
    ) -> None:
        super().__init__(chart)
        self.setObjectName("intervalEntry")
        self._chart = chart
        self._known = known
        self._theme = theme
        self.field = QLineEdit()
        self.field.setObjectName("intervalField")
        self.field.setMaxLength(_LONGEST)
        self.field.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.field.setAccessibleName(self.tr("Interval"))
        self.field.textChanged.connect(self._explain)
        self.field.returnPressed.connect(self._apply)
        self.field.installEventFilter(self)
        self.meaning = QLabel()
        self.meaning.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.meaning.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 10)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.meaning)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 100))
        self.setGraphicsEffect(shadow)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._explain()

    def ask(self, typed: str, current: Interval) -> None:
        """Open with what was typed already."""
        self.field.setPlaceholderText(current.value)
        self.field.setText(typed)
        self._explain()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """The chart has the keyboard again."""
        self._chart.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """No key that the field leaves over reaches the chart below."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self._leave(event)
        return super().eventFilter(watched, event)

    def _leave(self, event: QFocusEvent) -> None:
        """Another window in front, or a menu of the field, is no reason."""
        stays = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
        if event.reason() not in stays:
            self.hide()

    def _apply(self) -> None:
        interval = meant_interval(self.field.text(), self._known)
        if interval is not None:
            self.dismiss()
            self.chosen.emit(interval)

    def _explain(self) -> None:
        """In words what was typed; where there are no such candles, which come near."""
        typed = self.field.text()
        interval = meant_interval(typed, self._known)
        theme = self._theme
        if interval is not None:
            text, color = interval_name(interval), theme.text
        elif typed.strip():
            text, color = self._refusal(typed), theme.bad
        else:
            text, color = self.tr("15, 4h, 1d, w, M …"), theme.muted
        self.meaning.setText(text)
        self.meaning.setStyleSheet(f"color: {color};")
        self._place()

    def _refusal(self, typed: str) -> str:
        meant = spelled(typed)
        if meant is None:
            sentence = self.tr("“{0}” is no interval.\nExamples: 15, 4h, 1d, w, M")
            return sentence.format(typed.strip())
        near = [i for i in near_intervals(typed) if i in self._known]
        said = self.tr("The exchange has no candles of {0}.").format(length_name(*meant))
        names = self.tr(" and ").join(interval_name(i) for i in near)
        return f"{said}\n{self.tr('Nearest: {0}').format(names)}" if near else said

    def _place(self) -> None:
        """In the middle of the chart, no wider than it."""
        room = self._chart.rect()
        width = min(scaled(WIDTH, self.fontInfo().pixelSize()), room.width() - 2 * EDGE)
        self.setFixedWidth(max(width, 1))
        column = self.layout()
        height = column.heightForWidth(width) if column is not None else 0
        self.setFixedHeight(height)
        top = min(round(room.height() * TOP_SHARE), room.height() - height - EDGE)
        self.move((room.width() - width) // 2, max(0, top))
