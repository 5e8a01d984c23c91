"""What several tests of the embedded exchange share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.listings import listings
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.server import ExchangeServer

NOON = UnixMs(1_790_164_800_000)
"""2026-09-23 12:00 UTC."""

Serve = Callable[..., Awaitable[ExchangeServer]]


@pytest.fixture(scope="session")
def model() -> ModelMarket:
    """The demo market with its default seed."""
    return ModelMarket(listings(13), 1)


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock that stands at a known noon until it is moved."""
    return SimulatedClock(UnixMs(NOON + 20_000))


@pytest.fixture
async def serve(clock: SimulatedClock) -> AsyncIterator[Serve]:
    """Starts servers, and closes them after the test."""
    servers: list[ExchangeServer] = []

    async def start(**settings: object) -> ExchangeServer:
        server = ExchangeServer(ExchangeConfig(**settings), clock)
        servers.append(server)
        await server.start()
        return server

    yield start
    for server in servers:
        await server.aclose()
