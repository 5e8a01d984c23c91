"""FactBook: numbers that are no candles, such as the spread, and what each was at a time."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from thebot_desktop.domain.market import FloatArray, IntArray, Symbol
from thebot_desktop.domain.time import DAY_MS, MINUTE_MS, UnixMs

MOST_KEPT = 5_000
"""So many changes are kept of each fact."""


class FactName(Enum):
    """What conditions can ask for besides candles; the value is how it is written."""

    SPREAD = "spread"
    """Between best bid and ask, in percent of the price between them."""
    NEWS_SENTIMENT = "news_sentiment"
    """From -1 to 1, the mean of the recent news that name the symbol's coin."""
    MARKET_SENTIMENT = "market_sentiment"
    """The same of all recent news."""
    MINUTES_TO_EVENT = "minutes_to_event"
    """Until the next event of the calendar that matters much."""
    FEAR_GREED = "fear_greed"
    """The index of fear and greed, from 0 to 100."""

    @property
    def spoken(self) -> str:
        """In plain words."""
        return _SPOKEN[self]

    @property
    def of_symbol(self) -> bool:
        """Whether each symbol has one of its own."""
        return self in (FactName.SPREAD, FactName.NEWS_SENTIMENT)

    @property
    def holds_ms(self) -> int:
        """So long it is still true after it was heard last."""
        return DAY_MS if self is FactName.FEAR_GREED else 2 * MINUTE_MS


_SPOKEN = MappingProxyType(
    {
        FactName.SPREAD: "the spread in percent",
        FactName.NEWS_SENTIMENT: "the news sentiment",
        FactName.MARKET_SENTIMENT: "the sentiment of all news",
        FactName.MINUTES_TO_EVENT: "the time to the next event in minutes",
        FactName.FEAR_GREED: "the index of fear and greed",
    }
)

FactsAsOf: TypeAlias = Callable[[FactName, Symbol | None, IntArray], FloatArray]
"""What a fact about a symbol, or about none, was at each of some times; NaN where unknown."""


def nothing_known(name: FactName, symbol: Symbol | None, times: IntArray) -> FloatArray:
    """Where there are no facts at all."""
    return np.full(len(times), np.nan)


class FactOf(Struct, frozen=True):
    """A fact that a condition asks for; without a symbol it is that of the condition's own."""

    name: FactName
    symbol: Symbol | None = None

    @property
    def text(self) -> str:
        """As one writes it."""
        return self.name.value if self.symbol is None else f"{self.symbol}:{self.name.value}"

    @property
    def sentence(self) -> str:
        """In plain words."""
        of = "" if self.symbol is None else f" of {self.symbol}"
        return f"{self.name.spoken}{of}"

    def of(self, own: Symbol) -> tuple[FactName, Symbol | None]:
        """What it is for a condition about ``own``."""
        return self.name, (self.symbol or own) if self.name.of_symbol else None


class FactBook:
    """What was heard of each fact, in order of time; the newest of it is kept."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._lines: dict[tuple[FactName, Symbol | None], _Line] = {}

    def put(self, name: FactName, symbol: Symbol | None, time: UnixMs, value: float) -> None:
        """It is so at this time; NaN says that it is not known any more. Times never go back."""
        line = self._lines.setdefault((name, symbol), _Line(name.holds_ms))
        line.put(time, value, self._most)

    def as_of(self, name: FactName, symbol: Symbol | None, times: IntArray) -> FloatArray:
        """What was heard last before or at each time; NaN where nothing was, or too long ago."""
        line = self._lines.get((name, symbol))
        if line is None:
            return nothing_known(name, symbol, times)
        return np.array([line.at(int(time)) for time in times], dtype=np.float64)

    def since(self, name: FactName, symbol: Symbol | None) -> UnixMs | None:
        """From when on it is known; None where nothing was ever heard."""
        line = self._lines.get((name, symbol))
        return line.since if line is not None else None


class _Line:
    """Stretches of time in which one fact was the same."""

    def __init__(self, holds_ms: int) -> None:
        self._holds_ms = holds_ms
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._values: list[float] = []

    @property
    def since(self) -> UnixMs | None:
        known = (b for b, v in zip(self._begins, self._values, strict=True) if not math.isnan(v))
        first = next(known, None)
        return None if first is None else UnixMs(first)

    def put(self, time: int, value: float, most: int) -> None:
        if self._ends and time < self._ends[-1]:
            return
        if self._goes_on(time, value):
            self._ends[-1] = time
            return
        self._begins.append(time)
        self._ends.append(time)
        self._values.append(value)
        if len(self._values) > 2 * most:
            del self._begins[:-most], self._ends[:-most], self._values[:-most]

    def at(self, time: int) -> float:
        index = bisect_right(self._begins, time) - 1
        if index < 0 or time > self._ends[index] + self._holds_ms:
            return math.nan
        return self._values[index]

    def _goes_on(self, time: int, value: float) -> bool:
        if not self._ends or time > self._ends[-1] + self._holds_ms:
            return False
        last = self._values[-1]
        return last == value or (math.isnan(last) and math.isnan(value))
