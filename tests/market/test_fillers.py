"""Fillers: the grid of a series stays whole where the exchange has no candles."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from thebot_desktop.domain.market import Candle, Interval, Origin, candles_of
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.fillers import (
    fillers,
    mark_no_trades,
    origin_of,
    with_holes_filled,
    with_origins_of,
)

START = 1_700_000_040_000


def candle(open_time, close=10.0, volume=1.0, trades=3):
    return Candle(UnixMs(open_time), close - 1, close + 1, close - 2, close, volume, trades=trades)


def month(year, number):
    return UnixMs(int(dt.datetime(year, number, 1, tzinfo=dt.UTC).timestamp() * 1000))


def test_a_whole_history_is_left_alone():
    """Nothing missing, nothing copied."""
    whole = candles_of([candle(START + 60_000 * n) for n in range(5)], Origin.HISTORY)
    assert with_holes_filled(whole, Interval.M1) is whole
    empty = candles_of([], Origin.HISTORY)
    assert with_holes_filled(empty, Interval.M1) is empty


def test_a_hole_gets_flat_candles_at_the_close_before_it():
    """They have the price before the hole, no volume, no trades, and an origin of their own."""
    minutes = [0, 1, 4, 5, 7]
    rows = [candle(START + 60_000 * n, close=10.0 + n) for n in minutes]
    filled = with_holes_filled(candles_of(rows, Origin.REPAIRED), Interval.M1)
    assert filled.open_time.tolist() == [START + 60_000 * n for n in range(8)]
    assert filled.close.tolist() == [10, 11, 11, 11, 14, 15, 15, 17]
    hole = Origin.EXCHANGE_HOLE
    there = Origin.REPAIRED
    assert filled.origin.tolist() == [there, there, hole, hole, there, there, hole, there]
    for column in (filled.open, filled.high, filled.low):
        assert column[[2, 3, 6]].tolist() == [11, 11, 15]
        assert column[4] != 14
    assert filled.volume.tolist() == [1, 1, 0, 0, 1, 1, 0, 1]
    assert filled.trades.tolist() == [3, 3, 0, 0, 3, 3, 0, 3]
    assert filled.origin.dtype == np.uint8
    assert filled.open_time.dtype == np.int64


def test_a_hole_beyond_the_limit_stays_while_smaller_ones_are_filled():
    """Days without an exchange are not drawn as a quiet market."""
    rows = [candle(START + 60_000 * n) for n in (0, 3, 10)]
    filled = with_holes_filled(candles_of(rows, Origin.HISTORY), Interval.M1, limit=2)
    assert ((filled.open_time - START) // 60_000).tolist() == [0, 1, 2, 3, 10]


def test_months_are_filled_by_the_calendar():
    """A month is no fixed time: the fillers open when the months do."""
    rows = [candle(month(2019, 11)), candle(month(2020, 4))]
    filled = with_holes_filled(candles_of(rows, Origin.HISTORY), Interval.MO1)
    expected = [(2019, 11), (2019, 12), (2020, 1), (2020, 2), (2020, 3), (2020, 4)]
    assert filled.open_time.tolist() == [month(*each) for each in expected]


@pytest.mark.parametrize("interval", list(Interval))
def test_columns_and_single_fillers_agree(interval):
    """Whether a hole is filled in columns or candle by candle, the grid is the same."""
    first = interval.open_of(START)
    times = [first]
    for _ in range(6):
        times.append(interval.next_open(times[-1]))
    rows = [candle(times[0], close=7.0), candle(times[6])]
    filled = with_holes_filled(candles_of(rows, Origin.HISTORY), interval)
    single = fillers(interval, times[1], times[5], 7.0)
    assert [filled.at(n) for n in range(1, 6)] == single
    assert filled.open_time.tolist() == times


def test_a_filler_never_overlaps_a_candle_that_opens_off_the_grid():
    """Old candles of the exchange open when it came back, not on the minute."""
    rows = [candle(START), candle(START + 150_000)]
    filled = with_holes_filled(candles_of(rows, Origin.HISTORY), Interval.M1)
    assert filled.open_time.tolist() == [START, START + 60_000, START + 150_000]


def test_candles_without_trades_say_so():
    """No trade and no volume; a candle that only lacks the count of trades is not meant."""
    rows = [candle(START), candle(START + 60_000, volume=0.0, trades=0)]
    rows.append(candle(START + 120_000, volume=5.0, trades=0))
    history = candles_of(rows, Origin.HISTORY)
    marked = mark_no_trades(history)
    assert marked.origin.tolist() == [Origin.HISTORY, Origin.NO_TRADES, Origin.HISTORY]
    assert history.origin.tolist() == [Origin.HISTORY] * 3, "what was given is not written to"
    assert [origin_of(row, Origin.LIVE) for row in rows] == [
        Origin.LIVE,
        Origin.NO_TRADES,
        Origin.LIVE,
    ]


def test_a_hole_of_the_exchange_is_not_called_quiet():
    """Nobody traded because nobody could."""
    rows = [candle(START), candle(START + 180_000)]
    filled = with_holes_filled(candles_of(rows, Origin.LIVE), Interval.M1)
    assert mark_no_trades(filled).origin.tolist() == filled.origin.tolist()
    flat = fillers(Interval.M1, UnixMs(START), UnixMs(START), 7.0)[0]
    assert origin_of(flat, Origin.EXCHANGE_HOLE) is Origin.EXCHANGE_HOLE


def test_no_fillers_for_an_empty_stretch():
    """From later to earlier there is nothing."""
    assert fillers(Interval.M1, UnixMs(START), UnixMs(START - 1), 1.0) == []


def test_candles_that_are_fetched_again_keep_the_origin_they_had():
    """Unless they are not the same, or only a filler stood there."""
    rows = [candle(START + 60_000 * n, close=10.0 + n) for n in range(6)]
    fetched = candles_of(rows, Origin.HISTORY)
    known = candles_of([*rows[1:4], candle(START + 240_000, close=99.0)], Origin.REPAIRED)
    known.origin[2] = Origin.EXCHANGE_HOLE
    joined = with_origins_of(fetched, known)
    history, repaired = Origin.HISTORY, Origin.REPAIRED
    assert joined.origin.tolist() == [history, repaired, repaired, history, history, history]
    assert joined.origin.dtype == np.uint8
    assert joined.close.tolist() == fetched.close.tolist()
    assert with_origins_of(fetched, candles_of([], history)) is fetched
    assert len(with_origins_of(candles_of([], history), known)) == 0
