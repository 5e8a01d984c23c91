"""Tests of what the exchange knows at a given moment."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.market_model import LISTED, ModelMarket
from thebot_desktop.exchange_simulator.rows import total

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
ANY_INTERVAL = st.sampled_from([i for i in Interval if i is not Interval.S1])


@settings(max_examples=30, deadline=None)
@given(ANY_INTERVAL, st.lists(st.integers(0, 3 * HOUR), min_size=1, max_size=5))
def test_a_forming_candle_is_the_sum_of_the_trades_so_far(
    model: ModelMarket, interval: Interval, moments: list[int]
) -> None:
    """Of whatever length, and whether the ledger was asked before or not."""
    used, grid = Ledger(model), Grid(interval)
    for moment in sorted(moments):
        now = NOON + moment
        row = used.forming("ETHUSDT", grid, now)
        assert row == Ledger(model).forming("ETHUSDT", grid, now)
        assert row is not None
        assert row.open_time == grid.open_of(now)
        minute = used.forming("ETHUSDT", Grid(Interval.M1), now)
        ended = model.rows("ETHUSDT", row.open_time, now // MINUTE * MINUTE)
        whole = total(ended).then(minute) if len(ended) else minute
        assert (row.open, row.high, row.low, row.close) == (
            whole.open, whole.high, whole.low, whole.close,
        )  # fmt: skip
        assert (row.volume, row.quote, row.trades) == (whole.volume, whole.quote, whole.trades)


@pytest.mark.parametrize("interval", ["1s", "1m", "15m", "1h", "1d"])
def test_history_joins_the_forming_candle(model: ModelMarket, interval: str) -> None:
    """The newest rows end with the candle of now, and none is missing before it."""
    grid, now = Grid(Interval(interval)), NOON + 34_567
    rows = Ledger(model).candles("BTCUSDT", grid, now, limit=100)
    opens = [row.open_time for row in rows]
    assert opens == [grid.shift(grid.open_of(now), n) for n in range(-99, 1)]


@pytest.mark.parametrize("interval", ["1s", "1m", "5m", "1h"])
def test_a_closed_candle_never_changes(model: ModelMarket, interval: str) -> None:
    """What was seen right after the end is what is seen an hour later."""
    grid = Grid(Interval(interval))
    end = grid.next_open(grid.open_of(NOON))
    then = Ledger(model).candles("XRPUSDT", grid, end, last=end - 1, limit=3)
    later = Ledger(model).candles("XRPUSDT", grid, end + HOUR, last=end - 1, limit=3)
    assert then == later
    assert Ledger(model).closed("XRPUSDT", grid, NOON, end).to_list() == then[-1:]


def test_nothing_of_the_future_is_told(model: ModelMarket) -> None:
    """Neither candles nor orders after now, whatever end is asked for."""
    ledger, now = Ledger(model), NOON + 30_000
    rows = ledger.candles("BTCUSDT", Grid(Interval.M1), now, first=NOON, last=NOON + HOUR)
    assert [row.open_time for row in rows] == [NOON]
    assert rows[0] == ledger.forming("BTCUSDT", Grid(Interval.M1), now)
    order = ledger.last_order("BTCUSDT", now)
    assert order is not None
    assert order.time <= now < ledger.next_order_time("BTCUSDT", now)
    assert rows[0].close == order.price


def test_orders_come_once_each_however_time_is_cut(model: ModelMarket) -> None:
    """Several short stretches hold the orders of the long one, ids without a hole."""
    ledger = Ledger(model)
    cuts = [NOON, NOON + 17_123, NOON + MINUTE, NOON + MINUTE + 1, NOON + 4 * MINUTE]
    short = [
        order
        for after, until in itertools.pairwise(cuts)
        for order in ledger.orders("DOGEUSDT", after, until)
    ]
    assert short == list(Ledger(model).orders("DOGEUSDT", cuts[0], cuts[-1]))
    ids = [order.order_id for order in short]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
    fills = [trade_id for order in short for trade_id, _ in order.trades()]
    assert fills == list(range(fills[0], fills[0] + len(fills)))
    assert all(sum(lots for _, lots in order.trades()) == order.lots for order in short)


def test_the_last_order_of_a_quiet_symbol_is_remembered(model: ModelMarket) -> None:
    """At the very start of a minute it is one of an earlier minute."""
    ledger = Ledger(model)
    for minute in range(120):
        now = NOON + minute * MINUTE
        order = ledger.last_order("TONUSDT", now)
        assert order is not None
        assert order.time <= now
        assert order.order_id + 1 == model.rows("TONUSDT", now, now + MINUTE).at(0).first_order + (
            1 if order.time == now else 0
        )


def test_windows_cover_what_they_say(model: ModelMarket) -> None:
    """A day holds 24 hours of minutes, an hour's window its minutes and the forming one."""
    ledger, now = Ledger(model), NOON + 25 * MINUTE + 30_000
    minute = now // MINUTE * MINUTE
    forming = ledger.forming("SOLUSDT", Grid(Interval.M1), now)
    day = total(model.rows("SOLUSDT", minute - DAY + MINUTE, minute)).then(forming)
    hour = total(model.rows("SOLUSDT", minute - HOUR, minute)).then(forming)
    assert ledger.day("SOLUSDT", now) == day
    assert ledger.window("SOLUSDT", HOUR, now) == hour


def test_before_the_listing_nothing_is_known(model: ModelMarket) -> None:
    """A clock that is years behind gives an empty exchange, not a broken one."""
    ledger, now = Ledger(model), LISTED - DAY
    assert ledger.candles("BTCUSDT", Grid(Interval.M1), now) == []
    assert ledger.candles("BTCUSDT", Grid(Interval.S1), now) == []
    assert ledger.forming("BTCUSDT", Grid(Interval.H1), now) is None
    assert ledger.last_order("BTCUSDT", now) is None
    assert ledger.day("BTCUSDT", now) is None
    assert ledger.next_order_time("BTCUSDT", now) > now
