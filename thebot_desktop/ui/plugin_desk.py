"""PluginDesk: what one window offers about plug-ins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from thebot_desktop.app.context import AppContext
from thebot_desktop.app.plugins import PluginEntry, PluginKind
from thebot_desktop.domain.errors import StorageError
from thebot_desktop.ui.actions import Command
from thebot_desktop.ui.editor import open_folder, open_in_editor
from thebot_desktop.ui.plugin_question import PluginQuestion
from thebot_desktop.ui.plugins_dialog import PluginsDialog
from thebot_desktop.ui.resources import resource

if TYPE_CHECKING:
    from thebot_desktop.ui.main_window import MainWindow

LIST, QUESTION = "plugins", "plugin question"


class PluginDesk:
    def __init__(self, window: MainWindow, context: AppContext) -> None:
        self._window = window
        self._context = context
        self._book = context.plugins

    @property
    def question(self) -> PluginQuestion | None:
        """The one that is open."""
        dialog = self._window.dialogs.opened(QUESTION)
        return dialog if isinstance(dialog, PluginQuestion) else None

    def show_list(self, file: str = "") -> None:
        """Every plug-in, with the one of this file chosen."""
        self._window.dialogs.show(LIST, self._make_list)
        dialog = self._window.dialogs.opened(LIST)
        if file and isinstance(dialog, PluginsDialog):
            dialog.choose(file)

    def ask(self, entry: PluginEntry) -> None:
        """Whether it may be loaded."""
        self._window.dialogs.show(
            QUESTION,
            lambda: PluginQuestion(self._window, entry, self._book.allow, self._book.refuse),
        )

    def open_folder(self) -> None:
        """The profile, which both folders are in."""
        try:
            folders = [self._book.folder(kind) for kind in PluginKind]
        except StorageError as error:
            self._window.notify_person(error.user_message)
            return
        if not open_folder(folders[0].parent):
            sentence = _tr("Plug-ins belong into {0} and {1}.")
            self._window.notify_person(sentence.format(*folders))

    def open_example(self, kind: PluginKind) -> None:
        """Copy it beside the person's own files, unless it is there, and open it."""
        example = min(resource("examples", kind.value).glob("*.py"))
        try:
            path = self._book.put_example(kind, example.name, example.read_bytes())
        except StorageError as error:
            self._window.notify_person(error.user_message)
        else:
            self._edit(path)

    def _make_list(self) -> PluginsDialog:
        return PluginsDialog(
            self._window,
            self._book,
            lambda: self._window.theme,
            ask=self.ask,
            edit=self._edit,
            arm=self._arm,
            example=self.open_example,
            folder=self.open_folder,
        )

    def _edit(self, path: Path) -> None:
        if not open_in_editor(path):
            self._window.notify_person(_tr("There is no editor for {0}.").format(path))

    def _arm(self, entry: PluginEntry) -> None:
        kind = self._context.rule_types.get(entry.name)
        if kind is not None:
            self._window.rule_desk.add(kind(), with_interval=False)


def plugin_commands(desk: PluginDesk) -> list[Command]:
    """In the Help menu: they are for whoever wants to write one."""
    return [
        Command(
            "plugins.list",
            _tr("Plug-ins…"),
            desk.show_list,
            menu="help",
            separated=True,
            tip=_tr("Indicators and rules of your own, and how they are doing"),
        ),
        Command(
            "plugins.folder",
            _tr("Open plug-in folder"),
            desk.open_folder,
            menu="help",
            icon="link",
            tip=_tr("A Python file in one of its folders adds an indicator or a rule"),
        ),
        Command(
            "plugins.indicator",
            _tr("Copy example indicator and open it"),
            lambda: desk.open_example(PluginKind.INDICATOR),
            menu="help",
            icon="copy",
        ),
        Command(
            "plugins.rule",
            _tr("Copy example rule and open it"),
            lambda: desk.open_example(PluginKind.RULE),
            menu="help",
            icon="copy",
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Plugins", text)
