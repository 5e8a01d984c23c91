"""Settling: docks get their sizes once more when the desktop has maximised their window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

OVER_AFTER_MS = 1_500
"""By then a desktop has maximised the window; later it is the person who does."""
_TELLING = (QEvent.Type.Resize, QEvent.Type.WindowStateChange)


class Settling(QObject):
    """``lay_out`` is called whenever ``window``, which is about to be shown, has been maximised.

    A window is laid out in the size it has when it is not maximised. What is added to it then,
    Qt gives to whichever dock it likes.
    """

    def __init__(self, window: QWidget, lay_out: Callable[[], object]) -> None:
        super().__init__(window)
        self._window = window
        self._lay_out = lay_out
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        window.installEventFilter(self)
        QTimer.singleShot(OVER_AFTER_MS, self, self.deleteLater)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TELLING:
            self._soon.start()
        return super().eventFilter(watched, event)

    def _settle(self) -> None:
        if self._window.isMaximized():
            self._lay_out()
