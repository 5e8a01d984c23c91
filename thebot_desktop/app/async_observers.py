"""AsyncObservers: coroutines that are told values without ever holding up whoever tells them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Generic, TypeAlias, TypeVar

from thebot_desktop.domain.errors import ObserverError, TheBotError
from thebot_desktop.domain.observers import Observers
from thebot_desktop.domain.once import once

T = TypeVar("T")

log = logging.getLogger(__name__)

WAITING_LIMIT = 256
"""So many values wait for one observer; beyond them the oldest is dropped."""

Key: TypeAlias = Callable[[T], Hashable | None]
"""Of waiting values with the same key only the newest counts; None: each counts."""


class AsyncObservers:
    """Each observer has a queue and a task of its own, so a slow one delays nobody else.

    One that raises is reported, and told the next value as if nothing had happened. Being too
    slow is reported once, until the observer has caught up.
    """

    def __init__(self, faults: Observers[TheBotError]) -> None:
        self._faults = faults
        self._listeners: set[_Listener[Any]] = set()
        self._left = 0

    def __len__(self) -> int:
        return len(self._listeners)

    @property
    def dropped(self) -> int:
        """Values that no observer was told, because it was too slow."""
        return self._left + sum(listener.dropped for listener in self._listeners)

    def add(
        self,
        observers: Observers[T],
        callback: Callable[[T], Awaitable[None]],
        *,
        key: Key[T] | None = None,
        prepare: Callable[[T], T] | None = None,
        limit: int = WAITING_LIMIT,
    ) -> Callable[[], None]:
        """Tell ``callback`` what ``observers`` are told, until the function returned is called.

        ``prepare`` makes a value fit to be read later. Needs a running loop.
        """
        listener = _Listener(callback, key, limit, self._report)
        offer = listener.offer

        def note(value: T) -> None:
            offer(value if prepare is None else prepare(value))

        leave = observers.add(note)
        self._listeners.add(listener)

        def remove() -> None:
            leave()
            self._forget(listener)

        listener.at_close = once(remove)
        return listener.at_close

    async def aclose(self) -> None:
        """Stop all of them, also in the middle of their work; returns when they have ended."""
        tasks = []
        for listener in list(self._listeners):
            listener.at_close()
            tasks.append(listener.task)
        tasks = [task for task in tasks if task is not asyncio.current_task()]
        if tasks:
            await asyncio.wait(tasks)

    def _forget(self, listener: _Listener[Any]) -> None:
        self._listeners.discard(listener)
        self._left += listener.dropped
        listener.task.cancel()

    def _report(self, error: TheBotError) -> None:
        try:
            self._faults.notify(error)
        except Exception:
            log.exception("%s could not be told to everybody", error)


class _Listener(Generic[T]):
    """The queue and the task of one observer."""

    def __init__(
        self,
        callback: Callable[[T], Awaitable[None]],
        key: Key[T] | None,
        limit: int,
        report: Callable[[TheBotError], None],
    ) -> None:
        self._callback = callback
        self._key = key
        self._limit = limit
        self._report = report
        self._waiting: dict[Hashable, T] = {}
        self._is_behind = False
        self._wake = asyncio.Event()
        self.dropped = 0
        self.at_close: Callable[[], None] = lambda: None
        self.task = asyncio.get_running_loop().create_task(
            self._work(), name=f"observer {_name_of(callback)}"
        )

    def offer(self, value: T) -> None:
        """Take ``value`` into the queue; the newest of those with one key goes to its end."""
        key = None if self._key is None else self._key(value)
        place: Hashable = object() if key is None else (key,)
        self._waiting.pop(place, None)
        self._waiting[place] = value
        if len(self._waiting) > self._limit:
            self._drop_oldest()
        self._wake.set()

    def _drop_oldest(self) -> None:
        del self._waiting[next(iter(self._waiting))]
        self.dropped += 1
        if not self._is_behind:
            self._is_behind = True
            self._report(
                ObserverError(
                    f"{_name_of(self._callback)} is too slow: more than {self._limit} values wait",
                    user_message="A part of the program is too slow; it misses some updates.",
                )
            )

    async def _work(self) -> None:
        while True:
            await self._wake.wait()
            while self._waiting:
                await self._tell(self._waiting.pop(next(iter(self._waiting))))
                await asyncio.sleep(0)
            self._is_behind = False
            self._wake.clear()

    async def _tell(self, value: T) -> None:
        try:
            await self._callback(value)
        except Exception as cause:  # noqa: BLE001 - observers are a boundary
            error = cause if isinstance(cause, TheBotError) else ObserverError(repr(cause))
            if error is not cause:
                error.__cause__ = cause
            self._report(error)


def _name_of(callback: Callable[[T], Awaitable[None]]) -> str:
    return getattr(callback, "__qualname__", type(callback).__name__)
