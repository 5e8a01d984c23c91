"""DrawingFiles: drawings on disk, one JSON file per symbol."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from thebot_desktop.app.drawings import read, written
from thebot_desktop.domain.drawings import AnyDrawing, Drawing
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Symbol

log = logging.getLogger(__name__)

LARGEST_BYTES = 8_000_000


class DrawingFiles:
    """Each file is either the old or the new one, never half; a broken one is set aside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, symbol: Symbol) -> tuple[AnyDrawing, ...]:
        """What was saved; raises StorageError when that makes no sense."""
        path = self._path(symbol)
        try:
            return _drawings_in(path, symbol)
        except FileNotFoundError:
            return ()
        except (OSError, InputError) as error:
            log.warning("drawings %s are not usable: %s", path, error)
            aside = self._set_aside(path)
            kept = f" The old file is kept as {aside.name}." if aside is not None else ""
            raise StorageError(
                f"drawings {path}: {error}",
                user_message=f"The drawings of {symbol} could not be read.{kept}",
            ) from error

    def save(self, symbol: Symbol, drawings: Sequence[Drawing]) -> None:
        """Raises StorageError."""
        path = self._path(symbol)
        fresh = path.with_name(path.name + ".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(written(symbol, drawings))
            fresh.replace(path)
        except OSError as error:
            raise StorageError(
                f"drawings {path}: {error}",
                user_message=f"The drawings of {symbol} could not be saved.",
            ) from error

    def _path(self, symbol: Symbol) -> Path:
        """A name that every file system takes, also for symbols in other scripts."""
        return self._folder / f"{quote(symbol, safe='')}.json"

    def _set_aside(self, path: Path) -> Path | None:
        aside = path.with_name(path.name + ".bad")
        with contextlib.suppress(OSError):
            path.replace(aside)
            return aside
        return None


def _drawings_in(path: Path, symbol: Symbol) -> tuple[AnyDrawing, ...]:
    if path.stat().st_size > LARGEST_BYTES:
        raise InputError("larger than any file of drawings")
    document = read(path.read_bytes())
    if document.symbol != symbol:
        raise InputError(f"it is about {document.symbol}")
    return document.drawings
