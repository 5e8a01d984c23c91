"""``thebot exchange``: serve the embedded exchange until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import msgspec

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.time import Clock
from thebot_desktop.exchange_simulator.server import ExchangeConfig, ExchangeServer


async def run(config: ExchangeConfig, clock: Clock) -> int:
    """Print the addresses as one JSON line, then serve; 0 after a signal, 2 for bad input."""
    server = ExchangeServer(config, clock)
    try:
        await server.start()
    except InputError as error:
        sys.stderr.write(f"{error.user_message}\n")
        return 2
    try:
        _announce(server)
        await _signal()
    finally:
        await server.aclose()
    return 0


def _announce(server: ExchangeServer) -> None:
    line = {
        "type": "exchange",
        "rest_url": server.rest_url,
        "stream_url": server.stream_url,
        "news_url": server.news_url,
    }
    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
    sys.stdout.flush()


async def _signal() -> None:
    """Wait for Ctrl+C or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    previous = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            previous[number] = signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    try:
        await stop.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.remove_signal_handler(number)
        for number, handler in previous.items():
            signal.signal(number, handler)
