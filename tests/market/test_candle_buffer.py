"""A fixed number of candles in contiguous columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import candle, candles
from thebot_desktop.domain.market import Origin
from thebot_desktop.market.candle_buffer import CandleBuffer


@given(st.integers(1, 40), st.integers(1, 2000))
def test_keeps_the_newest_and_forgets_the_oldest(capacity, count):
    """A full buffer drops its oldest candle for each new one."""
    buffer = CandleBuffer(capacity)
    for i in range(count):
        buffer.put(candle(i))
    expected = [i * 60_000 for i in range(max(0, count - capacity), count)]
    assert buffer.view().open_time.tolist() == expected
    assert buffer.view().close[-1] == candle(count - 1).close


def test_a_forming_candle_is_updated_in_place():
    """The same open time replaces, with its origin."""
    buffer = CandleBuffer(3)
    buffer.put(candle(0, close=1.0))
    assert buffer.put(candle(0, close=2.0), Origin.REPAIRED)
    assert buffer.view().close.tolist() == [2.0]
    assert buffer.view().origin.tolist() == [Origin.REPAIRED]


def test_an_older_candle_changes_nothing():
    """What comes out of order is refused."""
    buffer = CandleBuffer(3)
    buffer.put(candle(5))
    assert not buffer.put(candle(4))
    assert len(buffer) == 1


def test_a_view_is_contiguous_and_never_a_copy():
    """Indicators and painters get slices of the buffer itself."""
    buffer = CandleBuffer(4)
    for i in range(700):
        buffer.put(candle(i))
    close = buffer.view().close
    assert close.flags.c_contiguous
    assert np.shares_memory(close, buffer.view().close)


def test_history_goes_before_what_is_newer_and_replaces_what_overlaps():
    """A first fill that arrives late joins what the stream has brought."""
    buffer = CandleBuffer(8)
    buffer.put(candle(9, close=1.0))
    buffer.put(candle(10, close=2.0))
    buffer.load(candles(10))
    view = buffer.view()
    assert view.open_time.tolist() == [i * 60_000 for i in range(3, 11)]
    assert view.close[-1] == 2.0
    assert view.close[-2] == candle(9).close
    buffer.put(candle(11))
    assert len(buffer) == 8


def test_a_large_capacity_takes_memory_only_as_it_is_filled():
    """A million candles allowed are not a million candles allocated."""
    buffer = CandleBuffer(1_000_000)
    buffer.put(candle(0))
    assert buffer.view().close.base.nbytes < 100_000
