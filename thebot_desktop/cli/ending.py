"""How a command that runs until it is told to stop is told."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


async def until_ended(stop: asyncio.Event, duration: float | None = None) -> None:
    """Wait for ``stop``, Ctrl+C, SIGTERM or the end of ``duration`` seconds."""
    with _signals_set(stop):
        waiting = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait([waiting], timeout=duration)
        finally:
            waiting.cancel()


@contextlib.contextmanager
def _signals_set(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    before = {}
    for number in SIGNALS:
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            before[number] = signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    try:
        yield
    finally:
        for number in SIGNALS:
            if number in before:
                signal.signal(number, before[number])
            else:
                loop.remove_signal_handler(number)
