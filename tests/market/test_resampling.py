"""Long candles made of short ones, and candles made of trades, as the exchange would make them."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.market_shapes import MINUTE, wandering
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import (
    Candle,
    Candles,
    CandleUpdate,
    Interval,
    Origin,
    Trade,
    candles_of,
)
from thebot_desktop.market.resampling import (
    CandleAggregator,
    TradeAggregator,
    best_source,
    makes_up,
    opens_of,
    resample,
)

COLUMNS = ("open_time", "open", "high", "low", "close", "volume", "trades", "origin")
M1, M5, H1 = Interval.M1, Interval.M5, Interval.H1


def read(path) -> Candles:
    """Columns of a recorded file, with none of the program's own code."""
    with gzip.open(path, "rt") as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    times, o, h, low, close, volume = np.array(rows).T.copy()
    blank = np.zeros(len(rows))
    origin = np.full(len(rows), Origin.IMPORTED, np.uint8)
    return Candles(times.astype(np.int64), o, h, low, close, volume, blank, origin)


def assert_same(found, expected, columns=COLUMNS):
    for name in columns:
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)


def minutes(*rows, start=0, origin=Origin.LIVE) -> Candles:
    """Minute candles of (price, volume); None leaves one out."""
    found = [
        Candle((start + i) * MINUTE, row[0], row[0] + 1, row[0] - 1, row[0], row[1], trades=1)
        for i, row in enumerate(rows)
        if row is not None
    ]
    return candles_of(found, origin)


def updates_of(candles, source=M1, origin=None):
    for i in range(len(candles)):
        c = candles.at(i)
        at = source.next_open(c.open_time)
        known = Origin(int(candles.origin[i])) if origin is None else origin
        yield CandleUpdate("BTCUSDT", source, c, True, at, known)


def closed_of(updates):
    return [u for u in updates if u.closed]


@pytest.mark.parametrize("symbol", ["BTC", "ETH", "SOL"])
@pytest.mark.parametrize("target", [M5, H1])
def test_recorded_minutes_make_exactly_the_recorded_longer_candles(recorded, symbol, target):
    """Every long candle that the minutes cover, to the last bit."""
    folder = recorded / "klines"
    made = resample(read(folder / f"{symbol}USDT-1m-2026.ohlcv.csv.gz"), M1, target)
    kept = read(folder / f"{symbol}USDT-{target.value}-2026.ohlcv.csv.gz")
    expected = kept.before(made.open_time[-1] + 1)
    assert len(expected) > 100
    assert_same(made.since(expected.open_time[0]), expected)


def test_minutes_without_trades_may_be_absent_from_the_recording(recorded):
    """The prices and volumes are the recorded ones; that parts were missing is said."""
    folder = recorded / "klines"
    source = read(folder / "XRPETH-1m-20191011_20191013.from_trades.ohlcv.csv.gz")
    expected = read(folder / "XRPETH-5m-20191011_20191013.from_trades.ohlcv.csv.gz")
    made = resample(source, M1, M5, forming=True)
    assert_same(made, expected, COLUMNS[:6])
    full = np.isin(expected.open_time, made.open_time[made.origin == Origin.IMPORTED])
    assert 0 < full.sum() < len(expected)


def recorded_trades(recorded):
    with gzip.open(recorded / "trades/XRPETH-trades-20191011_20191013.csv.gz", "rt") as file:
        for at, number, _, side, price, quantity, _ in list(csv.reader(file))[1:]:
            seller = side == "sell"
            yield Trade("XRPETH", int(number), float(price), float(quantity), seller, int(at))


