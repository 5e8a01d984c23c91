"""Tests of the streams, with time moved by hand."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Life, listings, with_lives
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.streams import Stream, StreamMaker

MINUTE = 60_000


def make(market: ModelMarket, name: str, now: int = NOON, **options: Any) -> Stream:
    stream = StreamMaker(Ledger(market), empty_candles=options.pop("empty", True)).make(
        name, now, **options
    )
    assert stream is not None
    return stream


def run(stream: Stream, start: int, end: int, step: int = 50) -> list[dict[str, Any]]:
    """What the stream says when it is polled as the server does: when due, every ``step`` ms."""
    messages: list[bytes] = []
    for now in range(start, end, step):
        if stream.due <= now:
            list(stream.prepare(now))
            messages += stream.poll(now)
    return [json.loads(message) for message in messages]


@pytest.mark.parametrize(("interval", "count"), [("1s", 180), ("1m", 3), ("3m", 1)])
@pytest.mark.parametrize("step", [50, 700, 10_000])
def test_every_closed_candle_comes_exactly_once_and_in_order(
    model: ModelMarket, interval: str, count: int, step: int
) -> None:
    """Before the first message of the next, equal to REST's row, however seldom it is polled."""
    end = NOON + 3 * MINUTE
    stream = make(model, f"solusdt@kline_{interval}")
    candles = [message["k"] for message in run(stream, NOON, end + step, step)]
    closed = [c["t"] for c in candles if c["x"] and c["t"] < end]
    length = Interval(interval).milliseconds
    assert closed == [NOON + n * length for n in range(count)]
    assert [c["t"] for c in candles] == sorted(c["t"] for c in candles)
    ledger = Ledger(model)
    for candle in candles:
        if candle["x"]:
            after = [c for c in candles if c["t"] == candle["t"]]
            assert after[-1] is candle
            rows = ledger.closed("SOLUSDT", Grid(Interval(interval)), candle["t"], end + MINUTE)
            assert rows.at(0).trades == candle["n"]


def test_forming_candles_come_every_two_seconds_if_they_changed(model: ModelMarket) -> None:
    """About thirty a minute of a busy symbol, fewer of a quiet one, never the same twice."""
    busy = [m["k"] for m in run(make(model, "btcusdt@kline_1m"), NOON, NOON + MINUTE)]
    assert 20 <= len(busy) <= 31
    quiet = [m["k"] for m in run(make(model, "tonusdt@kline_1m"), NOON, NOON + MINUTE)]
    assert len(quiet) < len(busy)
    assert all(a["n"] < b["n"] for a, b in itertools.pairwise(busy))


def test_closing_messages_are_stamped_right_after_the_end(model: ModelMarket) -> None:
    """Even when many are told at once."""
    messages = run(make(model, "btcusdt@kline_1m"), NOON, NOON + 20 * MINUTE, 600_000)
    closed = [m for m in messages if m["k"]["x"]]
    assert len(closed) == 10
    assert all(0 <= m["E"] - m["k"]["T"] < 100 for m in closed)


def test_candles_link_by_their_trade_ids(model: ModelMarket) -> None:
    """The first id of one follows the last of the one before; -1 where nobody traded."""
    market = ModelMarket(listings(40), 1)
    linked = empty = 0
    for symbol in list(market.listings)[13:]:
        name = f"{symbol.lower()}@kline_1m"
        messages = run(make(market, name), NOON, NOON + 30 * MINUTE, 10_000)
        closed = [m["k"] for m in messages if m["k"]["x"]]
        last = None
        for candle in closed:
            if not candle["n"]:
                empty += 1
                assert (candle["f"], candle["L"], candle["v"]) == (-1, -1, "0.00000000")
                assert candle["o"] == candle["h"] == candle["l"] == candle["c"]
                continue
            if last is not None:
                linked += 1
                assert candle["f"] == last + 1
            last = candle["L"]
    assert linked > 100
    assert empty > 5


def test_candles_without_trades_can_be_left_out() -> None:
    """As the exchange did in earlier years."""
    market = ModelMarket(listings(40), 1)
    for symbol in list(market.listings)[13:]:
        name = f"{symbol.lower()}@kline_1m"
        messages = run(make(market, name, empty=False), NOON, NOON + 30 * MINUTE, 10_000)
        assert all(message["k"]["n"] for message in messages)


def test_trades_and_aggregates_tell_of_the_same_orders(model: ModelMarket) -> None:
    """All of them, in order, as they happen."""
    orders = run(make(model, "ethusdt@aggTrade"), NOON, NOON + MINUTE)
    trades = run(make(model, "ethusdt@trade"), NOON, NOON + MINUTE)
    assert [o["a"] for o in orders] == list(range(orders[0]["a"], orders[-1]["a"] + 1))
    assert [t["t"] for t in trades] == list(range(orders[0]["f"], orders[-1]["l"] + 1))
    candle = Ledger(model).closed("ETHUSDT", Grid(Interval.M1), NOON, NOON + MINUTE).at(0)
    assert len(orders) in (candle.orders, candle.orders - 1)
    assert all(NOON < o["T"] < NOON + MINUTE for o in orders)


