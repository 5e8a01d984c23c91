"""The profile's store of the exchange's candles, for commands that work on it directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol

SOURCE = "binance-spot"


@contextmanager
def opened_store(profile: Path | None) -> Iterator[CandleStore]:
    """Raises StorageError where the file cannot be used: memory would help nobody here."""
    notices: list[str] = []
    file = Profile.of(profile).candle_file(SOURCE)
    store = CandleStore(file, notices)
    try:
        if notices:
            raise StorageError(user_message=f"The candle file {file} cannot be used.")
        yield store
    finally:
        store.close()


def series_of(symbol: str, interval: Interval) -> SeriesKey:
    """The series a person names; whether the exchange has it is not asked."""
    name = symbol.strip().upper().replace("/", "").replace("-", "")
    if not (name.isalnum() and len(name) <= 32):
        raise InputError(user_message=f"“{symbol}” is not a symbol such as BTCUSDT.")
    return SeriesKey(Symbol(name), interval)
