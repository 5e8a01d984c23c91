"""AsyncCallbackWrapper: runs a coroutine from a Qt slot, and loses neither task nor error."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Generic, ParamSpec, TypeVar

from thebot_desktop.domain.errors import ObserverError, TheBotError

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


class AsyncCallbackWrapper(Generic[P, T]):
    """A slot that starts ``work``; a call while it runs replaces the one before.

    Errors of ours go to ``report`` as they are; others arrive as an ObserverError.
    """

    def __init__(
        self,
        work: Callable[P, Coroutine[Any, Any, T]],
        report: Callable[[TheBotError], None],
        *,
        replace: bool = True,
    ) -> None:
        self._work = work
        self._report = report
        self._replace = replace
        self._tasks: set[asyncio.Task[T]] = set()
        self.last_result: T | None = None
        """What the newest call that succeeded gave."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        if self._replace:
            self.cancel()
        task = asyncio.get_running_loop().create_task(self._work(*args, **kwargs))
        self._tasks.add(task)
        task.add_done_callback(self._on_done)

    @property
    def running(self) -> bool:
        return bool(self._tasks)

    def cancel(self) -> None:
        """Give up what runs; its result is not wanted any more."""
        for task in self._tasks:
            task.cancel()

    async def wait(self) -> None:
        """Until nothing runs. Errors have gone to ``report``, not here."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    def _on_done(self, task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        cause = task.exception()
        if cause is None:
            self.last_result = task.result()
            return
        if isinstance(cause, TheBotError):
            self._report(cause)
            return
        log.error("a callback failed", exc_info=cause)
        failure = ObserverError(f"{getattr(self._work, '__qualname__', 'callback')}: {cause!r}")
        failure.__cause__ = cause
        self._report(failure)
