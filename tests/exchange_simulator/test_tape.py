"""Tests of the trades inside a candle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.exchange_simulator.noise import seed_of
from thebot_desktop.exchange_simulator.rows import Row, flat, total
from thebot_desktop.exchange_simulator.tape import Tape, shape_of

MINUTE = 60_000
START = 1_790_164_800_000
SEED = seed_of(5, "tape")


@st.composite
def candles(draw: st.DrawFn) -> Row:
    """Any candle that real trading could have left, its sums as the tape defines them."""
    orders = draw(st.integers(1, 300))
    low = draw(st.integers(1, 7_000_000))
    high = low + draw(st.sampled_from([0, 1, 2, 5, 60, 5000]))
    opened, close = draw(st.integers(low, high)), draw(st.integers(low, high))
    if orders == 1:
        opened = high = low = close
    if orders == 2:
        low, high = min(opened, close), max(opened, close)
    if orders == 3:
        low = min(opened, close)
    trades = orders + draw(st.integers(0, orders))
    volume = trades + draw(st.sampled_from([0, 1, 7, 1000, 10**9]))
    prices = np.array([[opened], [high], [low], [close]])
    shape = shape_of(prices, np.array([volume]), np.array([orders]), SEED)
    return Row(
        START, opened, high, low, close, volume, int(shape.quote[0]), trades,
        int(shape.taker[0]), int(shape.taker_quote[0]), 1000, orders, 500,
    )  # fmt: skip


@given(candles())
def test_the_trades_add_up_to_the_candle_exactly(row: Row) -> None:
    """Volume, quote volume, count and the takers' share: to the last lot and tick."""
    tape = Tape(row, MINUTE, SEED)
    value = tape.price * tape.lots
    assert int(tape.lots.sum()) == row.volume
    assert int(value.sum()) == row.quote
    assert int(tape.fills.sum()) == row.trades
    assert int(tape.lots[tape.buys].sum()) == row.taker
    assert int(value[tape.buys].sum()) == row.taker_quote


@given(candles())
def test_the_trades_walk_the_candle(row: Row) -> None:
    """From open to close, touching high and low and never beyond."""
    price = Tape(row, MINUTE, SEED).price
    assert price[0] == row.open or len(price) == 1
    assert price[-1] == row.close
    assert int(price.max()) == row.high
    assert int(price.min()) == row.low


@given(candles())
def test_trades_are_real_ones(row: Row) -> None:
    """In order of time, inside the candle, without a hole in the ids, none smaller than a lot."""
    tape = Tape(row, MINUTE, SEED)
    assert (np.diff(tape.time) >= 0).all()
    assert START <= tape.time[0] < START + 1000
    assert tape.time[-1] < START + MINUTE
    assert (tape.lots >= tape.fills).all()
    assert (tape.fills >= 1).all()
    assert tape.first_trade[0] == 1000
    assert (np.diff(tape.first_trade) == tape.fills[:-1]).all()
    assert (np.diff(tape.order_id) == 1).all()


@given(candles(), st.lists(st.integers(0, MINUTE), max_size=6))
def test_a_forming_candle_only_grows(row: Row, moments: list[int]) -> None:
    """Its range widens, its sums rise, and in the end it is the candle itself."""
    tape = Tape(row, MINUTE, SEED)
    seen = [tape.until(START + moment, row.open) for moment in [*sorted(moments), MINUTE]]
    for before, after in pairwise(seen):
        assert after.volume >= before.volume
        assert after.trades >= before.trades
        assert after.quote >= before.quote
        assert after.taker >= before.taker
        if before.trades:
            assert after.high >= before.high
            assert after.low <= before.low
    assert tape.until(START + MINUTE - 1, row.open) == row


@given(candles())
def test_seconds_are_made_of_the_same_trades(row: Row) -> None:
    """Sixty of them, none missing, together the candle."""
    seconds = Tape(row, MINUTE, SEED).seconds(row.open)
    assert seconds.open_time.tolist() == [START + 1000 * n for n in range(60)]
    assert total(seconds) == row
    ends = seconds.column("first_trade") + seconds.column("trades")
    assert seconds.column("first_trade")[1:].tolist() == ends[:-1].tolist()


@given(candles(), st.integers(0, MINUTE - 1))
def test_a_forming_second_ends_as_the_second_it_becomes(row: Row, moment: int) -> None:
    """At its last millisecond it equals the closed one."""
    tape = Tape(row, MINUTE, SEED)
    second = moment // 1000
    closed = tape.seconds(row.open).at(second)
    assert tape.second_until(START + second * 1000 + 999, row.open) == closed


def test_nobody_trades_in_an_empty_candle() -> None:
    """It stays at the price before it, however long one waits."""
    tape = Tape(flat(START, 55, 9, 4), MINUTE, SEED)
    assert len(tape) == 0
    assert tape.until(START + MINUTE, 55) == flat(START, 55, 9, 4)
    assert set(tape.seconds(55).column("close").tolist()) == {55}


def test_quote_volumes_from_a_file_are_met_in_the_end() -> None:
    """Where the file says more than the trades do, the forming candle is stretched to it."""
    row = Row(START, 100, 120, 90, 110, 5000, 777_777, 40, 2000, 222_222, 1, 40, 1)
    tape = Tape(row, MINUTE, SEED)
    quotes = [tape.until(START + s * 1000, 100).quote for s in range(61)]
    assert quotes == sorted(quotes)
    assert quotes[-1] == 777_777
