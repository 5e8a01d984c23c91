"""Values carried forward from candle to candle."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.market_shapes import wandering
from thebot_desktop.analysis.indicators.keltner import Keltner
from thebot_desktop.analysis.running import MOST_AT_ONCE, RunningIndicator, ValueColumns
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.market.candle_buffer import CandleBuffer

LONG = wandering(3000)
TALIB = talib_types()
CARRIED = [TALIB[name]() for name in ("EMA", "MACD", "BBANDS", "STOCH", "OBV", "CDLDOJI")]


class Counted(Keltner, frozen=True):
    """Tells over how many candles it was computed, or opened."""

    computed = []

    def compute(self, candles):
        self.computed.append(len(candles))
        return super().compute(candles)

    def open(self, candles):
        self.computed.append(len(candles))
        return super().open(candles)


def same(found, expected):
    for output, values in expected.items():
        np.testing.assert_array_equal(found[output], values)


def buffer_of(count, capacity=1000):
    buffer = CandleBuffer(capacity)
    buffer.load(LONG.upto(count))
    return buffer


@pytest.fixture
def counted():
    Counted.computed.clear()
    return Counted()


def test_a_price_that_moves_computes_no_history_again(counted):
    """However often the newest candle changes, the closed ones are computed once."""
    buffer, running = buffer_of(1000), RunningIndicator(counted)
    for at in (1000, 1001):
        candle = LONG.at(at)
        for close in (candle.low, candle.high, candle.close):
            buffer.put(msgspec.structs.replace(candle, close=close))
            running.values(buffer.view(), closed=False)
    assert counted.computed == [999]


@given(st.sampled_from(CARRIED), st.lists(st.integers(1, MOST_AT_ONCE - 2), max_size=30))
@settings(max_examples=60, deadline=None)
def test_values_are_those_of_all_candles_there_ever_were(indicator, steps):
    """Also when the oldest have left the memory meanwhile, to the last bit."""
    at, buffer, running = 200, buffer_of(200, capacity=300), RunningIndicator(indicator)
    whole = indicator.compute(LONG)
    running.values(buffer.view(), closed=True)
    for step in steps:
        for candle in range(at, at + step):
            buffer.put(LONG.at(candle))
        at += step
        found = running.values(buffer.view(), closed=True)
        window = slice(at - len(buffer), at)
        same(found, {output: values[window] for output, values in whole.items()})


@pytest.mark.parametrize("indicator", CARRIED, ids=lambda i: i.name)
def test_many_candles_at_once_are_computed_together(indicator):
    """A stretch that came in one piece is as if the series began anew."""
    buffer, running = buffer_of(200, capacity=300), RunningIndicator(indicator)
    running.values(buffer.view(), closed=True)
    for at in range(200, 200 + 2 * MOST_AT_ONCE):
        buffer.put(LONG.at(at))
    same(running.values(buffer.view(), closed=True), indicator.compute(buffer.view()))


def test_candles_that_do_not_join_are_computed_anew():
    """What lies before a jump in time is not carried over it."""
    indicator = TALIB["EMA"]()
    running = RunningIndicator(indicator)
    running.values(LONG.upto(400), closed=True)
    later = replace(LONG, open_time=LONG.open_time + 30_000).upto(410)
    same(running.values(later, closed=True), indicator.compute(later))


def test_an_older_view_is_computed_from_its_own_candles():
    """Whoever looks at the past sees the past; the present is not disturbed."""
    indicator = TALIB["RSI"]()
    running = RunningIndicator(indicator)
    newest = running.values(LONG.upto(500), closed=True)
    same(running.values(LONG.upto(450), closed=True), indicator.compute(LONG.upto(450)))
    assert running.values(LONG.upto(500), closed=True)["real"][-1] == newest["real"][-1]


def test_too_few_candles_have_no_values_until_there_are_enough():
    """From none on, candle by candle."""
    indicator = TALIB["MACD"]()
    running = RunningIndicator(indicator)
    for count in range(60):
        past = LONG.upto(count)
        same(running.values(past, closed=True), indicator.compute(past))


def test_a_pattern_of_a_candle_that_still_forms_is_not_known():
    """Its closes before are; it is as soon as it is final."""
    indicator = TALIB["CDLDOJI"]()
    for count in (5, 400):
        past, running = LONG.upto(count), RunningIndicator(indicator)
        expected = indicator.compute(past)["integer"]
        forming = running.values(past, closed=False)["integer"]
        np.testing.assert_array_equal(forming, [*expected[:-1], np.nan])
        np.testing.assert_array_equal(running.values(past, closed=True)["integer"], expected)


def test_an_average_of_a_candle_that_still_forms_is_known():
    """It is what the average would be if the candle closed now."""
    indicator = TALIB["EMA"]()
    found = RunningIndicator(indicator).values(LONG.upto(400), closed=False)
    same(found, indicator.compute(LONG.upto(400)))


def test_memory_does_not_grow_with_time():
    """After weeks of candles there are as many rows as the series has, and some room."""
    columns = ValueColumns(2)
    columns.load([np.arange(500.0), np.arange(500.0)])
    for number in range(500, 50_000):
        columns.make_room(499)
        columns.append((float(number), -float(number)))
        columns.set_newest((0.5, 0.5))
    up, down = columns.newest(400)
    assert up.tolist() == [*range(49_601, 50_000), 0.5]
    assert down.tolist() == [*range(-49_601, -50_000, -1), 0.5]
    assert up.base.size < 1000
