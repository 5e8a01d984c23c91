"""One SQLite file: opened with a schema, errors translated, memory where the disk is refused."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thebot_desktop.domain.errors import StorageError

log = logging.getLogger(__name__)


class Database:
    """A connection in WAL mode. ``path`` None keeps everything in memory."""

    def __init__(self, path: Path | None, schema: str) -> None:
        self.path = path
        try:
            self._connection = self._open(path, schema)
        except (sqlite3.Error, OSError) as cause:
            raise StorageError(
                f"{path}: {cause}",
                user_message=f"The file {path} cannot be used ({cause}). "
                "The program goes on without it; nothing new is kept.",
            ) from cause

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything inside happens, or nothing. Raises StorageError."""
        try:
            with self._connection:
                yield self._connection
        except sqlite3.Error as cause:
            raise StorageError(
                f"{self.path}: {cause}",
                user_message=f"Data could not be saved to {self.path or 'memory'}: {cause}.",
            ) from cause

    def version(self) -> int:
        """Another number as soon as another connection has changed something."""
        with self.transaction() as connection:
            found: int = connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _open(path: Path | None, schema: str) -> sqlite3.Connection:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path or ":memory:", timeout=5.0)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.executescript(schema)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def open_or_memory(path: Path | None, schema: str, notices: list[str]) -> Database:
    """The file if it can be used, else memory and a sentence in ``notices``."""
    try:
        return Database(path, schema)
    except StorageError as error:
        log.warning("%s", error)
        notices.append(error.user_message)
        return Database(None, schema)
