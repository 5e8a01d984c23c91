"""Tests of ``thebot exchange``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys

import httpx
import pytest

from thebot_desktop.cli.exchange import run
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.exchange_simulator.config import ExchangeConfig

CLOCK = SimulatedClock(UnixMs(1_790_164_800_000))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signals to itself")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_serves_until_a_signal_and_ends_well(
    capsys: pytest.CaptureFixture[str], number: int
) -> None:
    """One line of JSON with the addresses, status 0."""
    task = asyncio.create_task(run(ExchangeConfig(), CLOCK))
    output = ""
    async with asyncio.timeout(10):
        while not output:
            await asyncio.sleep(0.01)
            output = capsys.readouterr().out
    told = json.loads(output)
    assert told["type"] == "exchange"
    assert told["stream_url"].startswith("ws://127.0.0.1:")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(told["rest_url"] + "/api/v3/time")
    assert answer.json() == {"serverTime": CLOCK.now()}
    os.kill(os.getpid(), number)
    assert await asyncio.wait_for(task, 10) == 0


async def test_an_occupied_port_is_a_sentence_and_status_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """On standard error; nothing on standard output."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert await run(ExchangeConfig(port=other.getsockname()[1]), CLOCK) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "cannot listen on port" in printed.err
