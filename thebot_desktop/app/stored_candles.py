"""Stored candles of an interval that is not stored, made of a shorter one that is."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from thebot_desktop.app.candle_rows import ROW, CandleRows
from thebot_desktop.app.history import CandleArchive
from thebot_desktop.domain.market import Candles, Interval, SeriesKey
from thebot_desktop.market.resampling import Groups, best_source, makes_up, resample

MOST_SHORT = 200_000
"""So many short candles are read at most to show a chart at once."""


def stored_source(series: SeriesKey, stored: Iterable[SeriesKey]) -> SeriesKey | None:
    """The longest series among ``stored`` that ``series`` can be made of."""
    intervals = [s.interval for s in stored if s.symbol == series.symbol]
    source = best_source(series.interval, intervals)
    return None if source is None else SeriesKey(series.symbol, source)


def load_or_make(archive: CandleArchive, series: SeriesKey, limit: int) -> Candles:
    """The newest ``limit`` stored candles; made of shorter ones where none are stored.

    Raises StorageError.
    """
    found = archive.load(series, limit)
    if len(found):
        return found
    fitting = [i for i in Interval if makes_up(i, series.interval)]
    for source in sorted(fitting, key=lambda i: -i.milliseconds):
        count = min(MOST_SHORT, limit * (series.interval.milliseconds // source.milliseconds))
        short = archive.load(SeriesKey(series.symbol, source), count)
        if len(short):
            return resample(short, source, series.interval).last(limit)
    return found


def resample_rows(rows: CandleRows, source: Interval, target: Interval) -> CandleRows:
    """``resample`` for rows with everything that is kept of a candle. Raises InputError."""
    groups = Groups.of(rows["open_time"], rows["volume"], source, target)
    made = np.empty(len(groups.open_time), ROW)
    made["open_time"] = groups.open_time
    made["open"] = groups.first(rows["open"])
    made["high"] = groups.highest(rows["high"])
    made["low"] = groups.lowest(rows["low"])
    made["close"] = groups.last(rows["close"])
    for name in ("volume", "quote_volume", "taker_buy_volume"):
        made[name] = groups.total(rows[name])
    made["trades"] = groups.count(rows["trades"])
    made["origin"] = groups.origin(rows["origin"])
    return made
