"""The examples of plug-ins keep the promises that those of the program keep."""

from __future__ import annotations

import numpy as np
import pytest

from tests.app.plugin_builders import EXAMPLES, Place
from tests.fakes import BTC_1M
from tests.market_shapes import SHAPES, wandering
from thebot_desktop.alerts import rules
from thebot_desktop.alerts.rule import Rule, Verdict
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.moment import Moment
from thebot_desktop.analysis.wording import readable
from thebot_desktop.app.discovery import discover
from thebot_desktop.app.plugins import PluginState
from thebot_desktop.domain.market import Origin
from thebot_desktop.domain.signals import Direction


@pytest.fixture
def place(tmp_path):
    """Both examples, copied as the program copies them, beside all that it has by itself."""
    made = Place(
        tmp_path,
        indicators=indicator_catalogue(discover(indicators, Indicator)),
        rules=discover(rules, Rule),
    )
    for path in EXAMPLES.glob("*/*.py"):
        made.load(path.name, path.read_text(encoding="utf-8"), path.parent.name)
    assert [e.state for e in made.book.entries] == [PluginState.IN_USE] * 2, made.reported
    return made


def test_the_indicator_never_looks_ahead(place):
    """Nor further back than it says; its warm-up is unknown, not a number."""
    indicator, known = place.indicators["STRENGTH"](), wandering(600)
    whole = indicator.compute(known)
    for count in (1, 9, 10, 11, 300):
        part = indicator.compute(known.upto(count))
        for output in indicator.outputs:
            np.testing.assert_array_equal(part[output], whole[output][:count])
    tail = indicator.compute(known.last(indicator.lookback))
    assert tail["average"][-1] == pytest.approx(whole["average"][-1], rel=1e-9)
    assert np.isnan(whole["average"][: indicator.period - 1]).all()
    assert not np.isnan(whole["average"][indicator.period - 1 :]).any()


def test_carried_forward_it_is_the_same_to_the_last_bit(place):
    """One candle after the other gives what computing the whole history gives."""
    indicator, known = place.indicators["STRENGTH"](), wandering(900)
    whole = indicator.compute(known)
    stream, before = indicator.open(known.upto(500))
    np.testing.assert_array_equal(before["average"], whole["average"][:500])
    carried = np.array([stream.close(known.upto(at + 1), at) for at in range(500, 900)])
    for number, output in enumerate(indicator.outputs):
        np.testing.assert_array_equal(carried[:, number], whole[output][500:])


def test_its_numbers_are_those_of_its_words(place):
    """A close at the high counts 100, at the low -100, in the middle nothing."""
    known = wandering(200)
    values = place.indicators["STRENGTH"](period=2).compute(known)
    for at in (7, 99):
        expected = [
            100 * (2 * (known.close[i] - known.low[i]) / (known.high[i] - known.low[i]) - 1)
            for i in (at - 1, at)
        ]
        assert values["single"][at] == pytest.approx(expected[1])
        assert values["average"][at] == pytest.approx(sum(expected) / 2)


def test_its_signals_are_the_same_in_parts(place):
    """Asked candle by candle or at once; both directions occur."""
    indicator, known = place.indicators["STRENGTH"](), wandering(800)
    values = indicator.compute(known)
    whole = indicator.signals(BTC_1M, known, values, 0)
    single = []
    for count in range(1, 801):
        part = {name: column[:count] for name, column in values.items()}
        single += indicator.signals(BTC_1M, known.upto(count), part, count - 1)
    assert list(whole) == single
    assert {s.direction for s in whole} == {Direction.BUY, Direction.SELL}


@pytest.mark.parametrize("shape", SHAPES)
def test_both_survive_every_shape_of_market(place, shape):
    """Flat, gapped, empty: they answer and raise nothing."""
    known = SHAPES[shape]
    indicator, rule = place.indicators["STRENGTH"](), place.rules["LargeCandle"]()
    values = indicator.compute(known)
    indicator.signals(BTC_1M, known, values, 0)
    if len(known):
        verdict = rule.check(Moment(BTC_1M, known, True, 0, Origin.LIVE))
        assert verdict is None or isinstance(verdict, Verdict)


def test_the_rule_speaks_of_large_candles_only(place):
    """With the factor and the price."""
    rule, known = place.rules["LargeCandle"](times=2.0), wandering(900)
    spoken = {}
    for count in range(60, 900):
        past = known.upto(count)
        verdict = rule.check(Moment(BTC_1M, past, True, 0, Origin.LIVE))
        heights = (past.high - past.low)[-51:]
        assert (verdict is not None) == (heights[-1] >= 2 * np.median(heights[:-1]))
        if verdict is not None:
            spoken[count] = verdict
            assert readable(float(past.close[-1])) in verdict.message
    assert spoken
