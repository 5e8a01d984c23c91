"""What the embedded exchange is told when it is made."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from thebot_desktop.exchange_simulator.control import MOST_STREAMS
from thebot_desktop.exchange_simulator.faults import FaultScript
from thebot_desktop.exchange_simulator.kline_files import KlineFile
from thebot_desktop.exchange_simulator.limits import RAW_REQUESTS
from thebot_desktop.exchange_simulator.listings import MAX_SYMBOLS, Life


class ExchangeConfig(Struct, frozen=True):
    """Which market, and how strict an exchange."""

    symbols: Annotated[int, Meta(ge=1, le=MAX_SYMBOLS)] = 13
    names: tuple[str, ...] = ()
    """Symbols by name, instead of so many."""
    lives: tuple[Life, ...] = ()
    """Symbols that are listed late, or cease to be traded."""
    seed: int = 1
    speed: float = 1.0
    port: int = 0
    klines: tuple[KlineFile, ...] = ()
    history_rows: int = 500
    """Candles of a file that are history when the server starts; a quarter of a shorter file."""
    faults: FaultScript = FaultScript()
    empty_candles: bool = True
    """Whether a candle without trades is told of when it closes."""
    weight_limit: int = 6_000
    raw_limit: int = RAW_REQUESTS
    """Requests in five minutes, whatever they weigh."""
    ban_after: int = 10
    ban_seconds: int = 120
    streams_per_connection: int = MOST_STREAMS
    messages_per_second: int = 5
    connects_per_5_minutes: int = 300
    ping_seconds: float = 20.0
    pong_seconds: float = 60.0
    connection_seconds: float = 24 * 3600.0
    notice_seconds: float = 0.0
    """How long before a connection's end it is told of, if at all."""
    trade_window_hours: int | None = None
    """Longest stretch of aggregate trades that may be asked for; any if None."""
