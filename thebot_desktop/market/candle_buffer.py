"""A fixed number of candles kept in contiguous columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import Candle, Candles, Origin

COLUMNS = 6
"""open, high, low, close, volume, trades"""
SMALLEST_ROOM = 256


class CandleBuffer:
    """The newest ``capacity`` candles of one series; the oldest fall out first.

    The columns have some room beyond the capacity, so the window slides along them and is
    copied back to their start only when the room is used up. ``view()`` is therefore a handful
    of slices, never a copy. Room is made as it is needed: a large capacity costs nothing until
    it is filled.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._start = 0
        self._end = 0
        self._last: int | None = None
        self._view: Candles | None = None
        self._allocate(min(capacity + SMALLEST_ROOM, 2 * SMALLEST_ROOM))

    def __len__(self) -> int:
        return self._end - self._start

    @property
    def last_open_time(self) -> int | None:
        return self._last

    def make_capacity(self, capacity: int) -> None:
        """Hold so many from now on, if that is more than before."""
        self.capacity = max(self.capacity, capacity)

    def put(self, candle: Candle, origin: Origin = Origin.LIVE) -> bool:
        """Replace the newest candle if it has the same open time, append a newer one.

        An older one changes nothing; the answer says whether anything changed.
        """
        last, open_time = self._last, candle.open_time
        if last is not None and open_time < last:
            return False
        at = self._end - 1 if open_time == last else self._append()
        self._last = self._times[at] = open_time
        o, h, low, close, volume, trades = self._columns
        o[at], h[at], low[at], close[at] = candle.open, candle.high, candle.low, candle.close
        volume[at], trades[at] = candle.volume, candle.trades
        self._origins[at] = origin
        return True

    def load(self, history: Candles) -> None:
        """Put ``history`` before whatever is newer than it; overlapping candles are replaced."""
        kept = history.last(self.capacity)
        newer = self.view()
        if len(kept):
            newer = newer.since(int(kept.open_time[-1]) + 1)
        newer = newer.last(self.capacity)
        kept = kept.last(self.capacity - len(newer))
        parts = [_columns(kept), _columns(newer)]
        count = len(kept) + len(newer)
        times = np.concatenate((kept.open_time, newer.open_time))
        values = np.concatenate(parts, axis=1)
        origins = np.concatenate((kept.origin, newer.origin))
        self._allocate(count + max(SMALLEST_ROOM, count // 4))
        self._times[:count] = times
        self._values[:, :count] = values
        self._origins[:count] = origins
        self._start, self._end = 0, count
        self._last = int(times[-1]) if count else None

    def view(self) -> Candles:
        """The same until the window moves: a forming candle changes within it."""
        if self._view is None:
            window = slice(self._start, self._end)
            o, h, low, close, volume, trades = (column[window] for column in self._columns)
            times, origins = self._times[window], self._origins[window]
            self._view = Candles(times, o, h, low, close, volume, trades, origins)
        return self._view

    def _append(self) -> int:
        self._view = None
        if self._end == self._times.size:
            self._make_room()
        self._end += 1
        if len(self) > self.capacity:
            self._start += 1
        return self._end - 1

    def _make_room(self) -> None:
        """Slide the window back to the start of the columns, in larger columns if need be."""
        kept = slice(self._start, self._end)
        times, values, origins = self._times[kept], self._values[:, kept], self._origins[kept]
        count = len(self)
        self._allocate(min(2 * count, self.capacity) + max(SMALLEST_ROOM, self.capacity // 4))
        self._times[:count] = times
        self._values[:, :count] = values
        self._origins[:count] = origins
        self._start, self._end = 0, count

    def _allocate(self, size: int) -> None:
        self._times = np.zeros(size, dtype=np.int64)
        self._values = np.zeros((COLUMNS, size))
        self._columns = tuple(self._values)
        self._view = None
        self._origins = np.zeros(size, dtype=np.uint8)


def _columns(candles: Candles) -> NDArray[np.float64]:
    return np.stack(
        (candles.open, candles.high, candles.low, candles.close, candles.volume, candles.trades)
    )
