"""Found: what a rule's verdict is about."""

from __future__ import annotations

from msgspec import Struct

from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import Origin, PriceMove, SeriesKey
from thebot_desktop.domain.signals import Fact
from thebot_desktop.domain.time import UnixMs

_TWO = 2
"""A close crosses something on the way from the one before it."""


class Found(Struct, frozen=True):
    """What a verdict is about."""

    series: SeriesKey
    open_time: UnixMs
    price: float
    event_time: UnixMs
    late: bool = False
    origin: Origin | None = None
    facts: tuple[Fact, ...] = ()


def of_moment(rule: Rule, moment: Moment) -> Found:
    return Found(
        moment.series,
        moment.open_time,
        moment.price,
        moment.event_time,
        moment.late,
        moment.origin,
        (*_of_the_bar(moment), *rule.facts(moment)),
    )


def _of_the_bar(moment: Moment) -> tuple[Fact, ...]:
    bar = moment.candles
    columns = {
        "Open": bar.open,
        "High": bar.high,
        "Low": bar.low,
        "Close": bar.close,
        "Volume": bar.volume,
    }
    return tuple(Fact(name, float(column[-1])) for name, column in columns.items())


def about_close(armed: ArmedRule, moment: Moment) -> Verdict | None:
    """A rule on prices that is asked on closes sees only the closes."""
    rule = armed.rule
    if rule.asks_candles or armed.asks_price:
        return rule.check(moment)
    if len(moment.candles) < _TWO:
        return None
    previous, last = (float(price) for price in moment.candles.close[-2:])
    low, high = sorted((previous, last))
    at, symbol = moment.event_time, moment.series.symbol
    return rule.check_price(
        PriceMove(symbol, previous, low, high, last, at, before=moment.open_time)
    )
