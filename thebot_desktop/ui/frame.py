"""FrameTicker: draws all dirty, visible docks together, a few times a second."""

from __future__ import annotations

import logging
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer

from thebot_desktop.domain.errors import ObserverError, TheBotError
from thebot_desktop.ui.dock import Dock

log = logging.getLogger(__name__)

UPDATE_INTERVAL_MS = 100


class FrameTicker(QObject):
    """One for the whole program. Its timer runs only while something waits to be drawn.

    A change after a pause is drawn at once. While everything changes all the time, frames keep
    their distance from when they were due and not from when a busy loop got round to them.
    """

    def __init__(
        self,
        report: Callable[[TheBotError], None],
        update_interval_ms: int = UPDATE_INTERVAL_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._report = report
        self._docks: list[Dock] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._interval = update_interval_ms
        self._due = 0.0
        self._timer.timeout.connect(self.draw)

    @property
    def idle(self) -> bool:
        return not self._timer.isActive()

    @property
    def update_interval_ms(self) -> int:
        return self._interval

    def set_update_interval(self, milliseconds: int) -> None:
        self._interval = milliseconds

    def add(self, dock: Dock) -> None:
        self._docks.append(dock)
        dock.dirtied.connect(self.request)
        self.request()

    def remove(self, dock: Dock) -> None:
        if dock in self._docks:
            self._docks.remove(dock)
            dock.dirtied.disconnect(self.request)

    def request(self) -> None:
        """Draw with the next frame; asking again before that costs nothing."""
        if not self._timer.isActive():
            now = _now_ms()
            self._due = max(self._due, now)
            self._timer.start(round(self._due - now))

    def draw(self) -> None:
        """Draw what is dirty and can be seen. A dock that fails is switched off, not the rest."""
        # At least half of the time between two frames is for everything else.
        self._due = max(self._due + self._interval, _now_ms() + self._interval / 2)
        for dock in tuple(self._docks):
            try:
                dock.draw_if_needed()
            except Exception as cause:  # noqa: BLE001 - plug-in boundary: a dock is one file
                self._switch_off(dock, cause)

    def _switch_off(self, dock: Dock, cause: Exception) -> None:
        log.error("dock %s failed to draw", dock.name, exc_info=cause)
        failure = ObserverError(
            f"dock {dock.name}: {cause!r}",
            user_message=self.tr("The panel “{0}” stopped working and was switched off.").format(
                dock.windowTitle()
            ),
        )
        failure.__cause__ = cause
        dock.switch_off(failure)
        self._report(failure)


def _now_ms() -> float:
    return monotonic() * 1000