@pytest.mark.parametrize("interval", [M1, M5])
def test_recorded_trades_make_exactly_the_recorded_candles(recorded, interval):
    """All 12,477; what the file leaves out are the quiet candles in between."""
    made = TradeAggregator("XRPETH", interval)
    told = [u for trade in recorded_trades(recorded) for u in made.accept(trade)]
    told += made.pass_time(told[-1].event_time + 10 * M5.milliseconds)[:1]
    whole = [u for u in told if u.closed]
    assert sum(u.candle.trades for u in whole) == 12_477
    name = f"XRPETH-{interval.value}-20191011_20191013.from_trades.ohlcv.csv.gz"
    expected = read(recorded / "klines" / name)
    traded = candles_of([u.candle for u in whole if u.candle.trades], Origin.IMPORTED)
    assert_same(traded, expected, COLUMNS[:6])
    quiet = [u for u in whole if not u.candle.trades]
    assert quiet
    assert {u.origin for u in quiet} == {Origin.NO_TRADES}
    assert all(u.candle.open == u.candle.low == u.candle.high == u.candle.close for u in quiet)
    times = [u.candle.open_time for u in whole]
    assert set(np.diff(times)) == {interval.milliseconds}


def test_taker_and_quote_volume_are_those_of_the_trades():
    """A buyer who is no maker took; quote volume is price times quantity."""
    made = TradeAggregator("X", M1)
    made.accept(Trade("X", 1, 0.1, 3.0, False, 100))
    update = made.accept(Trade("X", 2, 0.2, 0.7, True, 200, count=4))[-1]
    c = update.candle
    assert (c.volume, c.quote_volume, c.taker_buy_volume, c.trades) == (3.7, 0.44, 3.0, 5)
    assert (update.closed, update.event_time) == (False, 200)


def test_candles_of_trades_close_as_time_passes_and_late_trades_are_counted():
    """Some seconds are left for trades under way; then quiet candles follow at the last price."""
    made = TradeAggregator("X", M1)
    made.accept(Trade("X", 1, 5.0, 1.0, False, 59_000))
    assert made.pass_time(61_000) == []
    assert made.accept(Trade("X", 2, 6.0, 1.0, False, 59_900))[0].candle.close == 6.0
    told = made.pass_time(182_000)
    assert [(u.candle.open_time, u.candle.close, u.origin) for u in told] == [
        (0, 6.0, Origin.LIVE),
        (60_000, 6.0, Origin.NO_TRADES),
        (120_000, 6.0, Origin.NO_TRADES),
    ]
    assert made.accept(Trade("X", 3, 9.0, 1.0, False, 59_950)) == []
    assert made.overlooked == 1
    assert made.accept(Trade("X", 3, 9.0, 1.0, False, 181_000)) == []
    fresh = made.accept(Trade("X", 4, 9.0, 1.0, False, 181_000))
    assert [(u.candle.open, u.candle.low) for u in fresh] == [(9.0, 9.0)]


def test_a_missing_trade_marks_the_candle_it_may_belong_to():
    """And so does listening that began in the midst of a candle."""
    made = TradeAggregator("X", M1, heard_since=1_000)
    told = [
        u
        for number, at in ((1, 2_000), (2, 61_000), (3, 130_000), (5, 130_001), (6, 190_000))
        for u in made.accept(Trade("X", number, 5.0, 1.0, False, at))
    ]
    hole, live = Origin.EXCHANGE_HOLE, Origin.LIVE
    assert [u.origin for u in closed_of(told)] == [hole, live, hole]


def test_a_long_silence_is_a_hole_and_not_quiet_candles():
    """Flat lines over days would pretend to know."""
    made = TradeAggregator("X", M1)
    made.accept(Trade("X", 1, 5.0, 1.0, False, 1_000))
    told = made.accept(Trade("X", 2, 5.0, 1.0, False, 5 * 86_400_000))
    assert [u.closed for u in told] == [True, False]
    assert told[-1].candle.open_time == 5 * 86_400_000


def test_only_long_candles_that_are_over_are_made():
    """The first must have its beginning, the newest its end, unless the forming one is wanted."""
    source = minutes(*[(10.0 + i, 1.0) for i in range(10)], start=3)
    assert resample(source, M1, M5).open_time.tolist() == [5 * MINUTE]
    forming = resample(source, M1, M5, forming=True)
    assert forming.open_time.tolist() == [5 * MINUTE, 10 * MINUTE]
    assert forming.origin.tolist() == [Origin.LIVE, Origin.LIVE]
    assert forming.volume.tolist() == [5.0, 3.0]
    assert len(resample(source.upto(0), M1, M5, forming=True)) == 0
    assert len(resample(source.upto(4), M1, M5)) == 0


