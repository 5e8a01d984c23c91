"""Interrupter: ends code of plug-ins that does not come back."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import perf_counter
from types import TracebackType

from thebot_desktop.app.plugin_fence import PluginStopped

LOOK_SECONDS = 0.25


class Interrupter:
    """A thread of its own looks at the clock, and does nothing else.

    The order to stop reaches Python code between two of its steps; a single call into a library
    is waited for. There is a thread from the first call that is limited on.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until: float | None = None
        self._working = 0
        self._ordered = False
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def limit(self) -> AbstractContextManager[None]:
        """PluginStopped is raised in what takes too long; one within another counts as one."""
        return _Limit(self)

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    async def aclose(self) -> None:
        self.close()

    def begin(self) -> bool:
        """Whether nothing is limited already."""
        if self._until is not None:
            return False
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="plug-ins", daemon=True)
            self._thread.start()
        with self._lock:
            self._working = threading.get_ident()
            self._ordered = False
            self._until = perf_counter() + self._seconds()
        return True

    def end(self) -> None:
        with self._lock:
            self._until = None
            ordered, self._ordered = self._ordered, False
        if ordered:
            # It came back by itself at the last moment: the order must not hit anybody else.
            _order(self._working, None)

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            with self._lock:
                if self._until is not None and perf_counter() > self._until:
                    self._until = None
                    self._ordered = True
                    _order(self._working, PluginStopped)


class _Limit(AbstractContextManager[None]):
    def __init__(self, interrupter: Interrupter) -> None:
        self._interrupter = interrupter
        self._outermost = False

    def __enter__(self) -> None:
        self._outermost = self._interrupter.begin()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._outermost:
            self._interrupter.end()


def _order(thread: int, error: type[BaseException] | None) -> None:
    """Raise ``error`` in ``thread`` at its next step; None takes an order back."""
    what = ctypes.py_object(error) if error is not None else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
