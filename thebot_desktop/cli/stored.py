"""The profile's store of the exchange's candles, for commands that work on it directly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TextIO

from thebot_desktop.adapters.storage.candle_store import CandleStore
from thebot_desktop.adapters.storage.profile import Profile
from thebot_desktop.app.candle_rows import CandleRows
from thebot_desktop.app.stored_candles import resample_rows, stored_source
from thebot_desktop.domain.errors import InputError, StorageError
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol
from thebot_desktop.domain.time import UnixMs

SOURCE = "binance-spot"
LONGEST_SYMBOL = 32
MOST_NAMED = 10
ALIKE = 0.75
"""How alike two symbols must be: most end in the same four letters."""


@contextmanager
def opened_store(profile: Path | None) -> Iterator[CandleStore]:
    """Raises StorageError where the file cannot be used: memory would help nobody here."""
    notices: list[str] = []
    file = Profile.of(profile).candle_file(SOURCE)
    store = CandleStore(file, notices)
    try:
        if notices:
            raise StorageError(user_message=notices[0])
        yield store
    finally:
        store.close()


def series_of(symbol: str, interval: Interval) -> SeriesKey:
    """The series a person names; whether the exchange has it today is not asked, it may have
    had it once."""
    return SeriesKey(symbol_of(symbol), interval)


def symbol_of(text: str) -> Symbol:
    """Raises InputError for what cannot be one."""
    name = text.strip().upper().replace("/", "").replace("-", "")
    if not (name.isascii() and name.isalnum() and len(name) <= LONGEST_SYMBOL):
        raise InputError(user_message=f"“{text}” is not a symbol such as BTCUSDT.")
    return Symbol(name)


def stored_rows(
    store: CandleStore, series: SeriesKey, start: UnixMs | None, end: UnixMs | None, err: TextIO
) -> CandleRows:
    """Rows of ``series`` that open between ``start`` and ``end``, both included.

    Where only shorter candles are stored they are made of those, which is said on ``err``.
    Raises InputError where nothing fits.
    """
    stored = store.series()
    source = None if series in stored else stored_source(series, stored)
    if source is None:
        require_stored(store, series)
        return store.rows(series, start, end)
    last = None if end is None else series.interval.close_of(series.interval.open_of(end))
    made = resample_rows(store.rows(source, start, last), source.interval, series.interval)
    if len(made):
        err.write(f"No candles of {series} are stored: they are made of those of {source}.\n")
    return made


def require_stored(store: CandleStore, series: SeriesKey) -> None:
    """Raises InputError, with what is stored under a similar name, where nothing is."""
    stored = store.series()
    if series in stored:
        return
    intervals = [s.interval.value for s in stored if s.symbol == series.symbol]
    symbols = {str(s.symbol) for s in stored}
    near = get_close_matches(series.symbol, sorted(symbols), n=3, cutoff=ALIKE)
    hint = ""
    if intervals:
        hint = f" Of {series.symbol} there are {', '.join(intervals)}."
    elif near:
        hint = f" Did you mean {' or '.join(near)}?"
    elif symbols:
        hint = f" There are {', '.join(sorted(symbols)[:MOST_NAMED])}."
    raise InputError(user_message=f"No candles of {series} are stored.{hint}")
