"""``thebot exchange``: serve the embedded exchange until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

import msgspec
from msgspec.structs import replace

from thebot_desktop.cli.ending import until_ended
from thebot_desktop.cli.parser import time_of
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.time import Clock
from thebot_desktop.exchange_simulator import faults
from thebot_desktop.exchange_simulator.config import ExchangeConfig
from thebot_desktop.exchange_simulator.kline_files import KlineFile
from thebot_desktop.exchange_simulator.listings import Life
from thebot_desktop.exchange_simulator.server import ExchangeServer

SETTINGS = (
    "weight_limit",
    "raw_limit",
    "ban_after",
    "ban_seconds",
    "trade_window_hours",
    "streams_per_connection",
    "messages_per_second",
    "connects_per_5_minutes",
    "ping_seconds",
    "pong_seconds",
    "connection_seconds",
    "notice_seconds",
)
"""What the command line may set; otherwise it is as the configuration has it."""


def config_of(options: argparse.Namespace) -> ExchangeConfig:
    """What the command line asks for; raises InputError with a sentence for people."""
    script = faults.load(options.faults) if options.faults else faults.FaultScript()
    config = ExchangeConfig(
        seed=options.seed,
        speed=options.speed,
        port=options.port,
        lives=tuple(_life(text) for text in options.life),
        klines=tuple(_kline_file(text) for text in options.klines),
        faults=faults.FaultScript((*script.faults, *map(faults.parse, options.fault))),
        empty_candles=options.empty_candles,
    )
    by_name = isinstance(options.listed, tuple)
    listed = {"names": options.listed} if by_name else {"symbols": options.listed}
    limits = {name: getattr(options, name) for name in SETTINGS}
    known = {name: value for name, value in limits.items() if value is not None}
    return replace(config, **listed, **known)


def _life(text: str) -> Life:
    symbol, _, words = text.partition("=")
    word, _, time = words.partition("@")
    if not (symbol and word):
        raise InputError(user_message=f"“{text}” is not SYMBOL=WORD or SYMBOL=WORD@TIME.")
    status = None if word.upper() == "LISTED" else word.upper()
    return Life(symbol.upper(), time_of(time) if time else None, status)


def _kline_file(text: str) -> KlineFile:
    symbol, equals, name = text.partition("=")
    if not (symbol and equals and name):
        raise InputError(user_message=f"“{text}” is not SYMBOL=FILE.")
    return KlineFile(symbol.upper(), Path(name))


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
