"""Commands as data: from one list come menus, tool bar, palette and the page of shortcuts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from thebot_desktop.ui.icons import icon
from thebot_desktop.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do. ``menu`` is a path such as ``view.theme``; empty: in none."""

    id: str
    text: str
    run: Callable[[], object]
    menu: str = ""
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    choice: str = ""
    """Commands with the same ``choice`` exclude each other; the one in force is ticked."""
    checkable: bool = False
    separated: bool = False
    """A line is drawn above it in its menu."""
    role: QAction.MenuRole = QAction.MenuRole.NoRole


class Commands:
    """The commands of one window and their actions."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._choices: dict[str, QActionGroup] = {}
        self._menus: dict[str, QMenu] = {}

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def add(self, *commands: Command) -> None:
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"two commands are called {command.id}")
            self._commands[command.id] = command
            self._actions[command.id] = self._make_action(command)

    def command(self, command_id: str) -> Command:
        return self._commands[command_id]

    def action(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def menu(self, path: str) -> QMenu:
        return self._menus[path]

    def run(self, command_id: str) -> None:
        self._actions[command_id].trigger()

    def set_checked(self, command_id: str, checked: bool) -> None:  # noqa: FBT001 - as Qt's
        self._actions[command_id].setChecked(checked)

    def fill_menu_bar(self, bar: QMenuBar, titles: Mapping[str, str]) -> None:
        """Make the menus of ``titles``, in that order; a path with a dot is a submenu."""
        for path, title in titles.items():
            above, _, _ = path.rpartition(".")
            parent = self._menus[above] if above else bar
            self._menus[path] = parent.addMenu(title)
            self._menus[path].setToolTipsVisible(True)
        for command in self._commands.values():
            if command.menu:
                menu = self._menus[command.menu]
                if command.separated:
                    menu.addSeparator()
                menu.addAction(self._actions[command.id])

    def with_shortcut(self) -> list[tuple[str, str]]:
        """Text and keys of every command that has any, as a person reads them."""
        return [
            (command.text, key_text(command.shortcut))
            for command in self._commands.values()
            if command.shortcut
        ]

    def apply_theme(self, theme: Theme) -> None:
        for command in self._commands.values():
            if command.icon:
                self._actions[command.id].setIcon(icon(command.icon, theme.secondary))

    def _make_action(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        action.setObjectName(command.id)
        action.setMenuRole(command.role)
        action.setIconVisibleInMenu(False)
        keys = key_text(command.shortcut)
        tip = command.tip or command.text.rstrip("…")
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if command.choice:
            group = self._choices.setdefault(command.choice, QActionGroup(self._window))
            group.addAction(action)
        action.setCheckable(command.checkable or bool(command.choice))
        action.triggered.connect(lambda _checked=False: command.run())
        self._window.addAction(action)
        return action


def key_text(shortcut: str) -> str:
    """A shortcut as it is written on this system's keyboards."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
