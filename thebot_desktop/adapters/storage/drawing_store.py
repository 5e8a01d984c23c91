"""DrawingFiles: drawings on disk, one JSON file per symbol."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from thebot_desktop.adapters.storage.kept_file import KeptFile
from thebot_desktop.app.drawings import read, written
from thebot_desktop.domain.drawings import AnyDrawing, Drawing
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Symbol

LARGEST_BYTES = 8_000_000


class DrawingFiles:
    """A broken file is set aside; nothing is lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, symbol: Symbol) -> tuple[AnyDrawing, ...]:
        """What was saved; raises StorageError when that makes no sense."""

        def drawings(content: bytes) -> tuple[AnyDrawing, ...]:
            document = read(content)
            if document.symbol != symbol:
                raise InputError(f"it is about {document.symbol}")
            return document.drawings

        return self._file(symbol).load(drawings, ())

    def save(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """Raises StorageError."""
        self._file(symbol).save(written(symbol, drawings))

    def _file(self, symbol: Symbol) -> KeptFile:
        """With a name that every file system takes, also for symbols in other scripts."""
        path = self._folder / f"{quote(symbol, safe='')}.json"
        return KeptFile(path, f"The drawings of {symbol}", LARGEST_BYTES)
