"""Rules that look at other series: live they say what a rehearsal says, in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes import BTC_1M, ETH_1M, Core, candle
from tests.market_shapes import MINUTE, wandering
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.app.rehearsal import rehearse
from thebot_desktop.domain.market import CandleUpdate, Interval, Origin, SeriesKey, candles_of
from thebot_desktop.domain.time import UnixMs

CATALOGUE = indicator_catalogue({})
ETH_3M = SeriesKey(ETH_1M.symbol, Interval.M3)
TEXTS = [
    "close > ETHUSDT:close",
    "ETHUSDT:RSI(5) crosses 50",
    "ETHUSDT:close@3m > SMA(5) and ETHUSDT:SMA(2)@3m < 101",
    "not ETHUSDT:close < 100 for 2 bars",
]


def arm(core, text):
    rule = ConditionRule.parse(text, CATALOGUE)
    core.indicators.use(BTC_1M, rule.indicators)
    core.alerts.arm(ArmedRule("r", rule, BTC_1M.symbol, BTC_1M.interval))
    raised = []
    core.alerts.raised.add(raised.append)
    return rule, raised


def closes(key, candles, late=0):
    """The closed candles of a series as events; ``late`` is how long after their end they come."""
    for at in range(len(candles)):
        one = candles.at(at)
        end = key.interval.next_open(one.open_time)
        yield CandleUpdate(key.symbol, key.interval, one, True, UnixMs(end + late))


def moved(candles, key):
    """The same candles at the times of a series."""
    rows = [candles.at(at) for at in range(len(candles))]
    step = key.interval.milliseconds
    return candles_of(
        [replace(row, open_time=UnixMs(n * step)) for n, row in enumerate(rows)], Origin.LIVE
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, 1000), st.randoms(use_true_random=False))
def test_live_it_says_what_a_rehearsal_over_the_same_candles_says(text, seed, random):
    """Candles that end together come in any order."""
    core = Core()
    rule, raised = arm(core, text)
    base, eth = wandering(60), wandering(60, seed=seed)
    long = moved(wandering(20, seed=seed + 1), ETH_3M)
    events = [*closes(BTC_1M, base), *closes(ETH_1M, eth), *closes(ETH_3M, long)]
    random.shuffle(events)
    for event in sorted(events, key=lambda e: e.event_time):
        core.pipeline.apply(event)
    look = core.stream.closed_candles
    expected = rehearse(rule, BTC_1M, base, 60, look=look)
    assert [alert.open_time for alert in raised] == [f.open_time for f in expected]
    assert [alert.price for alert in raised] == [f.price for f in expected]


@pytest.mark.parametrize("by", ["patience", "next close"])
def test_what_does_not_come_is_not_known(by):
    """After a while the rule is asked without it: what is certain is told."""
    core = Core()
    _, raised = arm(core, "close > 5 or ETHUSDT:close > 1")
    for index, close in enumerate([1.0, 9.0]):
        one = candle(index, close)
        end = UnixMs(one.open_time + MINUTE)
        core.pipeline.apply(
            CandleUpdate(ETH_1M.symbol, Interval.M1, candle(0, 0.5), True, UnixMs(MINUTE))
        )
        core.pipeline.apply(CandleUpdate(BTC_1M.symbol, Interval.M1, one, True, end))
    assert raised == []
    tick = candle(2, 9.0)
    late = 2 * MINUTE + (10_000 if by == "patience" else 9_000)
    core.pipeline.apply(CandleUpdate(BTC_1M.symbol, Interval.M1, tick, False, UnixMs(late)))
    assert len(raised) == (1 if by == "patience" else 0)
    end = UnixMs(3 * MINUTE)
    core.pipeline.apply(CandleUpdate(BTC_1M.symbol, Interval.M1, tick, True, end))
    assert [alert.open_time for alert in raised] == [MINUTE]


def test_a_rule_that_is_gone_meanwhile_is_not_asked():
    """Nor one that has been changed."""
    core = Core()
    _, raised = arm(core, "ETHUSDT:close > 1")
    eth, btc = (list(closes(key, wandering(2))) for key in (ETH_1M, BTC_1M))
    low = wandering(1, price=0.5)
    core.pipeline.apply(next(iter(closes(ETH_1M, low))))
    core.pipeline.apply(btc[0])
    core.pipeline.apply(btc[1])
    core.alerts.disarm("r")
    core.pipeline.apply(eth[1])
    assert raised == []


def test_what_it_looked_at_is_kept_with_the_alert():
    """For whoever asks later why it spoke."""
    core = Core()
    _, raised = arm(core, "ETHUSDT:close > 100 and close > 0")
    btc = list(closes(BTC_1M, wandering(2)))
    eth = [
        CandleUpdate(ETH_1M.symbol, Interval.M1, candle(n, c), True, UnixMs((n + 1) * MINUTE))
        for n, c in enumerate([99.0, 123.0])
    ]
    for event in (btc[0], eth[0], btc[1], eth[1]):
        core.pipeline.apply(event)
    assert len(raised) == 1
    assert {f.name: f.value for f in raised[0].facts}["ETHUSDT:close"] == 123.0
    assert np.isfinite([f.value for f in raised[0].facts]).all()