def test_quotes_move_with_the_trades(model: ModelMarket) -> None:
    """Update ids rise, the bid is below the ask."""
    quotes = run(make(model, "btcusdt@bookTicker"), NOON, NOON + MINUTE)
    assert len(quotes) > 20
    assert all(a["u"] < b["u"] for a, b in itertools.pairwise(quotes))
    assert all(float(q["b"]) < float(q["a"]) for q in quotes)


@pytest.mark.parametrize("name", ["ticker", "miniTicker", "ticker_4h", "avgPrice", "depth10"])
def test_periodic_streams_speak_once_a_second_at_most(model: ModelMarket, name: str) -> None:
    """And only if somebody traded."""
    busy = run(make(model, f"btcusdt@{name}"), NOON, NOON + 30_000)
    quiet = run(make(model, f"tonusdt@{name}"), NOON, NOON + 30_000)
    assert len(quiet) < len(busy) <= 31
    assert len(busy) > 15


def test_fast_depth_is_faster(model: ModelMarket) -> None:
    """Ten times a second at most."""
    fast = run(make(model, "btcusdt@depth5@100ms"), NOON, NOON + 30_000)
    slow = run(make(model, "btcusdt@depth5"), NOON, NOON + 30_000)
    assert len(fast) > len(slow)
    assert len(fast[0]["bids"]) == 5


@pytest.mark.parametrize("name", ["!miniTicker@arr", "!ticker_1h@arr"])
def test_arrays_hold_only_what_changed(model: ModelMarket, name: str) -> None:
    """First everybody, then those who traded since."""
    arrays = run(make(model, name), NOON + 10, NOON + 20_000)
    assert {item["s"] for item in arrays[0]} == set(model.listings)
    assert all(len(items) < 13 for items in arrays[1:])
    assert len(arrays) > 10


def test_an_array_that_was_cut_short_goes_on_where_it_stopped(model: ModelMarket) -> None:
    """Nobody is left out for long."""
    stream = make(model, "!miniTicker@arr")
    seen: list[str] = []
    for now in range(NOON, NOON + 15_000, 1000):
        for count, _ in enumerate(stream.prepare(now), 1):
            if count == 7:
                break
        seen += [item["s"] for item in json.loads(stream.poll(now)[0])]
    assert set(seen) == set(model.listings)


def test_days_can_begin_in_the_east(model: ModelMarket) -> None:
    """The other time zone's candles open eight hours early; stamps stay UTC."""
    stream = make(model, "btcusdt@kline_1d@+08:00")
    candle = run(stream, NOON, NOON + 5000)[0]["k"]
    assert candle["t"] % 86_400_000 == 16 * 3_600_000
    assert candle["i"] == "1d"


def test_microseconds_on_request(model: ModelMarket) -> None:
    """Every time field, the close time one microsecond before the next."""
    event = run(make(model, "btcusdt@kline_1m", unit=1000), NOON, NOON + 5000)[0]
    assert event["k"]["t"] == NOON * 1000
    assert event["k"]["T"] == (NOON + MINUTE) * 1000 - 1
    assert event["E"] // 1000 in range(NOON, NOON + 5000)


@pytest.mark.parametrize(
    "name",
    [
        "BTCUSDT@trade",
        "btcusdt@aggtrade",
        "btcusdt@kline_1x",
        "nosuch@trade",
        "btcusdt",
        "!x@arr",
        "",
    ],
)
def test_unknown_names_are_no_streams(model: ModelMarket, name: str) -> None:
    """Names are case-sensitive, and silence is the only answer."""
    assert StreamMaker(Ledger(model), empty_candles=True).make(name, NOON) is None


def test_streams_fall_silent_when_a_symbol_is_traded_no_more() -> None:
    """After the last candle has closed, whatever its trades left behind; others go on."""
    end = NOON + 60 * MINUTE
    market = ModelMarket(with_lives(listings(2), (Life("ETHUSDT", end, "HALT"),), NOON), 1)
    start = end - 2 * MINUTE
    candles = run(make(market, "ethusdt@kline_1m", start), start, end + 5 * MINUTE)
    assert [c["k"]["t"] for c in candles if c["k"]["x"]] == [start, start + MINUTE]
    assert candles[-1]["k"]["x"]
    for kind in ("trade", "bookTicker", "depth@100ms", "miniTicker", "avgPrice"):
        messages = run(make(market, f"ethusdt@{kind}", start), start, end + 3 * MINUTE, 1000)
        assert messages
        assert all(message.get("E", 0) <= end + 1000 for message in messages)
    arrays = run(make(market, "!miniTicker@arr", end + 2000), end + 2000, end + 60_000, 1000)
    symbols = [{item["s"] for item in items} for items in arrays[1:]]
    assert {"BTCUSDT"} in symbols
    assert all(names == {"BTCUSDT"} for names in symbols)
