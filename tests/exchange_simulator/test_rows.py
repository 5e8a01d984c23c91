"""Tests of candles in whole ticks and lots."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.rows import (
    EMPTY,
    Row,
    aggregate,
    candle_of,
    flat,
    join,
    packed,
    total,
)

MINUTE = 60_000


@st.composite
def minutes(draw: st.DrawFn) -> list[Row]:
    """Consecutive minutes, some of them without trades."""
    rows: list[Row] = []
    close, trade = 100, 7
    for index in range(draw(st.integers(1, 25))):
        count = draw(st.integers(0, 3))
        if not count:
            rows.append(flat(index * MINUTE, close, trade, trade))
            continue
        low, high = close - draw(st.integers(0, 9)), close + draw(st.integers(0, 9))
        opened, close = close, draw(st.integers(low, high))
        volume = draw(st.integers(count, 50))
        row = Row(
            index * MINUTE, opened, high, low, close, volume, volume * close, count, 1, close,
            trade, count, trade,
        )  # fmt: skip
        rows.append(row)
        trade += count
    return rows


@given(minutes())
def test_longer_candles_are_made_of_shorter_ones(rows: list[Row]) -> None:
    """Open of the first, extremes of all, close of the last, sums of the rest."""
    longer = aggregate(packed(rows), Interval.M5).to_list()
    for five in longer:
        parts = [r for r in rows if five.open_time <= r.open_time < five.open_time + 5 * MINUTE]
        assert five.open == parts[0].open
        assert five.close == parts[-1].close
        assert five.high == max(r.high for r in parts)
        assert five.low == min(r.low for r in parts)
        assert five.volume == sum(r.volume for r in parts)
        assert five.quote == sum(r.quote for r in parts)
        assert five.trades == sum(r.trades for r in parts)
        assert five.first_trade == parts[0].first_trade
    assert sum(r.volume for r in longer) == sum(r.volume for r in rows)


@given(minutes())
def test_adding_candles_one_by_one_equals_adding_them_all(rows: list[Row]) -> None:
    """``then`` and ``total`` agree."""
    one = rows[0]
    for row in rows[1:]:
        one = one.then(row)
    whole = total(packed(rows))
    if whole.trades:
        assert one == whole
    assert one.trades == whole.trades
    assert one.volume == whole.volume


def test_nothing_joins_to_nothing() -> None:
    """No stretches make an empty one, and it aggregates to nothing."""
    assert len(join([])) == 0
    assert len(aggregate(EMPTY, Interval.H1)) == 0


def test_a_candle_has_exactly_the_decimals_of_the_exchange() -> None:
    """Ticks divided by the tick size give the same float as the exchange's text."""
    listing = Listing(Symbol("BTCUSDT"), "BTC", "USDT", 2, 5)
    row = Row(0, 6_900_012, 6_900_099, 6_900_001, 6_900_033, 123_457, 1, 3, 7, 1, 1, 1, 1)
    candle = candle_of(row, listing)
    assert (candle.open, candle.high, candle.low, candle.close) == (
        float("69000.12"), float("69000.99"), float("69000.01"), float("69000.33"),
    )  # fmt: skip
    assert candle.volume == float("1.23457")
    assert candle.taker_buy_volume == float("0.00007")
