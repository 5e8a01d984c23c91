"""Rules that are asked about each close of a short series."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes import BTC_1M, candle
from thebot_desktop.app.rehearsal import rehearse
from thebot_desktop.domain.market import Origin, candles_of


def series_of(closes, volumes=None):
    rows = [candle(number, close=float(close)) for number, close in enumerate(closes)]
    if volumes is not None:
        rows = [replace(row, volume=float(v)) for row, v in zip(rows, volumes, strict=True)]
    return candles_of(rows, Origin.HISTORY)


def fired(rule, closes, volumes=None, *, words=False, look=None):
    """At which of them it speaks, or what it says."""
    candles = series_of(closes, volumes)
    found = rehearse(rule, BTC_1M, candles, len(candles), look=look)
    return [f.verdict.message if words else f.open_time // 60_000 for f in found]
