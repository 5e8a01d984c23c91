"""When a rule is asked: on each tick, once per bar, or when the bar closes."""

from __future__ import annotations

import msgspec

from tests.alerts.test_manager import Above, Always
from tests.fakes import BTC_1M, Core, update
from thebot_desktop.alerts.happenings import Happening
from thebot_desktop.alerts.hours import Hours
from thebot_desktop.alerts.rule import ArmedRule, Rule, Verdict
from thebot_desktop.alerts.terms import Evaluate, Terms
from thebot_desktop.domain.market import Trade
from thebot_desktop.domain.signals import AlertType

EACH_TICK = Terms(when=Evaluate.EACH_TICK)
ONCE_PER_BAR = Terms(when=Evaluate.ONCE_PER_BAR)
ON_CLOSE = Terms(when=Evaluate.ON_CLOSE)


class High(Rule, frozen=True):
    """True of a candle that stands above a level."""

    title = "High"
    level: float = 100.0

    def check(self, moment):
        return Verdict(AlertType.INFO, "high") if moment.price > self.level else None


class Rain(Happening, frozen=True):
    millimetres: float = 0.0


class Wet(Rule, frozen=True):
    title = "Wet"
    asks = Rain

    def check_happening(self, happening):
        return Verdict(AlertType.INFO, "wet") if happening.millimetres > 1 else None


def raised_by(terms, rule, events):
    core = Core()
    core.alerts.arm(ArmedRule("r", rule, BTC_1M.symbol, BTC_1M.interval, terms=terms))
    for event in events:
        core.pipeline.apply(event)
    assert core.reported == []
    return [alert.price for alert in core.alerts.history]


def ticks(bar, *closes):
    """A bar that comes to these prices one after the other, and closes at the last."""
    forming = [
        msgspec.structs.replace(
            update(bar, close=close, closed=False), event_time=bar * 60_000 + 1000 + at
        )
        for at, close in enumerate(closes)
    ]
    return [*forming, update(bar, close=closes[-1])]


UP_AND_DOWN = [*ticks(0, 99, 101, 102, 99, 103), *ticks(1, 104, 99)]


def test_on_close_only_the_end_of_the_bar_counts():
    """What the price was meanwhile is nothing to it."""
    assert raised_by(ON_CLOSE, High(), UP_AND_DOWN) == [103]


def test_once_per_bar_the_first_time_counts():
    """Each bar may be told of again."""
    assert raised_by(ONCE_PER_BAR, High(), UP_AND_DOWN) == [101, 104]


def test_on_each_tick_it_speaks_whenever_it_becomes_true():
    """Not as long as it is true; a new bar is asked anew."""
    assert raised_by(EACH_TICK, High(), UP_AND_DOWN) == [101, 103, 104]


def test_a_price_rule_that_is_asked_on_closes_sees_closes_only():
    """A wick through the level is no crossing."""
    events = [*ticks(0, 99, 102, 98), *ticks(1, 99, 103)]
    assert raised_by(ON_CLOSE, Above(level=100.0), events) == [103]


def test_a_price_rule_may_speak_once_per_bar():
    """However often the price comes back."""
    trades = [
        Trade(BTC_1M.symbol, number, price, 1.0, False, at * 1000)
        for number, (at, price) in enumerate(
            [(0, 99), (1, 101), (2, 99), (3, 101), (61, 99), (62, 102)]
        )
    ]
    assert raised_by(ONCE_PER_BAR, Above(level=100.0), trades) == [101, 102]


def test_outside_of_its_hours_a_rule_is_silent():
    """The bar of the first minute of 1970 is not within them, the second is."""
    terms = Terms(hours=Hours(start=2, end=3))
    assert len(raised_by(terms, Always(), [update(0), update(1), update(2)])) == 1


def test_a_happening_is_told_once_and_only_to_rules_that_ask_for_its_kind():
    """The key decides whether it is the same one."""
    core = Core()
    core.alerts.arm(ArmedRule("wet", Wet()))
    core.alerts.arm(ArmedRule("btc", Wet(), BTC_1M.symbol))
    core.alerts.arm(ArmedRule("bars", Always()))
    for key, amount in (("a", 0.5), ("b", 3.0), ("b", 3.0)):
        core.alerts.evaluate_happening(Rain(key, 1000, None, amount))
    (alert,) = core.alerts.history
    assert (alert.key, alert.has_chart, alert.event_time) == ("wet/b", False, 1000)


def test_an_alert_keeps_what_its_rule_looked_at():
    """The bar, and how it was heard of."""
    core = Core()
    core.alerts.arm(ArmedRule("r", Always()))
    core.pipeline.apply(update(0, close=101.0))
    (alert,) = core.alerts.history
    facts = {fact.name: fact.value for fact in alert.facts}
    assert facts["Close"] == 101.0
    assert set(facts) == {"Open", "High", "Low", "Close", "Volume"}
    assert alert.origin is not None
