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

from thebot_desktop.cli.exchange import SETTINGS, config_of, run
from thebot_desktop.cli.parser import parse
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.listings import Life

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


def config(*arguments: str) -> ExchangeConfig:
    return config_of(parse(["exchange", *arguments], {}))


def test_what_is_not_said_is_as_on_the_real_exchange() -> None:
    """No option changes a limit unless it is given."""
    assert config() == ExchangeConfig(port=9000)


def test_every_limit_can_be_set() -> None:
    """Each by an option of its own name."""
    options = [word for name in SETTINGS for word in (f"--{name.replace('_', '-')}", "7")]
    chosen = config(*options, "--no-empty-candles")
    assert {getattr(chosen, name) for name in SETTINGS} == {7}
    assert not chosen.empty_candles


def test_symbols_are_counted_or_named() -> None:
    """In letters of either case."""
    assert config("--symbols", "3000").symbols == 3000
    assert config("--symbols", "btcusdt, ETHBTC").names == ("BTCUSDT", "ETHBTC")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--symbols", "BTCUSDT,,ETHUSDT"),
        ("--symbols", "-1"),
        ("--messages-per-second", "0"),
        ("--ping-seconds", "0"),
        ("--connection-seconds", "soon"),
        ("--weight-limit", "1.5"),
    ],
)
def test_options_that_make_no_sense_end_with_status_2(
    arguments: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """And a sentence that names the option."""
    with pytest.raises(SystemExit) as caught:
        config(*arguments)
    assert caught.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_a_candle_file_needs_a_symbol() -> None:
    """Otherwise nobody would know whose candles they are."""
    with pytest.raises(InputError) as caught:
        config("--klines", "candles.csv")
    assert caught.value.user_message == "“candles.csv” is not SYMBOL=FILE."


def test_symbols_can_begin_and_end() -> None:
    """At a time, or now."""
    words = ("ethusdt=listed@2026-03-01", "LTCUSDT=HALT", "SOLUSDT=break@1790164800000")
    lives = config(*(word for one in words for word in ("--life", one))).lives
    assert lives == (
        Life("ETHUSDT", 1_772_323_200_000),
        Life("LTCUSDT", None, "HALT"),
        Life("SOLUSDT", 1_790_164_800_000, "BREAK"),
    )
    for wrong in ("ETHUSDT", "=HALT", "ETHUSDT=HALT@soon"):
        with pytest.raises(InputError):
            config("--life", wrong)
