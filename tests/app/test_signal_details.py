"""What a signal was made of, and what became of it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.fakes import BTC_1M, MINUTE, signal
from tests.market_shapes import wandering
from thebot_desktop.analysis.aggregator import SignalAggregator
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.app.signal_details import AFTER, BEFORE, SignalExaminer
from thebot_desktop.bootstrap import find_plugins
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.signals import Direction

LONG = wandering(1000)
BTC_1H = SeriesKey(BTC_1M.symbol, Interval.H1)


@cache
def catalogue():
    return find_plugins().indicators


class Broken(Indicator, frozen=True):
    """Never computes."""

    name = "BROKEN"
    title = "Broken"
    group = "tests"
    outputs = ("value",)

    @property
    def lookback(self):
        return 1

    def compute(self, candles):
        raise RuntimeError("no")


def examiner(*signals, candles=LONG, types=None):
    """Over a thousand candles; it writes down since when they were asked for."""
    aggregator = SignalAggregator()
    for each in signals:
        aggregator.add_signal(each)
    asked = []

    def load(series, since):
        asked.append((series, since))
        return candles.since(since)

    return SignalExaminer(aggregator, load, types or catalogue()), asked


def test_the_candles_around_it_are_given():
    """As many as are shown before and after; its own is among them."""
    one = signal(600)
    found, asked = examiner(one)
    details = found.examine(one)
    assert details.at == BEFORE
    assert len(details.candles) == BEFORE + 1 + AFTER
    assert details.candle == LONG.at(600)
    needed = max(400, BEFORE + catalogue()["RSI"]().lookback)
    assert asked == [(BTC_1M, (600 - needed) * MINUTE)]


def test_at_either_end_there_are_fewer():
    """Near the first candle, and near the newest."""
    for place, before, after in ((3, 3, AFTER), (998, BEFORE, 1)):
        one = signal(place)
        details = examiner(one)[0].examine(one)
        assert (details.at, len(details.candles)) == (before, before + 1 + after)
        assert details.candle == LONG.at(place)


def test_values_are_those_of_the_whole_series():
    """Its own at its candle and the one before, and over what is shown."""
    one = signal(600, source="MACD(12,26,9)")
    details = examiner(one)[0].examine(one)
    macd = catalogue()["MACD"]()
    whole = macd.compute(LONG)
    assert [each.output for each in details.inputs] == list(macd.outputs)
    for each in details.inputs:
        assert each.value == pytest.approx(whole[each.output][600], rel=1e-9)
        assert each.before == pytest.approx(whole[each.output][599], rel=1e-9)
    (result,) = details.results
    shown = result.values[macd.outputs[0]]
    assert len(shown) == len(details.candles)
    assert shown[details.at] == details.inputs[0].value


def test_what_others_said_then_comes_with_their_values():
    """Of the same series; a longer interval is heard, but its values are not those here."""
    one = signal(660, source="RSI(14)")
    others = signal(650, source="EMACROSS(20,50)"), signal(600, source="RSI(7)", series=BTC_1H)
    later = signal(700, Direction.SELL, source="MACD(12,26,9)")
    details = examiner(one, *others, later)[0].examine(one)
    assert {i.source for i in details.inputs} == {"RSI(14)", "EMACROSS(20,50)"}
    assert {p.signal.source for p in details.confidence.parts} == {
        "RSI(14)",
        "EMACROSS(20,50)",
        "RSI(7)",
    }
    assert [r.indicator.label for r in details.results] == ["RSI(14)"]


def test_what_several_said_together_is_told():
    """Within the candles that count for it, and no later ones."""
    one, two = signal(600), signal(598, source="EMACROSS(20,50)")
    details = examiner(one, two, signal(601, Direction.SELL, source="SR(50,2)"))[0].examine(one)
    assert [p.name for p in details.patterns] == ["confirmation"]


def test_what_became_of_it_is_told_as_far_as_it_is_known():
    """In its own direction, after five bars and more."""
    one = signal(985, Direction.SELL)
    details = examiner(one)[0].examine(one)
    assert [o.horizon for o in details.outcomes] == [5, 10]
    close = LONG.close
    assert details.outcomes[0].change == pytest.approx(1 - close[990] / close[985])


def test_an_indicator_that_is_gone_is_left_out():
    """A plug-in may have been removed since."""
    one = signal(600, source="GONE(3)")
    details = examiner(one)[0].examine(one)
    assert (details.inputs, details.results) == ((), ())
    assert details.confidence.parts[0].signal == one
    assert len(details.candles)


def test_an_indicator_that_fails_does_no_harm():
    """Its result says why."""
    one = signal(600, source="BROKEN")
    details = examiner(one, types={"BROKEN": Broken})[0].examine(one)
    (result,) = details.results
    assert result.error.user_message == "BROKEN could not be computed."
    assert details.inputs == ()


def test_without_its_candle_the_rest_is_told():
    """The store may have forgotten it."""
    one = signal(600)
    details = examiner(one, candles=LONG.since(700 * MINUTE))[0].examine(one)
    assert details.candle is None
    assert (len(details.candles), details.inputs, details.outcomes) == (0, (), ())
    assert details.confidence.value == pytest.approx(0.5)


def test_what_is_shown_is_a_copy():
    """Memory goes on while somebody reads."""
    one = signal(600)
    details = examiner(one)[0].examine(one)
    assert not np.shares_memory(details.candles.close, LONG.close)
