"""One hour of a symbol's minutes, with the 24 hours before each of them at hand."""

from __future__ import annotations

import numpy as np

from thebot_desktop.domain.market import IntArray
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS
from thebot_desktop.exchange_simulator.rows import FIELDS, Row, Rows, next_traded

_HOUR, _DAY = HOUR_MS // MINUTE_MS, DAY_MS // MINUTE_MS
_MOST = np.iinfo(np.int64).max
_SUMS = ("volume", "quote", "trades", "taker", "taker_quote", "orders")


class HourView:
    """The minutes of an hour and of the hour before; and each one's last 24 hours."""

    def __init__(self, start: int, rows: Rows) -> None:
        """``rows`` begin 24 hours before ``start`` and end an hour after."""
        self.start = start
        self.rows = Rows(rows.data[:, _DAY - _HOUR :].copy())
        self._days = _days_before(rows)

    def covers(self, start: int, end: int) -> bool:
        """Whether the rows of a stretch are here."""
        return self.start - HOUR_MS <= start and end <= self.start + HOUR_MS

    def day_before(self, open_time: int) -> Row:
        """The 24 hours before a minute, without the minute itself."""
        return self._days.at((open_time - self.start) // MINUTE_MS)


def _days_before(rows: Rows) -> Rows:
    """For each of the last 60 minutes, all from a day and a minute before it on as one candle."""
    c = rows.column
    traded = (c("trades") > 0) | (c("high") > c("low"))
    first = np.arange(1, _HOUR + 1)
    past = np.arange(_DAY, _DAY + _HOUR)
    columns = {
        "open_time": c("open_time")[first],
        "open": c("open")[next_traded(traded)[first]],
        "high": _sliding(np.where(traded, c("high"), 0), np.maximum),
        "low": _sliding(np.where(traded, c("low"), _MOST), np.minimum),
        "close": c("close")[past - 1],
        "first_trade": c("first_trade")[first],
        "first_order": c("first_order")[first],
    }
    for name in _SUMS:
        sums = np.concatenate(([0], np.cumsum(c(name))))
        columns[name] = sums[past] - sums[first]
    return Rows(np.stack([columns[name] for name in FIELDS]))


def _sliding(values: IntArray, best: np.ufunc) -> IntArray:
    """The best of each window: what is left of its first hour, the middle, what has come since."""
    leaving = best.accumulate(values[_HOUR:0:-1])[::-1]
    middle = best.reduce(values[_HOUR:_DAY])
    coming = best.accumulate(values[_DAY - 1 : _DAY + _HOUR - 1])
    result: IntArray = best(best(leaving, middle), coming)
    return result
