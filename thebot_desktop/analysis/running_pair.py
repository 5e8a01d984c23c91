"""RunningPair: values of an indicator that needs candles of other symbols, carried forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np

from thebot_desktop.analysis.indicator import Indicator, Values
from thebot_desktop.domain.market import Candles, FloatArray, Symbol

LATE_CANDLES = 64
"""So many candles of another symbol may come late and still find their places."""

OthersOf: TypeAlias = Callable[[bool], Mapping[Symbol, Candles]]
"""Candles of the other symbols: all of them, or only those that have closed."""


class RunningPair:
    """The values of one indicator on one series, as long as the candles given.

    Closed candles look at closed candles of the others only: while one of those is missing, the
    value is. The newest, while it forms, looks at what the others are like now.
    """

    def __init__(self, indicator: Indicator) -> None:
        self._indicator = indicator
        self._candles: Candles | None = None
        self._values: dict[str, FloatArray] = {}
        self._waiting: tuple[Symbol, ...] = ()

    @property
    def waiting(self) -> tuple[Symbol, ...]:
        """Symbols of which there is no closed candle yet."""
        return self._waiting

    def values(self, candles: Candles, others_of: OthersOf, *, closed: bool) -> Values:
        """Views of live memory; the newest row is another one with each call."""
        others = others_of(True)  # noqa: FBT003
        self._waiting = tuple(s for s in self._indicator.others if not len(others.get(s, ())))
        end = len(candles) if closed else len(candles) - 1
        first = self._first_open(candles)
        self._make_room(candles, first)
        self._fill(candles.upto(end), others, first)
        if not closed:
            forming = {} if self._indicator.closed_only else others_of(False)  # noqa: FBT003
            self._fill(candles, forming, end)
        return self._values

    def _first_open(self, candles: Candles) -> int:
        """Index of the first candle whose values may be others than they were."""
        known = self._candles
        if known is None or not len(known) or not len(candles):
            return 0
        newest = int(np.searchsorted(candles.open_time, known.open_time[-1]))
        joins = newest < len(candles) and candles.open_time[newest] == known.open_time[-1]
        return max(0, newest - LATE_CANDLES) if joins and newest < len(known) + 1 else 0

    def _make_room(self, candles: Candles, first: int) -> None:
        """Rows for all candles, with those before ``first`` as they were."""
        if candles is self._candles:
            return
        shift = 0
        if first and self._candles is not None:
            shift = int(np.searchsorted(self._candles.open_time, candles.open_time[0]))
        for output in self._indicator.outputs:
            column = np.full(len(candles), np.nan)
            column[:first] = self._values[output][shift : shift + first] if first else ()
            self._values = {**self._values, output: column}
        self._candles = candles

    def _fill(self, candles: Candles, others: Mapping[Symbol, Candles], first: int) -> None:
        if first >= len(candles):
            return
        part = candles.last(len(candles) - first + self._indicator.lookback - 1)
        since = int(part.open_time[0])
        near = {symbol: other.since(since) for symbol, other in others.items()}
        values = self._indicator.compute_with(part, near)
        for output, column in self._values.items():
            column[first : len(candles)] = values[output][-(len(candles) - first) :]
