"""Worker: the one task at a time that works for a line of the feed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Worker:
    """``spawn`` starts a task whose errors somebody else hears of."""

    def __init__(self, spawn: Callable[[Awaitable[None]], asyncio.Task[None]]) -> None:
        self._spawn = spawn
        self._task: asyncio.Task[None] | None = None

    @property
    def is_busy(self) -> bool:
        return self._task is not None

    def start(self, job: Awaitable[None]) -> None:
        task = self._task = self._spawn(job)
        task.add_done_callback(self._finished)

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _finished(self, task: asyncio.Task[None]) -> None:
        if self._task is task:
            self._task = None
