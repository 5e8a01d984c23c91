"""ProfileLock: only one program at a time tells people of the alerts of a profile."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

log = logging.getLogger(__name__)


class ProfileLock:
    """Held as long as the process lives, whatever ends it.

    The lock is one that SQLite holds on a file: it works the same on every system.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def take(self) -> bool:
        """Whether nobody else has it; also True where no file can be made, which others share."""
        if self._connection is not None:
            return True
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=0.0, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            log.warning("no lock of the profile: %s", error)
            return True
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            log.info("the profile is in use: %s", error)
            connection.close()
            return "locked" not in str(error)
        self._connection = connection
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
