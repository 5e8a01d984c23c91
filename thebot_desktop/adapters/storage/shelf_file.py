"""ShelfFile: favourite indicators and templates on disk."""

from __future__ import annotations

from pathlib import Path

from thebot_desktop.adapters.storage.kept_file import KeptFile
from thebot_desktop.app.indicator_shelf import Shelf, read, written

LARGEST_BYTES = 2_000_000


class ShelfFile:
    def __init__(self, path: Path) -> None:
        self._file = KeptFile(path, "Favourite indicators and templates", LARGEST_BYTES)

    def load(self) -> Shelf:
        """What was saved; raises StorageError when that makes no sense."""
        return self._file.load(read, Shelf())

    def save(self, shelf: Shelf) -> None:
        """Raises StorageError."""
        self._file.save(written(shelf))
