"""PermissionFile: which plug-ins a person has agreed to, on disk."""

from __future__ import annotations

from pathlib import Path

from thebot_desktop.adapters.storage.kept_file import KeptFile
from thebot_desktop.app.plugins import Permissions, read, written

LARGEST_BYTES = 1_000_000


class PermissionFile:
    def __init__(self, path: Path) -> None:
        self._file = KeptFile(path, "Which plug-ins are allowed", LARGEST_BYTES)

    def load(self) -> Permissions:
        """What was saved; raises StorageError when that makes no sense."""
        return self._file.load(read, Permissions())

    def save(self, permissions: Permissions) -> None:
        """Raises StorageError."""
        self._file.save(written(permissions))
