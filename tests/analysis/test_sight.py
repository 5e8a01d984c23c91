"""What conditions see of other series: what had closed by then, and nothing else."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import BTC_1M
from tests.market_shapes import MINUTE, series, wandering
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.closed_values import ClosedValues
from thebot_desktop.analysis.conditions import parse_condition, parse_value
from thebot_desktop.analysis.facts import nothing_known
from thebot_desktop.analysis.sight import Around, Sight, newest_closed
from thebot_desktop.domain.market import Interval, SeriesKey, Symbol

CATALOGUE = indicator_catalogue({})
ETH = Symbol("ETHUSDT")
INTERVALS = [Interval.S1, Interval.M1, Interval.M3, Interval.M5, Interval.H1]


def look_of(known):
    """What had closed at a time, of series in a dict."""

    def look(symbol, interval, at):
        candles = known.get(SeriesKey(symbol, interval))
        if candles is None:
            return series([])
        ends = [interval.next_open(int(t)) for t in candles.open_time]
        return candles.upto(int(np.searchsorted(ends, at, side="right")))

    return look


def around(known, at, key=BTC_1M):
    return Around(key, at, look_of(known), nothing_known, ClosedValues().of)


def sighted(text, base, known):
    """The value at each candle of ``base``, asked when that one had closed."""
    value = parse_value(text, CATALOGUE)
    found = []
    for count in range(1, len(base) + 1):
        end = BTC_1M.interval.next_open(int(base.open_time[count - 1]))
        sight = Sight(base.upto(count), lambda _: None, around(known, end))
        found.append(sight.value(value, 0))
    return found


@st.composite
def some_series(draw, interval):
    """Candles of an interval with holes, and closes that tell which candle they are of."""
    kept = draw(st.lists(st.booleans(), min_size=0, max_size=40))
    times = np.flatnonzero(kept) * interval.milliseconds
    return series(times / 1000 + 1.0, times=times)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(INTERVALS))
def test_a_value_is_of_the_candle_that_closed_last_and_of_no_other(data, interval):
    """Counted out by hand; and whatever comes later changes nothing of it."""
    base, other = data.draw(some_series(Interval.M1)), data.draw(some_series(interval))
    found = sighted(f"ETHUSDT:close@{interval.value}", base, {SeriesKey(ETH, interval): other})
    opens, length = other.open_time.tolist(), interval.milliseconds
    for open_time, value in zip(base.open_time.tolist(), found, strict=True):
        end = open_time + MINUTE
        last = [o for o in opens if o + length <= end][-1:]
        if last and last[0] + 2 * length > end:
            assert value == last[0] / 1000 + 1.0
        else:
            assert math.isnan(value)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 300), st.sampled_from(INTERVALS[1:]))
def test_later_candles_of_another_series_change_nothing(seed, cut, interval):
    """Neither prices nor indicators: what is replaced after the cut is not seen before it."""
    base, other = wandering(300), wandering(300, seed=seed)
    other = replace(other, open_time=np.arange(300) * interval.milliseconds)
    key = SeriesKey(ETH, interval)
    end = (cut + 1) * MINUTE
    begun = int(np.searchsorted(other.open_time + interval.milliseconds, end, side="right"))
    changed = other.copied()
    for column in (changed.open, changed.high, changed.low, changed.close, changed.volume):
        column[begun:] *= 3.0
    for text in ("close", "volume", "SMA(3)", "RSI(5)"):
        asked = f"ETHUSDT:{text}@{interval.value}"
        first = sighted(asked, base.upto(cut + 1).last(3), {key: other})
        second = sighted(asked, base.upto(cut + 1).last(3), {key: changed})
        np.testing.assert_array_equal(first, second)


def test_values_of_earlier_candles_are_those_that_were_known_then():
    """A crossing looks back by one candle of its own series, not of the other."""
    key = SeriesKey(BTC_1M.symbol, Interval.M3)
    known = {key: series([1.0, 5.0, 9.0], times=np.arange(3) * 3 * MINUTE)}
    base = series([4.0] * 9)
    sight = Sight(base, lambda _: None, around(known, 9 * MINUTE))
    value = parse_value("close@3m", CATALOGUE)
    seen = [sight.value(value, back) for back in range(9)]
    assert seen[:7] == [9.0, 5.0, 5.0, 5.0, 1.0, 1.0, 1.0]
    assert all(math.isnan(each) for each in seen[7:])
    condition = parse_condition("close crosses below close@3m", CATALOGUE)
    assert condition.fired(base, 9, around(known, 9 * MINUTE)) == [5]


def test_of_a_candle_that_forms_only_what_has_closed_by_now_is_seen():
    """Its own end lies ahead."""
    key = SeriesKey(ETH, Interval.M1)
    known = {key: series([1.0, 2.0, 3.0])}
    sight = Sight(series([1.0, 1.0, 1.0]), lambda _: None, around(known, 3 * MINUTE - 1))
    assert sight.value(parse_value("ETHUSDT:close", CATALOGUE), 0) == 2.0


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("ETHUSDT:close > 1", None),
        ("not ETHUSDT:close > 1", None),
        ("fear_greed < 20", None),
        ("not spread > 1", None),
        ("close > 0 or fear_greed > 1", True),
        ("close < 0 and ETHUSDT:close@1h > 1", False),
    ],
)
def test_what_is_not_known_makes_nothing_true(text, truth):
    """Nor its opposite; what is certain without it stays so."""
    condition = parse_condition(text, CATALOGUE)
    candles = series([1.0, 2.0])
    assert condition.truth(candles, around({}, 2 * MINUTE)) is truth
    assert condition.truth(candles) is truth


def test_months_are_as_long_as_they_are():
    """A month that has not ended is not seen, and the one before it is."""
    month = Interval.MO1
    opens = [month.open_of(0)]
    for _ in range(3):
        opens.append(month.next_open(opens[-1]))
    candles = series([1.0, 2.0, 3.0], times=opens[:3])
    assert newest_closed(candles, month, opens[2] - 1) == 0
    assert newest_closed(candles, month, opens[2]) == 1
    assert newest_closed(candles, month, opens[3]) == 2
    assert newest_closed(candles.upto(2), month, opens[3]) is None


class Counted(CATALOGUE["SMA"], frozen=True):
    counts = []

    def compute(self, candles):
        self.counts.append(len(candles))
        return super().compute(candles)


def test_an_indicator_on_another_series_is_computed_once_for_each_candle():
    """However many rules ask, and however often; another history is another one."""
    eth = SeriesKey(ETH, Interval.M1)
    look, values = look_of({eth: wandering(50)}), ClosedValues()
    Counted.counts.clear()
    for _ in range(1000):
        values.of(eth, Counted(5), 40 * MINUTE, look)
        values.of(eth, Counted(5), 40 * MINUTE + 500, look)
    assert Counted.counts == [40]
    values.of(eth, Counted(5), 41 * MINUTE, look)
    assert Counted.counts == [40, 41]
    values.forget(ETH)
    values.of(eth, Counted(5), 41 * MINUTE, look)
    assert Counted.counts == [40, 41, 41]
