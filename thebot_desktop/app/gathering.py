"""Gathering: what comes at once is handed on together, without keeping anyone waiting long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

GATHER_SECONDS = 0.05
"""What comes within this time came at once ..."""
GATHER_ROUNDS = 3
"""... and while more keep coming it is waited so many times, so that a close of many is one."""

T = TypeVar("T")

Later: TypeAlias = Callable[[Callable[[], None]], object]
"""Calls back after a moment."""


def after_a_moment(run: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(GATHER_SECONDS, run)


class Gathering(Generic[T]):
    """Calls ``done`` with all that was added since the last time."""

    def __init__(self, done: Callable[[list[T]], None], later: Later) -> None:
        self._done = done
        self._later = later
        self._gathered: list[T] = []
        self._seen = 0
        self._rounds = 0

    def add(self, one: T) -> None:
        self._gathered.append(one)
        if len(self._gathered) == 1:
            self._seen, self._rounds = 1, 0
            self._later(self._look)

    def end(self) -> None:
        """Hand on what there is, without waiting."""
        gathered, self._gathered = self._gathered, []
        if gathered:
            self._done(gathered)

    def _look(self) -> None:
        """Wait again while more come, but never long."""
        self._rounds += 1
        more, self._seen = len(self._gathered) > self._seen, len(self._gathered)
        if more and self._rounds < GATHER_ROUNDS:
            self._later(self._look)
        else:
            self.end()
