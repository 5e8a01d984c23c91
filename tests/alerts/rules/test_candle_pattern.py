"""Patterns are those of the library, and told when the candle closes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import talib

from tests.fakes import BTC_1M
from tests.market_shapes import wandering
from thebot_desktop.alerts.rules.candle_pattern import CandlePattern, Meaning, Pattern
from thebot_desktop.analysis.indicator import IndicatorResult
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.signals import AlertType

CANDLES = wandering(600, swing=5)


def verdicts(rule, candles=CANDLES):
    whole = [IndicatorResult(i, i.compute(candles)) for i in rule.indicators]
    found = {}
    for count in range(1, len(candles) + 1):
        results = tuple(r.upto(count) for r in whole)
        moment = Moment(BTC_1M, candles.upto(count), True, 0, Origin.LIVE, results)
        if (verdict := rule.check(moment)) is not None:
            found[count - 1] = verdict
    return found


def test_one_pattern_is_told_where_the_library_sees_it():
    """In the meaning that is wanted."""
    columns = CANDLES.open, CANDLES.high, CANDLES.low, CANDLES.close
    values = talib.CDLENGULFING(*columns)
    for meaning, wanted in ((Meaning.BULLISH, values > 0), (Meaning.BEARISH, values < 0)):
        found = verdicts(CandlePattern(Pattern["CDLENGULFING"], meaning))
        assert list(found) == np.flatnonzero(wanted).tolist()
        kind = AlertType.BUY if meaning is Meaning.BULLISH else AlertType.SELL
        assert {v.type for v in found.values()} <= {kind}
    assert len(verdicts(CandlePattern(Pattern["CDLENGULFING"]))) == np.count_nonzero(values)


def test_any_pattern_names_those_that_are_complete():
    """At least at all candles where one of them alone would be told."""
    anything = verdicts(CandlePattern())
    doji = verdicts(CandlePattern(Pattern["CDLDOJI"]))
    assert set(doji) <= set(anything)
    assert all("price" in verdict.message for verdict in anything.values())


def test_a_forming_candle_completes_nothing():
    """It may look different a moment later."""
    rule = CandlePattern()
    whole = tuple(IndicatorResult(i, i.compute(CANDLES)) for i in rule.indicators)
    moment = Moment(BTC_1M, CANDLES, True, 0, Origin.LIVE, whole)
    assert rule.check(replace(moment, closed=False)) is None