def test_a_missing_part_marks_the_long_candle():
    """It is never complete without a word."""
    row = (10.0, 1.0)
    source = minutes(row, row, None, row, row, row, row, row, row, row)
    made = resample(source, M1, M5)
    assert made.origin.tolist() == [Origin.EXCHANGE_HOLE, Origin.LIVE]


def test_the_worst_part_gives_the_origin():
    """A quiet part among others is no blemish; five quiet ones make a quiet candle."""
    row = (10.0, 1.0)
    source = minutes(*[row] * 15)
    source.origin[:] = (
        [Origin.LIVE] * 4
        + [Origin.REPAIRED]
        + [Origin.NO_TRADES] * 5
        + [
            Origin.NO_TRADES,
            Origin.LIVE,
            Origin.HISTORY,
            Origin.LATE,
            Origin.REPAIRED,
        ]
    )
    expected = [Origin.REPAIRED, Origin.NO_TRADES, Origin.HISTORY]
    assert resample(source, M1, M5).origin.tolist() == expected
    made = CandleAggregator(M1, M5)
    told = [u for update in updates_of(source) for u in made.accept(update)]
    assert [u.origin for u in closed_of(told)] == expected


def test_a_quiet_part_has_no_say_in_prices():
    """The exchange's long candle opens with its first trade, not with the price before it."""
    source = minutes((50.0, 0.0), (10.0, 1.0), (12.0, 1.0), (99.0, 0.0), (99.0, 0.0))
    made = resample(source, M1, M5)
    prices = (made.open[0], made.high[0], made.low[0], made.close[0])
    assert prices == (10.0, 13.0, 9.0, 12.0)
    streamed = CandleAggregator(M1, M5)
    told = [u for update in updates_of(source) for u in streamed.accept(update)][-1].candle
    assert (told.open, told.high, told.low, told.close) == prices
    quiet = resample(minutes(*[(7.0, 0.0)] * 5), M1, M5)
    assert (quiet.open[0], quiet.close[0], quiet.volume[0]) == (7.0, 7.0, 0.0)


amounts = st.integers(0, 10**18).map(lambda units: Decimal(units) / 10**8)


@settings(max_examples=100)
@given(st.lists(amounts, min_size=5, max_size=5))
def test_sums_equal_the_exact_decimals(volumes):
    """The sum of what was written with eight decimals, as the exchange would write it."""
    doubles = [float(v) for v in volumes]
    exact = sum(Decimal(repr(v)).quantize(Decimal("1e-8")) for v in doubles)
    made = resample(minutes(*[(1.0, v) for v in doubles]), M1, M5)
    assert made.volume[0] == float(exact)
    streamed = CandleAggregator(M1, M5)
    source = minutes(*[(1.0, v) for v in doubles])
    told = [u for update in updates_of(source) for u in streamed.accept(update)]
    assert told[-1].candle.volume == float(exact)


