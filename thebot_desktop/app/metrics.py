"""MetricsService: the numbers for the badges of one series."""

from __future__ import annotations

import math

from msgspec import Struct

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.domain.signals import Direction
from thebot_desktop.domain.time import DAY_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import Freshness

RANGE_CANDLES = 14


class Metrics(Struct, frozen=True):
    """None: not known yet."""

    series: SeriesKey
    price: float | None = None
    change_percent: float | None = None
    buy_signals: int = 0
    sell_signals: int = 0
    confidence: float | None = None
    volatility_percent: float | None = None
    """Mean true range of the last fourteen closed candles, in percent of the price."""
    spread: float | None = None
    updated_at: UnixMs | None = None
    freshness: Freshness | None = None
    """Of the candles."""
    price_freshness: Freshness | None = None


class MetricsService:
    def __init__(
        self,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        signals: SignalAggregator,
        clock: Clock,
    ) -> None:
        self._stream = stream
        self._subscriber = subscriber
        self._signals = signals
        self._clock = clock

    def of(self, series: SeriesKey) -> Metrics:
        row = self._stream.board.row(series.symbol)
        moment = self._subscriber.latest(series)
        since = UnixMs(self._clock.now() - DAY_MS)
        recent = self._signals.get_signals(symbol=series.symbol, since=since)
        freshness, now = self._stream.freshness, self._clock.now()
        return Metrics(
            series,
            price=None if math.isnan(row.last) else row.last,
            change_percent=row.change_percent,
            buy_signals=sum(s.direction is Direction.BUY for s in recent),
            sell_signals=sum(s.direction is Direction.SELL for s in recent),
            confidence=moment.confidence.value if moment is not None else None,
            volatility_percent=self._volatility(series),
            spread=row.spread,
            updated_at=row.received_at or None,
            freshness=freshness.of_series(series, now),
            price_freshness=freshness.of_symbol(series.symbol, now),
        )

    def _volatility(self, series: SeriesKey) -> float | None:
        candles = self._stream.candles(series).last(RANGE_CANDLES + 2)
        if len(candles) < RANGE_CANDLES + 2:
            return None
        closed = candles.upto(len(candles) - 1)
        before = closed.close[:-1]
        true_range = closed.high[1:].clip(min=before) - closed.low[1:].clip(max=before)
        return float(true_range.mean() / closed.close[-1] * 100)
