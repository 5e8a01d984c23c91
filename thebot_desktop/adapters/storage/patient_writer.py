"""PatientWriter: statements that a database refuses wait, in order, until it takes them."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from typing import TypeAlias

from thebot_desktop.adapters.storage.database import Database
from thebot_desktop.domain.errors import StorageError

MOST_WAITING = 10_000
RETRY_CHECKS = 10
"""Checks between two attempts: one that fails may take seconds."""

Row: TypeAlias = tuple[object, ...]
Work: TypeAlias = tuple[str, Sequence[Row]]

log = logging.getLogger(__name__)


class PatientWriter:
    """``refusal`` is a sentence for as long as something waits; ``check`` raises it once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Work] = deque(maxlen=MOST_WAITING)
        self._checks = 0
        self._unsaid: StorageError | None = None
        self.refusal = ""

    def write(self, statement: str, rows: Sequence[Row]) -> bool:
        """Run ``statement`` for each of ``rows``; False if that has to wait."""
        return self.write_together([(statement, rows)])

    def write_together(self, work: Sequence[Work]) -> bool:
        """All of it or nothing, each statement for each of its rows; False if it has to wait."""
        if not self.refusal:
            try:
                self._write(work)
            except StorageError as error:
                log.exception("the store refused %.60s", work[0][0])
                self._unsaid = error
                self.refusal = error.user_message
            else:
                return True
        self._waiting.extend(work)
        return False

    def check(self) -> None:
        """A chore: try again now and then. Raises a refusal that has not been said yet."""
        unsaid, self._unsaid = self._unsaid, None
        if unsaid is not None:
            raise unsaid
        if self.refusal:
            self._checks += 1
            if self._checks % RETRY_CHECKS == 0:
                self.retry()

    def retry(self) -> None:
        """Write what waits, all or nothing of it."""
        try:
            self._write(self._waiting)
        except StorageError as error:
            self.refusal = error.user_message
        else:
            self._waiting.clear()
            self.refusal = ""

    def _write(self, work: Sequence[Work]) -> None:
        with self._database.transaction() as connection:
            for statement, rows in work:
                connection.executemany(statement, rows)
