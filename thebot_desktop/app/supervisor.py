"""Supervisor: long-running tasks by name; a crash is a fault, and shutdown has an order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.observers import Observers

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0


class CrashError(TheBotError):
    """A task that should run for ever ended by an error of our own."""

    user_message = "A part of the program stopped because of an error in it."


class Supervisor:
    """Holds each task, so that none is lost; told of each that fails."""

    def __init__(self, faults: Observers[TheBotError]) -> None:
        self._faults = faults
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closers: list[tuple[str, Callable[[], Awaitable[None]]]] = []

    def spawn(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def at_stop(self, name: str, close: Callable[[], Awaitable[None]]) -> None:
        """Close in the reverse order of being added, after the tasks have ended."""
        self._closers.append((name, close))

    async def stop(self) -> None:
        """Cancel and await every task, then close what was opened. Never raises."""
        tasks = [t for t in self._tasks if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            _done, pending = await asyncio.wait(tasks, timeout=STOP_SECONDS)
            for task in pending:
                log.error("task %s did not stop in time", task.get_name())
        for name, close in reversed(self._closers):
            try:
                await close()
            except Exception:
                log.exception("closing %s failed", name)
        self._closers.clear()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        cause = task.exception()
        if cause is None:
            return
        log.error("task %s crashed", task.get_name(), exc_info=cause)
        fault = (
            cause if isinstance(cause, TheBotError) else CrashError(f"{task.get_name()}: {cause!r}")
        )
        if fault is not cause:
            fault.__cause__ = cause
        self._faults.notify(fault)
