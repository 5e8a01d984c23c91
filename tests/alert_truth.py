"""What rules should have raised in a market that went wrong, and what they did raise."""

from __future__ import annotations

import itertools

from tests.fakes import Core
from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.domain.market import CandleHistory, Origin
from thebot_desktop.domain.signals import AlertType

SECOND = 1000
ASKEW_SECONDS = 16
"""So far messages are held back in the market's time, and clocks may be wrong, in any script."""


class Rose(Rule, frozen=True):
    """Speaks of each candle that closes above its open."""

    title = "Rose"

    def check(self, moment):
        rose = moment.candles.close[-1] > moment.candles.open[-1]
        return Verdict(AlertType.INFO, "rose") if rose else None


def alert_mistakes(market, series):
    """Put what the program saw through rules on one series, and compare with the exchange."""
    level = _middle(market, series)
    core = Core()
    core.alerts.arm(ArmedRule("rose", Rose(), series.symbol, series.interval))
    core.alerts.arm(ArmedRule("level", PriceLevel(level), series.symbol))
    begins = None
    for event in market.events:
        core.pipeline.apply(event)
        if begins is None and isinstance(event, CandleHistory) and event.series == series:
            begins = int(event.candles.open_time[-1]) + SECOND
    if begins is None:
        return []
    ends = market.newest(series)
    alerts = list(core.log.alerts.values())
    rose = [a for a in alerts if a.rule_id == "rose"]
    level_alerts = [a for a in alerts if a.rule_id == "level"]
    return [
        *_candle_mistakes(market, series, rose, begins, ends),
        *_price_mistakes(market, series, level, level_alerts, begins, ends),
        *(f"fault: {error}" for error in core.reported),
    ]


def _middle(market, series):
    """A level that the price crosses, if it moves at all."""
    closes = sorted(candle.close for candle, _origin in market.seen(series)[-40:])
    return closes[len(closes) // 2] + 1e-9


def _candle_mistakes(market, series, alerts, begins, ends):
    origins = {candle.open_time: origin for candle, origin in market.seen(series)}
    rows = market.server.candles(series, begins, ends)
    wanted = {c.open_time for c in rows if c.close > c.open}
    fired = [alert.open_time for alert in alerts]
    found = [f"false alert at {t}" for t in fired if t not in wanted]
    found += [f"no alert at {t}" for t in wanted if t not in fired]
    if len(fired) != len(set(fired)):
        found.append("an alert came twice")
    for alert in alerts:
        late = origins[alert.open_time] in (Origin.LATE, Origin.REPAIRED)
        if alert.late is not late:
            found.append(f"late is {alert.late} at {alert.open_time}")
    return found


def _price_mistakes(market, series, level, alerts, begins, ends):
    """A second that closes on the other side has an alert, and each alert a second that touched.

    The last price of the second before belongs to it: from there the price came.
    """
    rows = market.server.candles(series, begins - SECOND, ends)
    seconds = {alert.event_time // SECOND * SECOND for alert in alerts}
    found, far = [], ASKEW_SECONDS * SECOND
    for before, candle in itertools.pairwise(rows):
        if candle.open_time == begins:
            continue  # in its midst the program came to the market
        crossed = (before.close < level) is not (candle.close < level)
        near = range(candle.open_time - far, candle.open_time + far, SECOND)
        if crossed and not seconds.intersection(near):
            found.append(f"level {level} crossed without an alert at {candle.open_time}")
    touched = {
        candle.open_time
        for before, candle in itertools.pairwise(rows)
        if min(before.close, candle.low) <= level <= max(before.close, candle.high)
    }
    for alert in alerts:
        second = alert.event_time // SECOND * SECOND
        near = set(range(second - far, second + far, SECOND))
        if begins < second <= ends and not touched & near:
            found.append(f"level {level:g} was not crossed at {second}")
    return found
