"""``thebot exchange``: serve the embedded exchange until told to stop."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from thebot_desktop.cli.ending import until_ended
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.time import Clock
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.server import ExchangeServer


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
        await until_ended(asyncio.Event())
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
