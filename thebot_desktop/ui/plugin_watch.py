"""PluginWatch: asks about new plug-ins, and says when one is broken or was switched off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

from thebot_desktop.app.plugins import PluginBook, PluginEntry, PluginId, PluginState
from thebot_desktop.ui.banner import Notice
from thebot_desktop.ui.plugin_words import explanation

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow


class PluginWatch(QObject):
    """One for all windows: a person is asked once, in the window in use."""

    def __init__(self, book: PluginBook, window: Callable[[], MainWindow | None]) -> None:
        super().__init__()
        self._book = book
        self._window = window
        self._asked: dict[PluginId, PluginEntry] = {}
        self._said: dict[PluginId, str] = {}
        # Not inside of what changed: a dialog may open, and charts are told first.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look)
        self._stop = book.changed.add(lambda _none: self._soon.start(0))

    def start(self) -> None:
        """There is a window now."""
        self._soon.start(0)

    def stop(self) -> None:
        self._stop()
        self._soon.stop()

    def _look(self) -> None:
        window = self._window()
        if window is not None:
            self._tell_problems(window)
            self._ask_next(window)

    def _ask_next(self, window: MainWindow) -> None:
        """One question at a time, and about what the file says now."""
        waiting = [e for e in self._book.entries if e.state is PluginState.NEW]
        question = window.plugin_desk.question
        if question is not None:
            if any(e.source == question.source for e in waiting):
                return
            question.close()
        entry = next((e for e in waiting if self._asked.get(e.source.id) is not e), None)
        if entry is not None:
            self._asked[entry.source.id] = entry
            window.plugin_desk.ask(entry)

    def _tell_problems(self, window: MainWindow) -> None:
        """One line for each, until it is closed or the file is well again."""
        now = {e.source.id: e for e in self._book.entries if e.problem}
        for gone in [plugin for plugin in self._said if plugin not in now]:
            del self._said[gone]
            window.banner.withdraw(gone.text)
        for plugin, entry in now.items():
            text = explanation(entry)
            if self._said.get(plugin) != text:
                self._said[plugin] = text
                button = (_tr("Plug-ins…"), _shower(window, plugin.file))
                window.banner.show_notice(Notice(plugin.text, text, "warning", (button,)))


def _shower(window: MainWindow, file: str) -> Callable[[], None]:
    return lambda: window.plugin_desk.show_list(file)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Plugins", text)
