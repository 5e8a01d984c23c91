"""A condition that somebody wrote becomes true."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tests.fakes import BTC_1M
from tests.market_shapes import series, wandering
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.conditions import condition_hooks
from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.errors import InputError, PluginError
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.signals import AlertType

CATALOGUE = indicator_catalogue({})


def _moment(rule, candles, *, closed=True, error=None):
    results = tuple(
        IndicatorResult(i, {} if error else i.compute(candles), error) for i in rule.indicators
    )
    return Moment(BTC_1M, candles, closed, 0, Origin.LIVE, results)


def _fired(text, candles):
    rule = ConditionRule.parse(text, CATALOGUE)
    counts = range(1, len(candles) + 1)
    return [n - 1 for n in counts if rule.check(_moment(rule, candles.upto(n)))]


def test_a_crossing_of_an_average_fires_at_the_candles_worked_by_hand():
    """SMA(2) of 4 2 2 6 6 1 is - 3 2 4 6 3.5: below, on it, above, on it, below."""
    candles = series([4, 2, 2, 6, 6, 1])
    assert _fired("close crosses above SMA(2)", candles) == [3]
    assert _fired("close crosses below SMA(2)", candles) == [5]
    assert _fired("close crosses SMA(2)", candles) == [3, 5]
    assert _fired("close > SMA(2)", candles) == [3]
    assert _fired("close <= SMA(2)", candles) == [4]


def test_over_a_long_history_it_agrees_with_a_second_formulation():
    """Signs of the distance, compared candle by candle."""
    candles = wandering(600)
    distance = candles.close - CATALOGUE["EMA"](20).compute(candles)["real"]
    expected = [i for i in range(20, 600) if distance[i - 1] <= 0 < distance[i]]
    assert len(expected) > 10
    assert _fired("close crosses above EMA(20)", candles) == expected


def test_a_state_fires_once_until_it_has_been_false():
    """Not on each candle on which it lasts."""
    assert _fired("close > 10", series([9, 11, 12, 13, 9, 11])) == [1, 5]


def test_an_indicator_that_stopped_working_makes_nothing_true():
    """Its error is told elsewhere."""
    rule = ConditionRule.parse("close > SMA(2)", CATALOGUE)
    broken = _moment(rule, series([4, 2, 2, 6]), error=PluginError("gone"))
    assert rule.check(broken) is None


def test_the_verdict_says_the_condition_and_the_price():
    """As a sentence."""
    rule = ConditionRule.parse("close > 70400", CATALOGUE)
    verdict = rule.check(_moment(rule, series([70000, 70412.5])))
    assert verdict.type is AlertType.WARNING
    assert verdict.message == "Close is above 70,400, price 70,412.5"
    buys = msgspec.structs.replace(rule, kind=AlertType.BUY)
    assert buys.check(_moment(rule, series([70000, 70412.5]))).type is AlertType.BUY


def test_it_names_the_indicators_that_must_be_computed():
    """So that somebody computes them."""
    rule = ConditionRule.parse("close crosses above EMA(20) and RSI(7) < 60", CATALOGUE)
    assert [i.label for i in rule.indicators] == ["EMA(20)", "RSI(7)"]
    assert rule.sentence == "close crosses above EMA(20) and RSI(7) is below 60"


def test_it_survives_a_file_as_text():
    """And is read with the catalogue of that day."""
    encode, decode = condition_hooks(CATALOGUE)
    rule = ConditionRule.parse("close crosses above EMA(20)", CATALOGUE)
    raw = msgspec.json.encode(rule, enc_hook=encode)
    assert raw == b'{"type":"ConditionRule","when":"close crosses above EMA(20)","kind":"WARNING"}'
    assert msgspec.json.decode(raw, type=ConditionRule, dec_hook=decode) == rule


def test_a_text_that_is_no_condition_is_refused_with_a_sentence():
    """Before anything is armed."""
    with pytest.raises(InputError, match="EMA"):
        ConditionRule.parse("close crosses above EMO(20)", CATALOGUE)


def test_values_that_are_unknown_are_waited_for():
    """The first candle on which the condition can be judged has no edge before it."""
    candles = series(np.arange(1.0, 8.0))
    assert _fired("close > SMA(3)", candles) == []
