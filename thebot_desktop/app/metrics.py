"""MetricsService: the numbers for the badges of one series."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

from msgspec import Struct

from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.confidence import UNKNOWN, Confidence
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import SeriesKey
from thebot_desktop.domain.plots import Fill, Line, Pane, outputs_of
from thebot_desktop.domain.signals import Direction, Signal
from thebot_desktop.domain.time import DAY_MS, Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream
from thebot_desktop.market.freshness import Freshness, FreshnessWord

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


class IndicatorState(Enum):
    """In the order in which a person should look."""

    ERROR = "error"
    OFF = "off"
    COMPUTING = "computing"
    WARMING_UP = "warming up"
    STALE = "stale"
    LIVE = "live"


class IndicatorMetrics(Struct, frozen=True):
    """How one indicator of a series is doing. None: not known, or without a meaning."""

    label: str
    title: str
    state: IndicatorState
    values: tuple[tuple[str, float], ...] = ()
    """Name and newest value of each output that has one."""
    change: float | None = None
    """Of the first value, against the closed bar before."""
    change_percent: float | None = None
    """The same in percent, of values on the scale of prices: others pass through zero."""
    buy_signals: int = 0
    sell_signals: int = 0
    updated_at: UnixMs | None = None
    have: int = 0
    needed: int = 0
    """Candles there are and candles one value needs."""
    problem: str = ""
    """What broke it, or what it waits for."""

    @property
    def value(self) -> float | None:
        return self.values[0][1] if self.values else None

    @property
    def signals(self) -> int:
        return self.buy_signals + self.sell_signals


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

    def confidence(self, series: SeriesKey) -> Confidence:
        """What all opinions on ``series`` come to, with its parts."""
        moment = self._subscriber.latest(series)
        return UNKNOWN if moment is None else moment.confidence

    def indicators(
        self, series: SeriesKey, indicators: Iterable[Indicator]
    ) -> tuple[IndicatorMetrics, ...]:
        """One for each, in their order; signals are those of the last 24 hours."""
        moment = self._subscriber.latest(series)
        results = {r.indicator: r for r in moment.results} if moment is not None else {}
        since = UnixMs(self._clock.now() - DAY_MS)
        recent = self._signals.get_signals(
            symbol=series.symbol, interval=series.interval, since=since
        )
        fresh = self._stream.freshness.of_series(series, self._clock.now())
        stale = fresh is not None and fresh.word is FreshnessWord.STALE
        return tuple(
            _indicator_metrics(i, results.get(i), moment, recent, stale=stale) for i in indicators
        )

    def _volatility(self, series: SeriesKey) -> float | None:
        candles = self._stream.candles(series).last(RANGE_CANDLES + 2)
        if len(candles) < RANGE_CANDLES + 2:
            return None
        closed = candles.upto(len(candles) - 1)
        before = closed.close[:-1]
        true_range = closed.high[1:].clip(min=before) - closed.low[1:].clip(max=before)
        return float(true_range.mean() / closed.close[-1] * 100)


def _indicator_metrics(
    indicator: Indicator,
    result: IndicatorResult | None,
    moment: Moment | None,
    recent: Iterable[Signal],
    *,
    stale: bool,
) -> IndicatorMetrics:
    own = [s.direction for s in recent if s.source == indicator.label]
    values = () if result is None or result.error is not None else _newest(result)
    change, percent = _change(indicator, result, values)
    return IndicatorMetrics(
        indicator.label,
        indicator.title,
        _state(indicator, result, moment, has_values=bool(values), stale=stale),
        values,
        change,
        percent,
        buy_signals=own.count(Direction.BUY),
        sell_signals=own.count(Direction.SELL),
        updated_at=moment.event_time if moment is not None and result is not None else None,
        have=len(moment.candles) if moment is not None else 0,
        needed=_needed(indicator, moment),
        problem=_problem(result),
    )


def _state(
    indicator: Indicator,
    result: IndicatorResult | None,
    moment: Moment | None,
    *,
    has_values: bool,
    stale: bool,
) -> IndicatorState:
    if moment is None or result is None:
        return IndicatorState.COMPUTING
    if result.error is not None:
        return IndicatorState.ERROR
    if result.waiting and not has_values:
        return IndicatorState.COMPUTING
    if not has_values and len(moment.candles) < _needed(indicator, moment):
        return IndicatorState.WARMING_UP
    return IndicatorState.STALE if stale else IndicatorState.LIVE


def _needed(indicator: Indicator, moment: Moment | None) -> int:
    if moment is None:
        return indicator.lookback
    return indicator.lookback_for(moment.series.interval)


def _newest(result: IndicatorResult) -> tuple[tuple[str, float], ...]:
    columns = ((name, result.values.get(name)) for name in result.indicator.outputs)
    newest = [(n, float(c[-1])) for n, c in columns if c is not None and len(c)]
    return tuple((name, value) for name, value in newest if math.isfinite(value))


def _change(
    indicator: Indicator,
    result: IndicatorResult | None,
    values: tuple[tuple[str, float], ...],
) -> tuple[float | None, float | None]:
    """The newest bar may form still; the one before it is closed in any case."""
    if result is None or not values:
        return None, None
    name, now = values[0]
    column = result.values[name]
    before = float(column[-2]) if len(column) > 1 else math.nan
    if not math.isfinite(before):
        return None, None
    percent = (now / before - 1) * 100 if before > 0 and _is_price(indicator, name) else None
    return now - before, percent


def _is_price(indicator: Indicator, output: str) -> bool:
    """Whether it is drawn as a line among the candles."""
    return any(
        isinstance(plot, Line | Fill) and plot.pane is Pane.PRICE and output in outputs_of(plot)
        for plot in indicator.plots
    )


def _problem(result: IndicatorResult | None) -> str:
    if result is not None and result.waiting:
        return f"waiting for {', '.join(result.waiting)}"
    if result is None or result.error is None:
        return ""
    cause = result.error.__cause__
    return str(cause) if cause is not None and str(cause) else result.error.user_message
