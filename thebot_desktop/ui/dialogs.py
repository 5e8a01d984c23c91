"""The dialogs of one window: each kind is open at most once, and none stops the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFileDialog

from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.alert_dialog import AlertDialog
from thebot_desktop.ui.channels_dialog import ChannelsDialog
from thebot_desktop.ui.help_dialogs import AboutDialog, ShortcutsDialog
from thebot_desktop.ui.parts import WindowParts
from thebot_desktop.ui.settings_dialog import SettingsDialog

if TYPE_CHECKING:
    from thebot_desktop.alerts.rule import ArmedRule
    from thebot_desktop.ui.main_window import MainWindow


class Dialogs:
    """Opened with ``open``, never with ``exec``: a nested loop would stop the feed's tasks."""

    def __init__(self, window: MainWindow, parts: WindowParts) -> None:
        self._window = window
        self._parts = parts
        self._open: dict[str, QDialog] = {}

    def opened(self, name: str) -> QDialog | None:
        return self._open.get(name)

    def settings(self, section: str = "", field: str = "") -> None:
        """At one of its sections and fields, where one is named."""
        self.show("settings", self._settings)
        dialog = self._open["settings"]
        if section and isinstance(dialog, SettingsDialog):
            dialog.form.show_section(section)
            dialog.form.form(section).field(field).setFocus()

    def alert(self, symbol: Symbol, price: float | None, editing: ArmedRule | None = None) -> None:
        previous = self._open.get("alert")
        if previous is not None:
            previous.reject()
        self.show(
            "alert",
            lambda: AlertDialog.of(self._window, self._parts.context, symbol, price, editing),
        )

    def channels(self) -> None:
        book = self._parts.context.channels
        self.show("channels", lambda: ChannelsDialog(self._window, book, self._window.theme))

    def shortcuts(self) -> None:
        listed = self._window.commands.with_shortcut()
        self.show("shortcuts", lambda: ShortcutsDialog(self._window, listed))

    def about(self) -> None:
        context = self._parts.context
        self.show("about", lambda: AboutDialog(self._window, context.source, str(context.profile)))

    def recording(self) -> None:
        self.show("recording", self._recording)

    def close_all(self) -> None:
        for dialog in tuple(self._open.values()):
            dialog.reject()

    def _settings(self) -> SettingsDialog:
        made = SettingsDialog(self._window, self._parts.context.settings)
        for name, sentence in self._parts.lacking.items():
            made.form.form("alerts").explain(name, sentence)
        made.form.channels.clicked.connect(lambda _checked=False: self.channels())
        return made

    def _recording(self) -> QFileDialog:
        def tr(text: str) -> str:
            return QCoreApplication.translate("Dialogs", text)

        dialog = QFileDialog(self._window, tr("Open recording"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([tr("Recordings (*.jsonl *.jsonl.gz *.gz)"), tr("All files (*)")])
        program = self._parts.program
        dialog.fileSelected.connect(lambda path: program.open_recording(Path(path)))
        return dialog

    def show(self, name: str, make: Callable[[], QDialog]) -> None:
        """Bring the one of this name to the front, or open one."""
        held = self._open.get(name)
        if held is not None:
            held.raise_()
            held.activateWindow()
            return
        dialog = make()
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setModal(False)
        dialog.finished.connect(lambda _result: self._open.pop(name, None))
        self._open[name] = dialog
        dialog.show()
