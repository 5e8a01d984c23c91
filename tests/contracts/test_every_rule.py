"""Promises every rule makes, checked for each file in alerts/rules."""

from __future__ import annotations

from enum import Enum
from typing import Union

import msgspec
import pytest

from tests.fakes import BTC_1M, signal
from tests.market_shapes import SHAPES, wandering
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import Condition, condition_hooks, parse_condition
from thebot_desktop.analysis.indicator import Indicator, IndicatorResult, parameters_of
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.market import Origin, PriceMove
from thebot_desktop.domain.signals import Strength

RULES = discover(rules, Rule)
CATALOGUE = indicator_catalogue(discover(indicators, Indicator))
ENCODE, DECODE = condition_hooks(CATALOGUE)
EXAMPLES = {
    float: 100.0,
    int: 3,
    Condition: parse_condition("close crosses EMA(5) or RSI(7) > 60", CATALOGUE),
}

ON_THE_MARKET = {name: kind for name, kind in RULES.items() if kind.asks is None}
for_every_rule = pytest.mark.parametrize("kind", RULES.values(), ids=RULES.keys())
for_rules_on_the_market = pytest.mark.parametrize(
    "kind", ON_THE_MARKET.values(), ids=ON_THE_MARKET.keys()
)


def _rule(kind):
    """With its defaults, and an example where there is none."""
    parameters = {
        p.name: EXAMPLES[p.kind] for p in parameters_of(kind) if p.default is msgspec.NODEFAULT
    }
    return kind(**parameters)


def _moment(rule, candles, signals=()):
    results = tuple(IndicatorResult(i, i.compute(candles)) for i in rule.indicators)
    every = {"look": lambda _symbol, _interval, _at: candles}
    return Moment(BTC_1M, candles, True, 0, Origin.LIVE, results, tuple(signals), **every)


@for_every_rule
def test_it_can_be_shown_and_filled_in(kind):
    """A title, a sentence, and parameters that a form knows how to ask for."""
    rule = _rule(kind)
    assert rule.title
    assert rule.sentence
    for parameter in parameters_of(kind):
        assert parameter.title != parameter.name
        known = (int, float, bool, str, Condition)
        assert parameter.kind in known or issubclass(parameter.kind, Enum)


@for_every_rule
def test_it_survives_a_file_among_all_the_others(kind):
    """The file says which rule it is; what comes back is equal."""
    rule = _rule(kind)
    raw = msgspec.json.encode(rule, enc_hook=ENCODE)
    any_rule = Union[tuple(RULES.values())]  # noqa: UP007 - made at run time
    assert msgspec.json.decode(raw, type=any_rule, dec_hook=DECODE) == rule


@for_every_rule
@pytest.mark.parametrize("shape", [s for s in SHAPES if len(SHAPES[s])])
def test_it_survives_every_shape_of_market(kind, shape):
    """It answers with a verdict or with nothing, and raises nothing."""
    rule = _rule(kind)
    verdict = rule.check(_moment(rule, SHAPES[shape], [signal()]))
    assert verdict is None or isinstance(verdict, Verdict)


@for_every_rule
def test_it_remembers_nothing(kind):
    """Asked the same twice, in any order, it answers the same."""
    rule, candles = _rule(kind), wandering(120)
    moments = [_moment(rule, candles.upto(n), [signal()]) for n in range(60, 120)]
    moves = [PriceMove("BTCUSDT", a, min(a, b), max(a, b), b, 0) for a, b in ((99, 101), (101, 99))]
    forwards = [rule.check(m) for m in moments] + [rule.check_price(m) for m in moves]
    backwards = [rule.check_price(m) for m in moves[::-1]] + [rule.check(m) for m in moments[::-1]]
    assert forwards == backwards[::-1]


@for_every_rule
def test_it_is_asked_about_something(kind):
    """Prices, candles, or one kind of happening."""
    rule = _rule(kind)
    assert (rule.asks_price or rule.asks_candles) is (rule.asks is None)
    if rule.asks is not None:
        assert type(rule).check_happening is not Rule.check_happening


@for_rules_on_the_market
def test_it_speaks_of_the_price(kind):
    """Whatever it says, in it is the price at which it says so."""
    rule, candles = _rule(kind), wandering(300, swing=5)
    spoken = 0
    for count in range(60, 300):
        past = candles.upto(count)
        price = float(past.close[-1])
        strong = msgspec.structs.replace(signal(), strength=Strength.VERY_STRONG, price=price)
        before = float(past.close[-2])
        move = PriceMove("BTCUSDT", before, min(before, price), max(before, price), price, 0)
        for verdict in (rule.check(_moment(rule, past, [strong])), rule.check_price(move)):
            assert verdict is None or readable(price) in verdict.message
            spoken += verdict is not None
    assert spoken
