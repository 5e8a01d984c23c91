"""MarketOverview: what the advanced charts show, computed only while somebody looks at it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import msgspec

from thebot_desktop.analysis.confidence import UNKNOWN, Confidence
from thebot_desktop.analysis.expressions import Catalogue, parse_indicator
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.overview import (
    Breadth,
    IntervalView,
    Mover,
    breadth,
    interval_view,
    net_opinion,
)
from thebot_desktop.analysis.signal_config import SignalConfig
from thebot_desktop.analysis.statistics import Figure, aligned, correlation, returns
from thebot_desktop.analysis.volume_profiles import profile_of
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Candles, Interval, SeriesKey, Symbol
from thebot_desktop.domain.shapes import Profile
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.data_stream import DataStream

INTERVALS = (Interval.M1, Interval.M5, Interval.M15, Interval.H1, Interval.H4, Interval.D1)
MOST_SYMBOLS = 20
PROFILE_BINS = 60
VALUE_AREA = 0.7
LINE_BARS = 60


class MarketOverview:
    """``indicators`` and ``signals`` say which indicators are asked, and how they are weighed."""

    def __init__(
        self,
        stream: DataStream,
        catalogue: Catalogue,
        indicators: Callable[[], Sequence[str]],
        signals: Callable[[], SignalConfig],
        clock: Clock,
    ) -> None:
        self._stream = stream
        self._catalogue = catalogue
        self._labels = indicators
        self._signals = signals
        self._clock = clock
        self._opinions: dict[SeriesKey, tuple[object, Confidence]] = {}
        """By series what was worked out last, and of what."""

    def opinion(self, series: SeriesKey) -> Confidence | None:
        """What the indicators come to there; None where there are no candles yet."""
        closed = self._closed(series)
        if not len(closed):
            return None
        config, labels = self._signals(), tuple(self._labels())
        asked = int(closed.open_time[-1]), len(closed), config, labels
        kept = self._opinions.get(series)
        if kept is not None and kept[0] == asked:
            return kept[1]
        now, indicators = self._clock.now(), self._indicators(labels)
        found = net_opinion(series, closed, indicators, now, config, config.weight_of())
        self._opinions[series] = asked, found
        return found

    def forget(self, wanted: Iterable[SeriesKey]) -> None:
        """Keep opinions on these only."""
        kept = set(wanted)
        self._opinions = {s: o for s, o in self._opinions.items() if s in kept}

    def correlations(self, series: Sequence[SeriesKey], bars: int) -> list[list[Figure]]:
        """Of the returns of the newest closed bars, each with each."""
        closed = [self._closed(s).last(bars + 1) for s in series]
        _times, columns = aligned([(c.open_time, c.close) for c in closed])
        moves = [returns(column) for column in columns]
        found = [[Figure() for _ in series] for _ in series]
        for i, left in enumerate(moves):
            for j in range(i, len(moves)):
                found[i][j] = found[j][i] = correlation(left, moves[j])
        return found

    def breadth(self, symbols: Sequence[Symbol], interval: Interval) -> Breadth:
        """Of these symbols: the day's changes, and averages of the closed bars there are."""
        rows = self._stream.board.rows(symbols)
        closes = [self._closed(SeriesKey(symbol, interval)).close for symbol in symbols]
        return breadth([row.change_percent for row in rows], closes)

    def movers(self) -> list[Mover]:
        """Every symbol of which the day is known."""
        found = []
        for row in self._stream.board.known():
            change = row.change_percent
            if change is None or not math.isfinite(change) or row.ticker is None:
                continue
            found.append(Mover(row.symbol, row.last, change, row.ticker.quote_volume))
        return found

    def interval(self, series: SeriesKey) -> IntervalView:
        opinion = self.opinion(series) or UNKNOWN
        candles = self._stream.candles(series)
        view = interval_view(series, candles, opinion, LINE_BARS)
        if math.isnan(view.change_percent) or not self._has_ended(series, candles):
            return view
        # The bar that forms has not been heard of; what it has done so far the last price says.
        price = self._stream.board.row(series.symbol).last
        change = (price / float(candles.close[-1]) - 1) * 100
        return msgspec.structs.replace(view, change_percent=change)

    def _has_ended(self, series: SeriesKey, candles: Candles) -> bool:
        """Whether the time of the newest candle is over."""
        return series.interval.next_open(int(candles.open_time[-1])) <= self._clock.now()

    def profile(self, series: SeriesKey, bars: int) -> tuple[Profile | None, int, float]:
        """Volume by price over the newest closed bars, how many these are, and the last price."""
        closed = self._closed(series).last(bars)
        if not len(closed):
            return None, 0, math.nan
        end = series.interval.next_open(int(closed.open_time[-1]))
        price = self._stream.board.row(series.symbol).last
        return profile_of(closed, PROFILE_BINS, VALUE_AREA, end), len(closed), price

    def _closed(self, series: SeriesKey) -> Candles:
        return self._stream.closed_candles(series.symbol, series.interval, self._clock.now())

    def _indicators(self, labels: Iterable[str]) -> list[Indicator]:
        """Those of the settings that there are."""
        found = []
        for label in labels:
            try:
                found.append(parse_indicator(label, self._catalogue))
            except InputError:
                continue
        return found
