"""RecordedSeries: the candle series of a recording, and those that can be made of what it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from thebot_desktop.domain.market import (
    CandleHistory,
    Candles,
    CandleUpdate,
    FeedGap,
    Interval,
    MarketEvent,
    Origin,
    SeriesKey,
    Trade,
    candles_of,
)
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.resampling import (
    CandleAggregator,
    TradeAggregator,
    best_source,
)
from thebot_desktop.market.series_guard import SeriesGuard

CandleEvent: TypeAlias = CandleUpdate | FeedGap

KEPT_ORIGINS = (Origin.NO_TRADES, Origin.EXCHANGE_HOLE)
"""What is played to somebody afterwards is history, but for these, which say more."""


class RecordedSeries:
    """Puts recorded candles in order and makes the series that are opened but not recorded.

    A longer series is made of the longest shorter one that is recorded. Without such a one it is
    made of trades, by way of one-minute candles, which are made of all trades at once so that
    who comes in the middle sees what was before. One-second candles of trades begin when they
    are opened: keeping them for everybody would take much memory.
    """

    def __init__(self, recorded: Iterable[SeriesKey], begins: UnixMs) -> None:
        self.recorded = set(recorded)
        self.gaps = 0
        self._begins = begins
        self._parts: dict[SeriesKey, _Part] = {}
        self._trades: dict[SeriesKey, TradeAggregator] = {}
        self._longer: defaultdict[SeriesKey, dict[SeriesKey, CandleAggregator]]
        self._longer = defaultdict(dict)

    def open(self, series: SeriesKey, now: UnixMs) -> list[MarketEvent]:
        """What was played of ``series`` so far; from now on it is made if it must be."""
        source = self._source_of(series)
        if series.interval is Interval.S1 and series not in self.recorded:
            self._trades[series] = TradeAggregator(series.symbol, Interval.S1, now)
        if source is None:
            return self._part(series).told(now)
        made = self._longer[source][series] = CandleAggregator(source.interval, series.interval)
        so_far = _Part(series)
        for update in self._part(source).updates():
            for longer in made.accept(update):
                so_far.note(longer)
        return so_far.told(now)

    def close(self, series: SeriesKey) -> None:
        """Nobody looks at ``series`` any more."""
        for followers in self._longer.values():
            followers.pop(series, None)
        if series.interval is Interval.S1 and self._trades.pop(series, None) is not None:
            del self._parts[series]

    def hear(self, update: CandleUpdate, now: UnixMs) -> list[CandleEvent]:
        """A recorded ``update``: what may be delivered of it and of what is made of it."""
        series = update.series
        if series not in self.recorded:
            self._discover(series)
        guard = self._part(series).guard
        events: list[CandleEvent] = self._spread(guard.accept(update))
        while (hole := guard.hole) is not None:
            self.gaps += 1
            events.append(FeedGap(series, hole.first, hole.last, now))
            events.append(FeedGap(series, hole.first, hole.last, now, filled=True))
            events += self._spread(guard.fill([], settled=hole.last))
        return events

    def hear_trade(self, trade: Trade) -> list[CandleEvent]:
        """A recorded ``trade``: the candles that it changes, where these are not recorded."""
        minutes = SeriesKey(trade.symbol, Interval.M1)
        if minutes not in self.recorded and minutes not in self._trades:
            self._trades[minutes] = TradeAggregator(trade.symbol, Interval.M1, self._begins)
        found: list[CandleEvent] = []
        for series in (minutes, SeriesKey(trade.symbol, Interval.S1)):
            made = self._trades.get(series)
            if made is not None:
                found += self._spread(made.accept(trade))
        return found

    def pass_time(self, now: UnixMs) -> list[CandleEvent]:
        """Candles of trades that are over by ``now``."""
        found: list[CandleEvent] = []
        for made in self._trades.values():
            found += self._spread(made.pass_time(now))
        return found

    def _source_of(self, series: SeriesKey) -> SeriesKey | None:
        """What ``series`` has to be made of; None where it comes by itself."""
        if series in self.recorded:
            return None
        known = [s.interval for s in self.recorded if s.symbol == series.symbol]
        source = best_source(series.interval, known)
        if source is None and series.interval not in (Interval.M1, Interval.S1):
            source = Interval.M1
        return None if source is None else SeriesKey(series.symbol, source)

    def _discover(self, series: SeriesKey) -> None:
        """The recording has ``series`` after all: it need not be made any more."""
        self.close(series)
        self._trades.pop(series, None)
        self._parts.pop(series, None)
        self.recorded.add(series)

    def _spread(self, updates: Iterable[CandleUpdate]) -> list[CandleEvent]:
        """``updates``, remembered, each followed by what it makes of longer candles."""
        found: list[CandleEvent] = []
        for update in updates:
            self._part(update.series).note(update)
            found.append(update)
            for made in self._longer[update.series].values():
                found += made.accept(update)
        return found

    def _part(self, series: SeriesKey) -> _Part:
        part = self._parts.get(series)
        if part is None:
            part = self._parts[series] = _Part(series)
        return part


class _Part:
    """One series as far as it was played."""

    def __init__(self, series: SeriesKey) -> None:
        self.guard = SeriesGuard(series, bridges=False)
        self.guard.start(None)
        self._series = series
        self._closed: list[CandleUpdate] = []
        self._forming: CandleUpdate | None = None

    def note(self, update: CandleUpdate) -> None:
        if update.closed:
            self._closed.append(update)
            self._forming = None
        else:
            self._forming = update

    def updates(self) -> list[CandleUpdate]:
        return self._closed if self._forming is None else [*self._closed, self._forming]

    def told(self, now: UnixMs) -> list[MarketEvent]:
        """For somebody who comes now."""
        events: list[MarketEvent] = [CandleHistory(self._series, _past(self._closed), now)]
        return events if self._forming is None else [*events, self._forming]


def _past(updates: list[CandleUpdate]) -> Candles:
    rows = candles_of([update.candle for update in updates], Origin.HISTORY)
    for row, update in enumerate(updates):
        if update.origin in KEPT_ORIGINS:
            rows.origin[row] = update.origin
    return rows
