"""Tests of the plausible market."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Life, listings, with_lives
from thebot_desktop.exchange_simulator.market_model import LISTED, ModelMarket
from thebot_desktop.exchange_simulator.rows import FIELDS, aggregate, total
from thebot_desktop.exchange_simulator.tape import Tape

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MIDNIGHT = NOON - 12 * HOUR


@settings(max_examples=25, deadline=None)
@given(st.integers(-3000, 3000), st.integers(1, 4000), st.sampled_from(["BTCUSDT", "TONUSDT"]))
def test_any_stretch_is_the_same_however_it_is_asked_for(
    model: ModelMarket, start: int, count: int, symbol: str
) -> None:
    """A fresh market, asked for this stretch alone, says what a used one says."""
    first = NOON + start * MINUTE
    used = model.rows(symbol, first, first + count * MINUTE)
    fresh = ModelMarket(listings(13), 1).rows(symbol, first, first + count * MINUTE)
    assert len(used) == count
    assert (used.data == fresh.data).all()


def test_history_read_in_bulk_equals_history_read_by_the_minute(model: ModelMarket) -> None:
    """A year of hours at once and the minutes of one of its days agree."""
    bulk = ModelMarket(listings(13), 1)
    hours = bulk.candles("ETHUSDT", Grid(Interval.H1), NOON - 300 * DAY, NOON, 10_000, newest=False)
    day = hours.between(MIDNIGHT - 200 * DAY, MIDNIGHT - 199 * DAY)
    minutes = model.rows("ETHUSDT", MIDNIGHT - 200 * DAY, MIDNIGHT - 199 * DAY)
    assert (aggregate(minutes, Interval.H1).data == day.data).all()


def test_another_seed_is_another_market(model: ModelMarket) -> None:
    """And another symbol another path."""
    other = ModelMarket(listings(13), 2).rows("BTCUSDT", NOON, NOON + HOUR)
    assert (other.column("close") != model.rows("BTCUSDT", NOON, NOON + HOUR).column("close")).all()


@pytest.mark.parametrize("symbol", ["BTCUSDT", "PEPEUSDT", "TONUSDT"])
def test_candles_join_without_a_seam(model: ModelMarket, symbol: str) -> None:
    """Across days too: prices connect, trade and order ids have no hole."""
    rows = model.rows(symbol, MIDNIGHT - 2 * DAY, MIDNIGHT + DAY)
    c = {name: rows.column(name) for name in FIELDS}
    assert (np.diff(c["open_time"]) == MINUTE).all()
    assert (np.diff(c["first_trade"]) == c["trades"][:-1]).all()
    assert (np.diff(c["first_order"]) == c["orders"][:-1]).all()
    assert (np.abs(c["open"][1:] - c["close"][:-1]) <= 1).all()
    assert (c["high"] >= np.maximum(c["open"], c["close"])).all()
    assert (c["low"] <= np.minimum(c["open"], c["close"])).all()
    assert (c["low"] > 0).all()
    assert (c["trades"] >= c["orders"]).all()
    assert (c["volume"] >= c["trades"]).all()
    assert (c["taker"] <= c["volume"]).all()
    assert (c["taker"] >= 0).all()


def test_a_minute_without_trades_keeps_the_price(model: ModelMarket) -> None:
    """Quiet symbols have such minutes, and never an hour of them."""
    quiet = ModelMarket(listings(60), 1)
    found = 0
    for symbol in list(quiet.listings)[13:]:
        rows = quiet.rows(symbol, MIDNIGHT, MIDNIGHT + DAY)
        empty = np.flatnonzero(rows.column("trades") == 0)
        found += len(empty)
        closes = rows.column("close")
        assert all(closes[i] == closes[i - 1] for i in empty if i)
        assert not rows.column("volume")[empty].any()
        assert not rows.column("quote")[empty].any()
        assert (rows.column("trades")[59::60] > 0).all()
    assert found > 1000


@pytest.mark.parametrize("interval", ["3m", "15m", "1h", "4h", "1d", "3d", "1w", "1M"])
def test_longer_candles_add_up_from_minutes(model: ModelMarket, interval: str) -> None:
    """Naively: first open, highest high, lowest low, last close, summed volumes."""
    grid = Grid(Interval(interval))
    longer = model.candles("TONUSDT", grid, NOON - 40 * DAY, NOON, 3, newest=True).to_list()
    assert longer
    for row in longer:
        end = grid.next_open(row.open_time)
        minutes = model.rows("TONUSDT", row.open_time, end).to_list()
        assert row.open == minutes[0].open
        assert row.close == minutes[-1].close
        assert row.high == max(m.high for m in minutes)
        assert row.low == min(m.low for m in minutes)
        assert row.volume == sum(m.volume for m in minutes)
        assert row.quote == sum(m.quote for m in minutes)
        assert row.taker_quote == sum(m.taker_quote for m in minutes)
        assert row.trades == sum(m.trades for m in minutes)


def test_the_trades_of_each_minute_add_up_to_it(model: ModelMarket) -> None:
    """The sums that were worked out without trades are those of the trades."""
    for row in model.rows("DOGEUSDT", NOON, NOON + HOUR).to_list():
        tape = Tape(row, MINUTE, model.seed("DOGEUSDT", row.open_time))
        value = tape.price * tape.lots
        assert (int(tape.lots.sum()), int(value.sum())) == (row.volume, row.quote)
        assert int(value[tape.buys].sum()) == row.taker_quote


@pytest.mark.parametrize("offset", [0, 1, 17, 59])
def test_the_day_before_is_that_of_the_minutes(model: ModelMarket, offset: int) -> None:
    """For each minute of the hour: 24 hours without the minute itself."""
    minute = NOON + offset * MINUTE
    expected = total(model.rows("SOLUSDT", minute - DAY + MINUTE, minute))
    assert model.day_before("SOLUSDT", minute) == expected


def test_an_order_is_found_again_by_its_id(model: ModelMarket) -> None:
    """In the minute in which it came."""
    row = model.rows("BTCUSDT", NOON, NOON + MINUTE).at(0)
    for order in (row.first_order, row.first_order + row.orders - 1):
        assert model.order_time("BTCUSDT", order) == NOON
    assert model.order_time("BTCUSDT", row.first_order + row.orders) == NOON + MINUTE
    assert model.order_time("BTCUSDT", 0) is None


def test_before_the_listing_there_is_nothing(model: ModelMarket) -> None:
    """The first candle is that of the listing, whatever is asked for."""
    assert len(model.rows("BTCUSDT", LISTED - DAY, LISTED)) == 0
    first = model.candles("BTCUSDT", Grid(Interval.M1), 0, NOON, 5, newest=False)
    assert first.open_time[0] == LISTED
    assert len(model.candles("BTCUSDT", Grid(Interval.D1), 0, LISTED - 1, 5, newest=True)) == 0


def test_it_looks_like_a_market(model: ModelMarket) -> None:
    """Realistic ranges, wicks on both sides, calm and wild hours, volume that goes with them."""
    rows = model.rows("BTCUSDT", MIDNIGHT - 9 * DAY, MIDNIGHT)
    c = {name: rows.column(name).astype(float) for name in FIELDS}
    ranges = (c["high"] - c["low"]) / c["low"]
    returns = np.diff(np.log(c["close"]))
    body_top, body_bottom = np.maximum(c["open"], c["close"]), np.minimum(c["open"], c["close"])
    hourly = np.abs(returns[: 9 * 1440 - 60 - 1]).reshape(-1, 1)[: 8 * 1440].reshape(-1, 60)
    assert 0.0002 < np.median(ranges) < 0.0012
    assert (c["high"] > body_top).mean() > 0.7
    assert (c["low"] < body_bottom).mean() > 0.7
    assert 0.01 < returns.std() * 1440**0.5 < 0.05
    assert np.percentile(hourly.mean(axis=1), 90) > 2.0 * np.percentile(hourly.mean(axis=1), 10)
    assert np.corrcoef(np.abs(returns[1:]), np.abs(returns[:-1]))[0, 1] > 0.1
    assert abs(np.corrcoef(returns[1:], returns[:-1])[0, 1]) < 0.1
    assert np.corrcoef(ranges, c["volume"])[0, 1] > 0.3
    assert 40_000 < c["close"].mean() / 100 < 110_000


def test_there_can_be_three_thousand_symbols() -> None:
    """All names differ, and every one has a price, a tick and a lot of its own."""
    every = listings(3000)
    assert len({one.symbol for one in every}) == 3000
    assert all(one.price > 0 and 0 <= one.price_decimals <= 8 for one in every)
    assert all(one.price_decimals + one.quantity_decimals <= 8 for one in every)
    assert [one.symbol for one in listings(2)] == ["BTCUSDT", "ETHUSDT"]
    market = ModelMarket(every[-40:], 1)
    for symbol in market.listings:
        assert len(market.rows(symbol, NOON, NOON + HOUR)) == 60


def test_a_symbol_that_was_listed_late_has_a_short_history(model: ModelMarket) -> None:
    """Its first candle is that of its listing; from then on it is as it would have been."""
    since = NOON - 3 * DAY
    market = ModelMarket(with_lives(listings(2), (Life("ETHUSDT", since),), NOON), 1)
    for interval in (Interval.M1, Interval.H4, Interval.D1):
        rows = market.candles("ETHUSDT", Grid(interval), 0, NOON, 5, newest=False)
        assert rows.open_time[0] == Grid(interval).open_of(since)
        assert rows.at(0).open == model.rows("ETHUSDT", since, since + MINUTE).at(0).open
    assert len(market.rows("ETHUSDT", since - DAY, since)) == 0
    later = (NOON - DAY, NOON)
    assert np.array_equal(market.rows("ETHUSDT", *later).data, model.rows("ETHUSDT", *later).data)
    assert market.day_before("ETHUSDT", since + 7 * MINUTE) == total(
        model.rows("ETHUSDT", since, since + 7 * MINUTE)
    )
    assert Ledger(market).last_order("ETHUSDT", since - 1) is None


def test_a_symbol_that_is_traded_no_more_stands_still(model: ModelMarket) -> None:
    """No candle opens, the last price stays, a day later the ticker is flat."""
    until = NOON - 40 * DAY
    lives = (Life("ETHUSDT", until, "BREAK"),)
    market = ModelMarket(with_lives(listings(2), lives, NOON), 1)
    ledger = Ledger(market)
    last = model.rows("ETHUSDT", until - MINUTE, until).at(0)
    for interval in (Interval.M1, Interval.H1, Interval.D1):
        rows = ledger.candles("ETHUSDT", Grid(interval), NOON, limit=3)
        assert len(rows) == 3
        assert rows[-1].close == last.close
        assert rows[-1].open_time == Grid(interval).open_of(until - 1)
    order = ledger.last_order("ETHUSDT", NOON)
    assert order is not None
    assert order.order_id == last.first_order + last.orders - 1
    assert list(ledger.orders("ETHUSDT", until - 1, NOON)) == []
    day = ledger.day("ETHUSDT", NOON)
    assert day is not None
    assert (day.open, day.close, day.trades) == (last.close, last.close, 0)
