"""QuietFile: the mute and the snoozes of a profile on disk."""

from __future__ import annotations

from pathlib import Path

from thebot_desktop.adapters.storage.kept_file import KeptFile
from thebot_desktop.app.kept_quiet import KeptQuiet, read, written

LARGEST_BYTES = 4_000_000


class QuietFile:
    def __init__(self, path: Path) -> None:
        self._file = KeptFile(path, "The mute of alerts", LARGEST_BYTES)

    def load(self) -> KeptQuiet:
        """What was saved; raises StorageError when that makes no sense."""
        return self._file.load(read, KeptQuiet())

    def save(self, quiet: KeptQuiet) -> None:
        """Raises StorageError."""
        self._file.save(written(quiet))
