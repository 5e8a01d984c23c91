"""Tests of the port of the embedded exchange."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.door import HOST, Door
from thebot_desktop.exchange_simulator.session import Gate

pytestmark = pytest.mark.usefixtures("no_tasks_left")


async def nothing(connection: ServerConnection, request: Request | None = None) -> Response | None:
    """Neither streams nor answers."""


@pytest.mark.parametrize("turns", range(6))
async def test_closing_turns_away_who_is_just_coming_in(turns: int) -> None:
    """A client whom the system has let in already, but who has not been looked at yet."""
    gate = Gate()
    door = Door(ExchangeConfig(), gate, nothing, nothing)
    await door.open()
    gate.set_silent(silent=True)
    with socket.create_connection((HOST, door.port), 5) as client:
        client.setblocking(False)
        for _ in range(turns):
            await asyncio.sleep(0)
        await asyncio.wait_for(door.aclose(), 5)
        with contextlib.suppress(ConnectionResetError):
            said = asyncio.get_running_loop().sock_recv(client, 1)
            assert await asyncio.wait_for(said, 5) == b""
    assert gate.connections == set()
