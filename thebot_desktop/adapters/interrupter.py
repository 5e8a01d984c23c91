"""Interrupter: ends code of plug-ins that does not come back."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from time import perf_counter, sleep
from typing import TypeVar

from thebot_desktop.app.plugin_fence import PluginStopped

LOOK_SECONDS = 0.25

T = TypeVar("T")


class Interrupter:
    """A thread of its own looks at the clock, and does nothing else.

    The order to stop reaches Python code between two of its steps; a single call into a library
    is waited for. There is a thread from the first call that is limited on.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._call: _LimitedCall | None = None
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def limited(self, work: Callable[[], T]) -> T:
        """What ``work`` answers; PluginStopped is raised in what takes too long.

        One call within another counts as one. The order may arrive at any step of Python until
        ``finish`` has seen to it, in ``finish`` too: hence twice. There is one order at most, so
        that the second one is never cut short.
        """
        if self._call is not None:
            return work()
        self._start_watching()
        call = _LimitedCall(perf_counter() + self._seconds())
        try:
            try:
                self._call = call
                return work()
            finally:
                self._finish(call)
        finally:
            self._finish(call)

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    async def aclose(self) -> None:
        self.close()

    def _finish(self, call: _LimitedCall) -> None:
        """After this no order is under way; one that comes too late is raised in here."""
        call.finish()
        self._call = None

    def _start_watching(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="plug-ins", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            call = self._call
            if call is not None and perf_counter() > call.until:
                call.stop()


class _LimitedCall:
    """Who is first, its end or the order to stop it, is decided once.

    Neither side ever waits for a lock: an order that arrives between taking a lock and the start
    of its ``with`` block would leave it locked for good.
    """

    def __init__(self, until: float) -> None:
        self.until = until
        self._thread = threading.get_ident()
        self._decided = threading.Lock()
        self._ordered = False
        self._over = False

    def stop(self) -> None:
        """Called by the thread that watches."""
        if self._decided.acquire(blocking=False):
            _order(self._thread)
            self._ordered = True

    def finish(self) -> None:
        """Called by the thread that works; a second time after the first was cut short."""
        if self._over:
            return
        if not self._decided.acquire(blocking=False):
            while not self._ordered:
                sleep(0)
            _let_orders_arrive()
        self._over = True


def _order(thread: int) -> None:
    """Raise PluginStopped in ``thread`` at its next step."""
    error = ctypes.py_object(PluginStopped)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), error)


def _let_orders_arrive() -> None:
    """Take a few steps, each of which raises what was ordered before.

    An order could be taken back instead, but Python 3.11 then keeps looking for it: for good,
    and in a loop without end where code is traced (as coverage does).
    """
    for _ in range(8):
        sleep(0)
