"""How often a rule would have spoken over candles that are known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from msgspec import Struct

from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.closed_values import ClosedValues
from thebot_desktop.analysis.facts import FactBook, FactOf, FactsAsOf, nothing_known
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult, Values
from thebot_desktop.analysis.moment import Look, Moment, ValuesOn
from thebot_desktop.analysis.sight import Around
from thebot_desktop.app.session import Session
from thebot_desktop.app.subscriber import RealTimeDataSubscriber
from thebot_desktop.domain.market import Candles, Origin, PriceMove, SeriesKey
from thebot_desktop.domain.once import once
from thebot_desktop.domain.signals import Signal
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.data_stream import DataStream


class Firing(Struct, frozen=True):
    """A candle at whose end the rule would have spoken, or in which the price would have."""

    open_time: UnixMs
    price: float
    verdict: Verdict


def rehearse(
    rule: Rule,
    series: SeriesKey,
    candles: Candles,
    most: int,
    *,
    signals: Iterable[Signal] = (),
    look: Look | None = None,
    facts: FactsAsOf = nothing_known,
) -> list[Firing]:
    """What ``rule`` says of each of the newest ``most`` closed candles, oldest first.

    The rule is asked as it is live, one candle after the other, and sees no later one.
    ``signals`` are those that are known of the series, ``look`` shows other series at a time,
    ``facts`` what was known then of other things.
    Raises what the rule raises: it may be a plug-in.
    """
    found = []
    for moment in moments_of(rule, series, candles, most, signals, look, facts):
        verdict = rule.check(moment) or rule.check_price(move_of(moment))
        if verdict is not None:
            found.append(Firing(moment.open_time, moment.price, verdict))
    return found


def moments_of(
    rule: Rule,
    series: SeriesKey,
    candles: Candles,
    most: int,
    signals: Iterable[Signal],
    look: Look | None,
    facts: FactsAsOf = nothing_known,
) -> Iterator[Moment]:
    """The newest ``most`` of ``candles`` as ``rule`` would have met them, oldest first."""
    by_time: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_time[signal.open_time].append(signal)
    whole = [IndicatorResult(i, i.compute(candles)) for i in rule.indicators]
    values_on = _at_the_end_of(series, candles)
    for count in range(max(0, len(candles) - most) + 1, len(candles) + 1):
        open_time = int(candles.open_time[count - 1])
        moment = Moment(
            series,
            candles.upto(count),
            closed=True,
            event_time=series.interval.next_open(open_time),
            origin=Origin.HISTORY,
            results=_upto(whole, count),
            signals=tuple(by_time.get(open_time, ())),
            values_on=values_on,
            facts=facts,
        )
        yield moment if look is None else replace(moment, look=look)


def _at_the_end_of(series: SeriesKey, candles: Candles) -> ValuesOn:
    """Values of other series, computed once for all moments: none depends on later candles."""
    end = series.interval.next_open(int(candles.open_time[-1])) if len(candles) else UnixMs(0)
    memory = ClosedValues()

    def values_on(other: SeriesKey, indicator: Indicator, at: UnixMs, look: Look) -> Values:
        return memory.of(other, indicator, max(at, end), look)

    return values_on


def _upto(results: Sequence[IndicatorResult], count: int) -> tuple[IndicatorResult, ...]:
    return tuple(
        IndicatorResult(r.indicator, {name: column[:count] for name, column in r.values.items()})
        for r in results
    )


def move_of(moment: Moment) -> PriceMove:
    """All that a candle tells of how the price went: its range, from where it was before."""
    candles = moment.candles
    previous = float(candles.close[-2]) if len(candles) > 1 else float(candles.open[-1])
    low, high = float(candles.low[-1]), float(candles.high[-1])
    return PriceMove(
        moment.series.symbol,
        previous,
        min(previous, low),
        max(previous, high),
        moment.price,
        moment.event_time,
        before=moment.open_time,
    )


class RehearsalStage:
    """Where rules are tried: the candles, signals and other series that are known now."""

    def __init__(
        self,
        session: Session,
        stream: DataStream,
        subscriber: RealTimeDataSubscriber,
        signals: SignalAggregator,
        clock: Clock,
        facts: FactBook | None = None,
    ) -> None:
        self._facts = FactBook() if facts is None else facts
        self._session = session
        self._stream = stream
        self._subscriber = subscriber
        self._signals = signals
        self._clock = clock

    def watch(self, series: SeriesKey, changed: Callable[[], None]) -> Callable[[], None]:
        """Have ``series`` delivered, and say when a candle closed, until the returned is called."""

        def note(moment: Moment) -> None:
            if moment.closed or moment.history:
                changed()

        stop = self._subscriber.subscribe(series, note)
        release = self._session.open(series)

        def end() -> None:
            stop()
            release()

        return once(end)

    def candles(self, series: SeriesKey) -> Candles:
        """The closed ones."""
        return self._stream.closed_candles(series.symbol, series.interval, self._clock.now())

    def rehearse(self, rule: Rule, series: SeriesKey, most: int) -> list[Firing]:
        """What ``rule`` would have said of the newest candles. Raises what the rule raises."""
        known = self._signals.get_signals(symbol=series.symbol, interval=series.interval)
        return rehearse(
            rule,
            series,
            self.candles(series),
            most,
            signals=known,
            look=self._stream.closed_candles,
            facts=self._facts.as_of,
        )

    def needs(self, rule: Rule, series: SeriesKey) -> tuple[SeriesKey, ...]:
        """``series``, and the others that ``rule`` looks at for it."""
        return (series, *ArmedRule("", rule, series.symbol, series.interval).needs)

    def facts(self, rule: Rule, series: SeriesKey) -> tuple[tuple[FactOf, UnixMs | None], ...]:
        """What ``rule`` asks for that is of no candles, and since when it is known."""
        if not isinstance(rule, ConditionRule):
            return ()
        return tuple((f, self._facts.since(*f.of(series.symbol))) for f in rule.when.facts)

    def truth(self, rule: Rule, series: SeriesKey) -> bool | None:
        """Whether the condition of ``rule`` is true now; None where that cannot be told."""
        candles = self.candles(series)
        if not isinstance(rule, ConditionRule) or not len(candles):
            return None
        end = series.interval.next_open(int(candles.open_time[-1]))
        look, values_on = self._stream.closed_candles, ClosedValues().of
        return rule.when.truth(candles, Around(series, end, look, self._facts.as_of, values_on))
