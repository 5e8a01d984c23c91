"""How often a rule would have spoken over candles that are known already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from msgspec import Struct

from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.moment import Look, Moment
from thebot_desktop.domain.market import Candles, Origin, PriceMove, SeriesKey
from thebot_desktop.domain.signals import Signal
from thebot_desktop.domain.time import UnixMs


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
) -> list[Firing]:
    """What ``rule`` says of each of the newest ``most`` closed candles, oldest first.

    The rule is asked as it is live, one candle after the other, and sees no later one.
    ``signals`` are those that are known of the series, ``look`` shows other series at a time.
    Raises what the rule raises: it may be a plug-in.
    """
    found = []
    for moment in _moments(rule, series, candles, most, signals, look):
        verdict = rule.check(moment) or rule.check_price(_move(moment))
        if verdict is not None:
            found.append(Firing(moment.open_time, moment.price, verdict))
    return found


def _moments(
    rule: Rule,
    series: SeriesKey,
    candles: Candles,
    most: int,
    signals: Iterable[Signal],
    look: Look | None,
) -> Iterator[Moment]:
    by_time: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        by_time[signal.open_time].append(signal)
    whole = [IndicatorResult(i, i.compute(candles)) for i in rule.indicators]
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
        )
        yield moment if look is None else replace(moment, look=look)


def _upto(results: Sequence[IndicatorResult], count: int) -> tuple[IndicatorResult, ...]:
    return tuple(
        IndicatorResult(r.indicator, {name: column[:count] for name, column in r.values.items()})
        for r in results
    )


def _move(moment: Moment) -> PriceMove:
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
    )
