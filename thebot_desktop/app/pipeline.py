"""Pipeline: the one path of every market event, live, demo and replay alike."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from thebot_desktop.alerts.manager import AlertManager
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.closed_values import ClosedValues
from thebot_desktop.analysis.facts import FactsAsOf, nothing_known
from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.deferred import Deferred
from thebot_desktop.domain.errors import TheBotError
from thebot_desktop.domain.market import (
    Candles,
    CandleUpdate,
    MarketEvent,
    Origin,
    SeriesKey,
    Trade,
)
from thebot_desktop.domain.observers import Observers, tell
from thebot_desktop.domain.signals import Alert, Pattern, Signal
from thebot_desktop.domain.time import Clock
from thebot_desktop.market.data_stream import DataStream, MarketChange
from thebot_desktop.market.ports import MarketFeed

TURN_SECONDS = 0.004
"""After so much work the loop is given back, so that a burst never freezes the window."""
PROVISIONAL_LOOK = 500
"""What a forming candle would say is asked of so many candles, as it is asked at every frame."""


class Pipeline:
    def __init__(
        self,
        *,
        clock: Clock,
        stream: DataStream,
        indicators: IndicatorIntegrationFactory,
        signals: SignalAggregator,
        alerts: AlertManager,
        subscriber: RealTimeDataSubscriber,
        faults: Observers[TheBotError],
        facts: FactsAsOf = nothing_known,
    ) -> None:
        self._clock = clock
        self._stream = stream
        self._indicators = indicators
        self._signals = signals
        self._alerts = alerts
        self._subscriber = subscriber
        self._faults = faults
        self._facts = facts
        self._closed_values = ClosedValues()

    async def run(self, feed: MarketFeed) -> None:
        """Apply what ``feed`` gives until it ends."""
        worked = 0.0
        async for event in feed.events():
            began = perf_counter()
            self.apply(event)
            worked += perf_counter() - began
            if worked > TURN_SECONDS:
                await asyncio.sleep(0)
                worked = 0.0

    def apply(self, event: MarketEvent) -> None:
        """The path of one event, in order; whoever listens is told when it is done."""
        self._clock.advance_to(event.event_time)
        self._alerts.expire()
        raised: list[Alert] = []
        change = self._stream.apply(event)
        if change is not None and change.move is not None:
            raised += self._alerts.evaluate_price(change.move)
        if type(event) is Trade:
            raised += self._alerts.evaluate_trade(event)
        if change is not None and change.series is not None:
            if change.history:
                self._indicators.start_anew(change.series)
                self._closed_values.forget(change.series.symbol)
            moment = self._analyse(change, change.series)
            raised += self._alerts.evaluate(moment)
            tell(self._subscriber.notify, moment, self._faults)
            raised += self._look_again(change, change.series)
        for alert in raised:
            tell(self._alerts.raised.notify, alert, self._faults)
        if change is not None or not isinstance(event, CandleUpdate):
            tell(self._subscriber.tell, event, self._faults)

    def _look_again(self, change: MarketChange, series: SeriesKey) -> list[Alert]:
        """Indicators of other series may have waited for a candle of this one."""
        if not (change.closed or change.history):
            return []
        others = self._indicators.paired_with(series)
        return [alert for other in others for alert in self._complete(other)]

    def _complete(self, series: SeriesKey) -> list[Alert]:
        """What the newest closed candle means now that it is known what it is compared with."""
        held, candles = self._subscriber.latest(series), self._stream.candles(series)
        count = len(candles) - (0 if held is not None and held.closed else 1)
        if held is None or count < 1:
            return []
        results = self._indicators.compute(series, candles, closed=held.closed)
        past = candles.upto(count)
        origin = Origin(int(past.origin[-1]))
        closed = MarketChange(
            series,
            closed=True,
            origin=origin,
            event_time=series.interval.next_open(int(past.open_time[-1])),
        )
        known = tuple(result.upto(count) for result in results)
        new = self._new_signals(closed, series, past, known)
        moment = self._moment(closed, series, past, known, new)
        raised = self._alerts.evaluate_again(moment) if new else []
        shown = replace(
            held, candles=candles, results=results, signals=new, closed=False, history=False
        )
        tell(self._subscriber.notify, shown, self._faults)
        return raised

    def refresh(self, series: SeriesKey) -> None:
        """Compute and show a series again, after the indicators in use on it have changed."""
        candles = self._stream.candles(series)
        if not len(candles):
            return
        held = self._subscriber.latest(series)
        change = MarketChange(
            series,
            closed=held.closed if held is not None else True,
            history=True,
            event_time=held.event_time if held is not None else self._clock.now(),
        )
        tell(self._subscriber.notify, self._analyse(change, series), self._faults)

    def _analyse(self, change: MarketChange, series: SeriesKey) -> Moment:
        """Indicators, signals and confidence: what the candles mean after this event."""
        candles = self._stream.candles(series)
        results: Sequence[IndicatorResult] = Deferred(
            lambda: self._indicators.compute(series, candles, closed=change.closed)
        )
        patterns: Sequence[Pattern] = Deferred(
            lambda: self._signals.detect_patterns(series, change.event_time)
        )
        signals: tuple[Signal, ...] = ()
        provisional: Sequence[Signal] = ()
        if not change.closed:
            provisional = Deferred(lambda: self._provisional(series, candles, results))
        if change.closed or change.history:
            results = tuple(results)
            signals = self._new_signals(change, series, candles, results)
            patterns = tuple(patterns)
        moment = self._moment(change, series, candles, results, signals)
        return replace(moment, patterns=patterns, provisional=provisional)

    def _moment(
        self,
        change: MarketChange,
        series: SeriesKey,
        candles: Candles,
        results: Sequence[IndicatorResult],
        signals: tuple[Signal, ...],
    ) -> Moment:
        return Moment(
            series=series,
            candles=candles,
            closed=change.closed,
            event_time=change.event_time,
            origin=change.origin,
            results=results,
            signals=signals,
            history=change.history,
            look=self._stream.closed_candles,
            values_on=self._closed_values.of,
            facts=self._facts,
            weigh=lambda: self._signals.calculate_confidence(series, change.event_time),
        )

    def _provisional(
        self, series: SeriesKey, candles: Candles, results: Sequence[IndicatorResult]
    ) -> tuple[Signal, ...]:
        """What the indicators would say if the forming candle ended now."""
        recent = candles.last(PROVISIONAL_LOOK)
        kept = [result.kept(len(recent)) for result in results]
        return self._indicators.signals(series, recent, kept, len(recent) - 1)

    def _new_signals(
        self,
        change: MarketChange,
        series: SeriesKey,
        candles: Candles,
        results: Sequence[IndicatorResult],
    ) -> tuple[Signal, ...]:
        """What the indicators say of closed candles and have not said before."""
        if change.history:
            closed = len(candles) - (0 if change.closed else 1)
            known = [result.upto(closed) for result in results]
            signals = self._indicators.past_signals(series, candles.upto(closed), known)
            signals = _on_real_candles(signals, candles, 0)
            self._signals.add_history(signals)
            return signals
        if not change.closed:
            return ()
        newest = len(candles) - 1
        signals = self._indicators.signals(series, candles, results, newest)
        signals = _on_real_candles(signals, candles, newest)
        return tuple(s for s in signals if self._signals.add_signal(s))


def _on_real_candles(
    signals: tuple[Signal, ...], candles: Candles, start: int
) -> tuple[Signal, ...]:
    """``signals`` but those on fillers: flat candles of a hole are no facts of the market."""
    is_filler = candles.origin[start:] == Origin.EXCHANGE_HOLE
    if not signals or not is_filler.any():
        return signals
    fillers = set(candles.open_time[start:][is_filler].tolist())
    return tuple(s for s in signals if s.open_time not in fillers)
