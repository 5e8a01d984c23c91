"""KeptFile: a small file that is either the old or the new one, never half."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from thebot_desktop.domain.errors import InputError, StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")


class KeptFile:
    """``what`` names the content in sentences: “The drawings of BTCUSDT”."""

    def __init__(self, path: Path, what: str, largest_bytes: int) -> None:
        self._path = path
        self._what = what
        self._largest_bytes = largest_bytes

    def load(self, read: Callable[[bytes], T], nothing: T) -> T:
        """What ``read`` makes of it, or ``nothing`` where there is no file.

        A file that makes no sense is set aside. Raises StorageError; ``read`` raises InputError.
        """
        try:
            return read(self._content())
        except FileNotFoundError:
            return nothing
        except (OSError, InputError) as error:
            log.warning("%s is not usable: %s", self._path, error)
            aside = self._set_aside()
            kept = f" The old file is kept as {aside.name}." if aside is not None else ""
            raise StorageError(
                f"{self._path}: {error}", user_message=f"{self._what} could not be read.{kept}"
            ) from error

    def save(self, content: bytes) -> None:
        """Raises StorageError."""
        fresh = self._path.with_name(self._path.name + ".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(content)
            fresh.replace(self._path)
        except OSError as error:
            raise StorageError(
                f"{self._path}: {error}", user_message=f"{self._what} could not be saved."
            ) from error

    def _content(self) -> bytes:
        if self._path.stat().st_size > self._largest_bytes:
            raise InputError("larger than any such file")
        return self._path.read_bytes()

    def _set_aside(self) -> Path | None:
        aside = self._path.with_name(self._path.name + ".bad")
        with contextlib.suppress(OSError):
            self._path.replace(aside)
            return aside
        return None
