"""ScoreboardService: the outcomes of the signals this program has seen, from its own candles."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TextIO

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.scoreboard import HORIZONS, Cell, outcomes, score, sort_key
from thebot_desktop.app.history import joined
from thebot_desktop.domain.market import Candles, SeriesKey
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream

MOST_CANDLES = 200_000
"""So many candles are looked at per series at most: older signals have no outcome."""
COLUMNS = (
    "source",
    "direction",
    "symbol",
    "interval",
    "candles_later",
    "cases",
    "hits",
    "hit_rate",
    "hit_rate_lowest",
    "hit_rate_highest",
    "mean_change_percent",
    "mean_best_percent",
    "mean_worst_percent",
    "best_percent",
    "worst_percent",
    "few_cases",
)


class ScoreboardService:
    """``load`` gives the newest stored candles of a series, so many at most. Raises StorageError.

    The candles in memory are taken where they reach back far enough.
    """

    def __init__(
        self,
        signals: SignalAggregator,
        stream: DataStream,
        load: Callable[[SeriesKey, int], Candles],
        clock: Clock,
    ) -> None:
        self._signals = signals
        self._stream = stream
        self._load = load
        self._clock = clock

    async def cells(
        self, horizons: Sequence[int] = HORIZONS, *, apart: bool = False
    ) -> tuple[Cell, ...]:
        """One cell for each source, series and horizon with an outcome. Raises StorageError.

        ``apart``: and one for each direction, as ``score`` does. Other work is let through
        between two series.
        """
        ordered = sorted(self._signals.get_signals(), key=lambda s: (str(s.series), s.open_time))
        found: list[Cell] = []
        for series, group in groupby(ordered, key=lambda s: s.series):
            signals = list(group)
            candles = self.closed_candles(series, signals[0].open_time)
            found += score(outcomes(signals, candles, horizons), apart=apart)
            await asyncio.sleep(0)
        return tuple(sorted(found, key=lambda cell: sort_key(cell.key)))

    def closed_candles(self, series: SeriesKey, since: UnixMs) -> Candles:
        """Those in memory, with stored ones before them as far as ``since``. Raises StorageError.

        They begin later where no more are stored. Views of live memory: read them now.
        """
        held = self._stream.candles(series)
        if not len(held) or held.open_time[0] > since:
            span = (self._clock.now() - since) // series.interval.milliseconds + 2
            held = joined(self._load(series, min(MOST_CANDLES, span)), held)
        return held.before(series.interval.open_of(self._clock.now()))


def write_csv(cells: Iterable[Cell], out: TextIO) -> None:
    """One line a cell, with a heading; rates from 0 to 1, changes in percent of the price."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(cell) for cell in cells)


def _row(cell: Cell) -> tuple[object, ...]:
    source, series, horizon, direction = cell.key
    rates = (cell.hit_rate, cell.lowest, cell.highest)
    changes = (cell.mean_change, cell.mean_best, cell.mean_worst, cell.best, cell.worst)
    return (
        source,
        "both" if direction is None else direction.value,
        series.symbol,
        series.interval.value,
        horizon,
        cell.cases,
        cell.hits,
        *(f"{rate:.4f}" for rate in rates),
        *(f"{change * 100:.4f}" for change in changes),
        "yes" if cell.is_few else "no",
    )
