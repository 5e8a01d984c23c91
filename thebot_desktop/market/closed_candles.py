"""ClosedCandles: which candles are final, and those of longer intervals made of them."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from thebot_desktop.domain.market import (
    Candle,
    Candles,
    CandleUpdate,
    Origin,
    SeriesKey,
    Symbol,
    candles_of,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.candle_buffer import CandleBuffer
from thebot_desktop.market.resampling import makes_up, resample

NONE = candles_of([], Origin.HISTORY)


class _Told(Struct):
    """The newest word on one series."""

    closed: int = -1
    """Open time of the newest candle that is final."""
    forming: int = -1
    event_time: int = 0
    """When the forming candle was as it is now."""
    candle: Candle | None = None


class _Made(Struct):
    """Long candles made of short ones, until the next long one is over."""

    source: SeriesKey
    ends: int
    candles: Candles


def _is_newer(update: CandleUpdate, told: _Told) -> bool:
    """Several updates may come in one millisecond."""
    if update.event_time == told.event_time:
        return update.candle != told.candle
    return update.event_time > told.event_time


class ClosedCandles:
    """Tells news from repetitions, and shows other intervals as they were visible at a time."""

    def __init__(self, buffers: Mapping[SeriesKey, CandleBuffer]) -> None:
        self._buffers = buffers
        self._told: dict[SeriesKey, _Told] = {}
        self._made: dict[SeriesKey, _Made] = {}

    def is_news(self, series: SeriesKey, update: CandleUpdate) -> bool:
        """Whether ``update`` says something that is not known already; if so, remember it."""
        told = self._told.get(series)
        if told is None:
            told = self._told[series] = _Told()
        begin = update.candle.open_time
        if begin <= told.closed or begin < told.forming:
            return False
        if update.closed:
            if told.closed < 0:
                self._forget_made(series.symbol)
            told.closed = begin
        elif begin == told.forming and not _is_newer(update, told):
            return False
        told.forming, told.event_time, told.candle = begin, update.event_time, update.candle
        return True

    def load(self, series: SeriesKey, history: Candles) -> None:
        """A whole stretch of closed candles has come, which may be older than what is known."""
        told = self._told.setdefault(series, _Told())
        told.closed = max(told.closed, int(history.open_time[-1]))
        self._forget_made(series.symbol)

    def is_final(self, series: SeriesKey, open_time: int) -> bool:
        """Whether the candle that opens at ``open_time`` has closed."""
        told = self._told.get(series)
        return told is not None and open_time <= told.closed

    def forget(self, series: SeriesKey) -> None:
        self._told.pop(series, None)
        self._forget_made(series.symbol)

    def visible(self, series: SeriesKey, at: UnixMs) -> Candles:
        """Candles that are final and whose last millisecond lies before ``at``.

        From the series' own memory if it has any, else made of the shorter series that reaches
        back furthest. What is returned stays the same until one of them closes another candle.
        """
        found = self._final(series)
        if not len(found):
            found = self._resampled(series)
        found = found.before(at)
        if len(found) and series.interval.next_open(int(found.open_time[-1])) > at:
            return found.upto(len(found) - 1)
        return found

    def _final(self, series: SeriesKey) -> Candles:
        buffer, told = self._buffers.get(series), self._told.get(series)
        if buffer is None or told is None:
            return NONE
        view = buffer.view()
        if len(view) and int(view.open_time[-1]) > told.closed:
            return view.before(told.closed + 1)
        return view

    def _resampled(self, series: SeriesKey) -> Candles:
        made = self._made.get(series)
        source = made.source if made is not None else self._source_of(series)
        if source is None:
            return NONE
        ends = series.interval.open_of(source.interval.next_open(self._told[source].closed))
        if made is None or made.ends != ends:
            short = self._final(source)
            made = _Made(source, ends, resample(short, source.interval, series.interval))
            self._made[series] = made
        return made.candles

    def _source_of(self, series: SeriesKey) -> SeriesKey | None:
        """The series that reaches back furthest; of several such the longest."""
        found = [
            (int(final.open_time[0]), -known.interval.milliseconds, known)
            for known in self._told
            if known.symbol == series.symbol and makes_up(known.interval, series.interval)
            if len(final := self._final(known))
        ]
        return min(found, key=lambda each: each[:2])[2] if found else None

    def _forget_made(self, symbol: Symbol) -> None:
        for series in [s for s in self._made if s.symbol == symbol]:
            del self._made[series]