@settings(max_examples=100)
@given(
    st.integers(0, 5000),
    st.sets(st.integers(1, 80)),
    st.sampled_from([Interval.M3, M5, Interval.M15, Interval.M30, H1]),
    st.integers(1, 5),
)
def test_streamed_and_whole_give_the_same_candles(start, missing, target, forming_each):
    """Updates one by one end in what the columns give at once, each closed once, in order."""
    whole = wandering(150)
    whole.open_time[:] = (np.arange(150) + start) * MINUTE
    kept = np.array([i not in missing for i in range(150)])
    source = Candles(*(getattr(whole, name)[kept] for name in COLUMNS))
    made, told = CandleAggregator(M1, target), []
    for n, update in enumerate(updates_of(source)):
        if n % forming_each == 0:
            forming = CandleUpdate("BTCUSDT", M1, update.candle, False, update.event_time - 1)
            told += made.accept(forming)
        told += made.accept(update)
        assert made.accept(update) == []
    closed = closed_of(told)
    expected = resample(source, M1, target)
    times = [u.candle.open_time for u in closed]
    assert times == sorted(set(times))
    first = [u for u in closed if u.candle.open_time < expected.open_time[0]]
    assert {u.origin for u in first} <= {Origin.EXCHANGE_HOLE}
    rows = closed[len(first) :]
    found = candles_of([u.candle for u in rows], Origin.LIVE)
    assert_same(found, expected, COLUMNS[:7])
    assert [u.origin for u in rows] == expected.origin.tolist()
    whole_again = resample(source, M1, target, forming=True)
    newest = told[-1].candle
    if len(whole_again):
        assert (newest.open_time, newest.volume) == (
            whole_again.open_time[-1],
            whole_again.volume[-1],
        )


def test_a_long_candle_forms_with_each_update_and_closes_with_its_last_part():
    """A forming part replaces itself."""
    made = CandleAggregator(M1, Interval.M3)
    told = []
    for n, (close, closed) in enumerate([(1, False), (2, False), (3, True), (4, True), (5, False)]):
        begin = (0, 0, 0, 1, 2)[n] * MINUTE
        candle = Candle(begin, 1.0, close + 1.0, 0.5, float(close), float(close))
        told += made.accept(CandleUpdate("X", M1, candle, closed, n))
    assert [u.candle.volume for u in told] == [1, 2, 3, 7, 12]
    assert not any(u.closed for u in told)
    last = Candle(2 * MINUTE, 1.0, 2.0, 1.0, 1.5, 9.0)
    (end,) = made.accept(CandleUpdate("X", M1, last, True, 9))
    assert (end.closed, end.candle.volume, end.candle.high, end.candle.close) == (True, 16, 5, 1.5)
    assert (end.interval, end.event_time) == (Interval.M3, 9)


@pytest.mark.parametrize("target", list(Interval))
@given(st.lists(st.integers(0, 4 * 10**12), min_size=1, max_size=20))
@settings(max_examples=25)
def test_open_times_of_a_column_are_those_of_each(target, times):
    """Also in weeks and months."""
    column = opens_of(np.array(times), target)
    assert column.tolist() == [target.open_of(t) for t in times]


@pytest.mark.parametrize("target", [Interval.W1, Interval.MO1])
def test_days_make_weeks_and_months(target):
    """A month has as many days as the calendar says."""
    days = wandering(200)
    first = Interval.MO1.open_of(1_700_000_000_000)
    days.open_time[:] = first + np.arange(200) * 86_400_000
    made = resample(days, Interval.D1, target)
    assert set(made.origin) == {Origin.HISTORY}
    for i in range(len(made)):
        begin = int(made.open_time[i])
        part = days.since(begin).before(target.next_open(begin))
        assert made.high[i] == part.high.max()
        assert (made.open[i], made.close[i]) == (part.open[0], part.close[-1])
        assert made.trades[i] == 10 * len(part)


def test_which_intervals_make_up_which():
    """Each long candle must begin and end where short ones do."""
    assert makes_up(M1, M5)
    assert makes_up(Interval.S1, Interval.MO1)
    assert makes_up(Interval.H8, Interval.W1)
    for source, target in (
        ("3m", "5m"),
        ("6h", "8h"),
        ("3d", "1w"),
        ("1w", "1M"),
        ("1h", "1h"),
        ("1d", "3d"),
    ):
        assert not makes_up(Interval(source), Interval(target))
    assert not makes_up(Interval.MO1, Interval.W1)
    assert best_source(H1, [M1, Interval.M15, Interval.H2, H1]) is Interval.M15
    assert best_source(M1, [M5]) is None
    with pytest.raises(InputError):
        resample(minutes((1.0, 1.0)), M5, M1)
    with pytest.raises(InputError):
        CandleAggregator(M5, M1)
