"""Opens text files and folders with what the system has for them; never runs a file."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def open_folder(folder: Path) -> bool:
    """Whether something could be found to show it."""
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def open_in_editor(path: Path) -> bool:
    """Whether an editor could be found.

    Where a Python file opened like any other file would be executed, an editor is named.
    """
    editor = editor_command(sys.platform)
    if not editor:
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
    program, *arguments = editor
    started, _process = QProcess.startDetached(program, [*arguments, str(path)], str(path.parent))
    return started


def editor_command(platform: str) -> tuple[str, ...]:
    """Empty where the system's own way is safe."""
    return {"win32": ("notepad.exe",), "darwin": ("open", "-t")}.get(platform, ())
