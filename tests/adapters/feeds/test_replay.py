"""A recorded session as events: the same path, another clock."""

from __future__ import annotations

import asyncio
import csv
import gzip
import json
from time import monotonic

import pytest

from tests.fakes import BTC_1M, ETH_1M, MINUTE, binance_message, candle, update
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.replay import ReplayFeed
from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import (
    BookGap,
    BookSnapshot,
    BookUpdate,
    CandleHistory,
    CandleUpdate,
    ConnectionChange,
    ConnectionState,
    FeedGap,
    Interval,
    Origin,
    SeriesKey,
    TimeTick,
    Trade,
)
from thebot_desktop.market.ports import Subscriptions

BTC = Subscriptions(series=frozenset({BTC_1M}))


@pytest.fixture
def write(tmp_path):
    """Writes messages with their seconds into a file; a str is a line as it is."""

    def written(*records):
        lines = [
            r if isinstance(r, str) else json.dumps({"t": "recv", "ts": r[0], "raw": r[1]})
            for r in records
        ]
        path = tmp_path / "session.jsonl"
        path.write_text("\n".join(lines))
        return path

    return written


def message(*args, **kwargs):
    return binance_message(update(*args, **kwargs)).decode()


def feed_of(path, speed=0.0):
    return ReplayFeed(Binance(), path, speed=speed)


async def played(feed):
    return [event async for event in feed.events()]


async def test_a_recording_plays_in_order_and_says_when_it_ends(write):
    """Candles come as recorded, seconds pass by the recorder's clock, the end is said."""
    path = write((60.5, message(0)), (62.2, message(1, closed=False)), (63.1, message(1)))
    feed = feed_of(path)
    events = await played(feed)
    candles = [e for e in events if isinstance(e, CandleUpdate)]
    assert [(u.candle, u.closed) for u in candles] == [
        (candle(0), True),
        (candle(1), False),
        (candle(1), True),
    ]
    assert [e.event_time for e in events if isinstance(e, TimeTick)] == [61_000, 62_000, 63_000]
    assert feed.starts_at == 60_500
    first, last = events[0], events[-1]
    assert (first.state, first.reason) == (ConnectionState.LIVE, "Playing session.jsonl.")
    assert (last.state, last.reason) == (ConnectionState.OFFLINE, "The recording has ended.")
    assert last.event_time == 63_100


async def test_speed_is_kept(write):
    """Two recorded seconds at twenty times the speed take a tenth of a second."""
    feed = feed_of(write((10.0, message(0)), (12.0, message(1))), speed=20.0)
    began = monotonic()
    await played(feed)
    assert 0.09 < monotonic() - began < 1.0


async def test_a_hole_in_the_recording_is_said_and_passed(write):
    """Nothing can repair it; the series goes on, doubles and late updates vanish as ever."""
    path = write((1, message(0)), (2, message(0)), (3, message(3)), (4, message(2)))
    events = await played(feed_of(path))
    kinds = [type(e) for e in events if isinstance(e, CandleUpdate | FeedGap)]
    assert kinds == [CandleUpdate, FeedGap, FeedGap, CandleUpdate]
    found, gone = (e for e in events if isinstance(e, FeedGap))
    assert (found.first, found.last) == (1 * MINUTE, 2 * MINUTE)
    assert (gone.filled, gone.recovered) == (True, 0)


async def test_only_what_is_wanted_is_played_and_a_late_guest_hears_the_beginning(write):
    """A series opened in the middle begins with what was played before."""
    path = write(
        (1, message(0)),
        (2, message(0, series=ETH_1M)),
        (3, message(1)),
        (3.5, message(2, closed=False)),
        (4, message(1, series=ETH_1M)),
        (5, message(2)),
    )
    feed = feed_of(path)
    feed.subscribe(Subscriptions(series=frozenset({ETH_1M})))
    heard = []
    async for event in feed.events():
        heard.append(event)
        if isinstance(event, CandleUpdate) and event.candle.open_time == MINUTE:
            feed.subscribe(BTC)
    histories = [e for e in heard if isinstance(e, CandleHistory)]
    assert [(h.series, len(h.candles)) for h in histories] == [(ETH_1M, 0), (BTC_1M, 2)]
    updates = [e for e in heard if isinstance(e, CandleUpdate)]
    assert [(u.symbol, u.candle.open_time // MINUTE, u.closed) for u in updates] == [
        ("ETHUSDT", 0, True),
        ("ETHUSDT", 1, True),
        ("BTCUSDT", 2, False),
        ("BTCUSDT", 2, True),
    ]


async def test_lines_and_messages_that_make_no_sense_are_counted_and_skipped(write):
    """The rest of the recording plays."""
    path = write((1, message(0)), "nonsense", (2, "garbage"), (3, message(1)))
    feed = feed_of(path)
    events = await played(feed)
    assert sum(isinstance(e, CandleUpdate) for e in events) == 2
    assert feed.statistics.decode_errors == 2
    assert feed.statistics.messages == 3


async def test_single_messages_without_times_play_at_once(write):
    """The loose form: the clock starts at the first event."""
    feed = feed_of(write(json.dumps({"env": "spot-prod", "raw": message(5)})), speed=1.0)
    assert feed.starts_at == 6 * MINUTE
    events = await played(feed)
    assert [type(e) for e in events] == [ConnectionChange, CandleUpdate, ConnectionChange]


async def test_closing_ends_the_events_in_the_middle_of_a_pause(write):
    """A recording with an hour of silence does not hold the program up."""
    feed = feed_of(write((0, message(0)), (3600, message(60))), speed=1.0)
    events = []

    async def listen():
        events.extend([event async for event in feed.events()])

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.05)
    await feed.aclose()
    await asyncio.wait_for(listening, 2)


async def test_a_long_silence_is_passed_over_with_few_ticks(write):
    """A day without messages is not told second by second."""
    events = await played(feed_of(write((0, message(0)), (86_400, message(1)))))
    assert sum(isinstance(e, TimeTick) for e in events) <= 601


def test_the_recorded_series_are_known_before_playing(write):
    """Charts are opened for them; the first message may also come without a stream's name."""
    bare = json.dumps(json.loads(message(0, series=ETH_1M))["data"])
    connect = json.dumps(
        {"t": "connect", "ts": 0, "url": "wss://x/stream?streams=a@kline_5m/b@trade"}
    )
    path = write((1, bare), connect, (2, message(0)))
    assert [str(s) for s in feed_of(path).series()] == ["A 5m", "BTCUSDT 1m", "ETHUSDT 1m"]


def test_a_file_that_is_no_recording_is_refused_at_once(tmp_path):
    """Before anything is opened on screen."""
    with pytest.raises(InputError):
        feed_of(tmp_path / "missing")


def book_lines():
    """A snapshot among updates, one before it, one that joins, one behind a hole."""

    def depth(first, last, bid):
        data = {"e": "depthUpdate", "E": last, "s": "BTCUSDT", "U": first, "u": last}
        data |= {"b": [[str(bid), "1"]], "a": []}
        return json.dumps({"stream": "btcusdt@depth@100ms", "data": data})

    body = json.dumps({"lastUpdateId": 10, "bids": [["9", "1"]], "asks": [["12", "1"]]})
    url = "https://x/api/v3/depth?symbol=BTCUSDT&limit=5000"
    http = json.dumps({"t": "http", "ts": 3.0, "url": url, "raw": body})
    broken = json.dumps({"t": "http", "ts": 3.0, "url": url, "raw": "no book"})
    return (1, depth(8, 11, 10)), broken, http, (4, depth(12, 13, 11)), (5, depth(20, 21, 8))


async def test_a_recorded_order_book_is_joined_as_it_was_received(write):
    """Updates wait for the recorded snapshot; a hole is said, as nothing can mend it."""
    feed = feed_of(write(*book_lines()))
    kinds = BookSnapshot | BookUpdate | BookGap
    events = [e for e in await played(feed) if isinstance(e, kinds)]
    assert [type(e) for e in events] == [BookSnapshot, BookUpdate, BookUpdate, BookGap]
    assert events[0].last_id == 10
    assert "no complete order book" in events[-1].reason
    assert feed.statistics.decode_errors == 1


async def test_who_opens_a_book_in_the_middle_gets_it_as_it_is(write):
    """Or learns why there is none."""
    feed = feed_of(write(*book_lines()))
    feed.subscribe(Subscriptions())
    heard = []
    async for event in feed.events():
        if isinstance(event, TimeTick) and event.event_time in (2000, 4000):
            feed.subscribe(Subscriptions())
            feed.subscribe(Subscriptions(books=frozenset({"BTCUSDT"})))
        heard += [event] if isinstance(event, BookSnapshot | BookUpdate | BookGap) else []
    assert isinstance(heard[0], BookGap)
    middle = [e for e in heard if isinstance(e, BookSnapshot)]
    assert [(s.last_id, s.bids[0][0]) for s in middle] == [(10, 9.0), (11, 10.0)]


def trade(number, at, price, *, kind="aggTrade", symbol="BTCUSDT"):
    """A recorded trade at ``at`` ms, received a little later."""
    data = {"e": kind, "E": at, "s": symbol, "p": str(price), "q": "2", "T": at, "m": False}
    data |= {"a": number, "f": number * 2, "l": number * 2 + 1} if kind == "aggTrade" else {}
    data |= {"t": number} if kind == "trade" else {}
    return (at / 1000 + 0.1, json.dumps({"stream": f"{symbol.lower()}@{kind}", "data": data}))


def of(symbol, *intervals):
    return Subscriptions(series=frozenset(SeriesKey(symbol, i) for i in intervals))


def seen(events, interval):
    """Histories and updates as minute of the open time, close, volume, closed, origin."""
    found = []
    for e in events:
        if isinstance(e, CandleHistory) and e.series.interval is interval:
            rows = e.candles
            found += [
                (rows.at(i).open_time // MINUTE, rows.close[i], rows.volume[i], True)
                for i in range(len(rows))
            ]
        elif isinstance(e, CandleUpdate) and e.interval is interval:
            c = e.candle
            found.append((c.open_time // MINUTE, c.close, c.volume, e.closed))
    return found


async def test_an_interval_that_was_not_recorded_is_made_of_a_shorter_one(write):
    """Forming with each update, closed with its last part; the minutes are not told."""
    path = write(*((i + 1, message(i, 10.0 + i)) for i in range(7)))
    feed = feed_of(path)
    feed.subscribe(of("BTCUSDT", Interval.M5))
    events = await played(feed)
    assert {e.interval for e in events if isinstance(e, CandleUpdate)} == {Interval.M5}
    assert seen(events, Interval.M5) == [
        (0, 10.0, 5.0, False),
        (0, 11.0, 10.0, False),
        (0, 12.0, 15.0, False),
        (0, 13.0, 20.0, False),
        (0, 14.0, 25.0, True),
        (5, 15.0, 5.0, False),
        (5, 16.0, 10.0, False),
    ]


async def test_who_opens_a_made_series_late_or_again_sees_its_whole_past(write):
    """It is the same as for somebody who was there from the start."""
    path = write(*((i + 1, message(i, 10.0 + i)) for i in range(14)))
    feed, heard = feed_of(path), []
    feed.subscribe(BTC)
    async for event in feed.events():
        heard.append(event)
        if isinstance(event, TimeTick) and event.event_time in (9_000, 12_000):
            feed.subscribe(BTC)
            feed.subscribe(of("BTCUSDT", Interval.M1, Interval.M3))
    first, again = (
        e for e in heard if isinstance(e, CandleHistory) and e.series.interval is Interval.M3
    )
    assert first.candles.open_time.tolist() == [0, 3 * MINUTE]
    assert again.candles.close.tolist() == [12.0, 15.0, 18.0]
    assert seen(heard, Interval.M3)[-1] == (12, 23.0, 10.0, False)


async def test_a_hole_in_what_a_series_is_made_of_is_marked(write):
    """Its candle is there, and does not pretend to be whole."""
    path = write(*((i + 1, message(i)) for i in (0, 1, 3, 4, 5, 6, 7, 8, 9)))
    feed = feed_of(path)
    feed.subscribe(of("BTCUSDT", Interval.M5))
    closed = [e for e in await played(feed) if isinstance(e, CandleUpdate) and e.closed]
    assert [u.origin for u in closed] == [Origin.EXCHANGE_HOLE, Origin.LIVE]
    assert feed.statistics.gaps_found == 1


@pytest.mark.parametrize("kind", ["aggTrade", "trade"])
async def test_candles_are_made_of_trades_where_no_candles_were_recorded(write, kind):
    """They close as time passes, also where nobody trades; aggregates count what they hold."""
    trades = [(1, 60_000, 10.0), (2, 61_500, 12.0), (3, 130_000, 11.0), (4, 245_000, 13.0)]
    path = write(*(trade(*row, kind=kind) for row in trades), trade(9, 250_000, 1, symbol="X"))
    feed = feed_of(path)
    feed.subscribe(of("BTCUSDT", Interval.M1, Interval.M3, Interval.S1))
    events = await played(feed)
    minutes = [e for e in events if isinstance(e, CandleUpdate) and e.interval is Interval.M1]
    closed = [(u.candle.open_time // MINUTE, u.candle.close, u.origin) for u in minutes if u.closed]
    assert closed == [
        (1, 12.0, Origin.EXCHANGE_HOLE),
        (2, 11.0, Origin.LIVE),
        (3, 11.0, Origin.NO_TRADES),
    ]
    each = 2 if kind == "aggTrade" else 1
    assert [u.candle.trades for u in minutes if u.closed] == [2 * each, each, 0]
    assert seen(events, Interval.M3)[-1] == (3, 13.0, 2.0, False)
    seconds = [e for e in events if isinstance(e, CandleUpdate) and e.interval is Interval.S1]
    times = [u.candle.open_time for u in seconds if u.closed]
    assert times == list(range(60_000, 248_000, 1000))
    assert {e.symbol for e in events if isinstance(e, CandleUpdate)} == {"BTCUSDT"}


async def test_who_opens_a_series_of_trades_late_sees_the_minutes_before(write):
    """Seconds begin when they are opened."""
    path = write(*(trade(i, i * 20_000, 10.0 + i) for i in range(1, 40)))
    feed, heard = feed_of(path), []
    feed.subscribe(of("BTCUSDT"))
    async for event in feed.events():
        heard.append(event)
        if isinstance(event, TimeTick) and event.event_time == 600_000:
            feed.subscribe(of("BTCUSDT", Interval.M5, Interval.M1, Interval.S1))
    histories = {e.series.interval: e.candles for e in heard if isinstance(e, CandleHistory)}
    assert len(histories[Interval.M1]) in (9, 10)
    assert len(histories[Interval.M5]) in (1, 2)
    assert len(histories[Interval.S1]) == 0
    fives = [row for row in seen(heard, Interval.M5) if row[3]]
    assert fives == [(0, 10.0 + 14, 28.0, True), (5, 10.0 + 29, 30.0, True)]


async def test_before_anybody_says_what_is_wanted_only_what_is_recorded_is_told(write):
    """No candles of trades that nobody asked for."""
    events = await played(feed_of(write(*(trade(i, i * 20_000, 10.0) for i in range(9)))))
    assert not any(isinstance(e, CandleUpdate) for e in events)


async def test_a_series_that_turns_out_to_be_recorded_comes_as_it_is(write, monkeypatch):
    """Also when the first lines did not name it."""
    monkeypatch.setattr("thebot_desktop.adapters.feeds.recording.SCANNED_LINES", 1)
    five = SeriesKey("BTCUSDT", Interval.M5)
    lines = [(i + 1, message(i)) for i in range(5)]
    path = write(*lines, (6, message(5, series=five)), (7, message(5)))
    feed = feed_of(path)
    feed.subscribe(Subscriptions(series=frozenset({five})))
    updates = [e for e in await played(feed) if isinstance(e, CandleUpdate)]
    assert [u.candle for u in updates][-1] == candle(5)
    assert len(updates) == 6


def test_the_recorded_symbols_are_known_before_playing(write):
    """Those of candles, trades, books and tickers, but none of streams about all of them."""
    url = "wss://x/stream?streams=bnbbtc@depth/!miniTicker@arr/ethusdt@aggTrade"
    connect = json.dumps({"t": "connect", "ts": 0, "url": url})
    path = write(connect, (1, message(0)))
    assert feed_of(path).symbols() == ["BTCUSDT", "BNBBTC", "ETHUSDT"]


@pytest.mark.parametrize("interval", [Interval.M1, Interval.M5, Interval.H1])
async def test_the_recorded_trades_play_as_the_recorded_candles(recorded, tmp_path, interval):
    """Every trade of the file, wrapped as the stream would bring it."""
    rows = _rows(recorded / "trades/XRPETH-trades-20191011_20191013.csv.gz")
    lines = []
    for at, number, _, side, price, quantity, _ in rows:
        data = {"e": "trade", "E": int(at), "s": "XRPETH", "t": int(number), "T": int(at)}
        data |= {"p": price, "q": quantity, "m": side == "sell"}
        raw = json.dumps({"stream": "xrpeth@trade", "data": data})
        lines.append(json.dumps({"t": "recv", "ts": int(at) / 1000, "raw": raw}))
    path = tmp_path / "trades.jsonl"
    path.write_text("\n".join(lines))
    feed = feed_of(path)
    feed.subscribe(of("XRPETH", interval))
    made = [
        u.candle
        for u in await played(feed)
        if isinstance(u, CandleUpdate) and u.closed and u.candle.volume
    ]
    if interval is Interval.H1:
        assert len(made) == 59
        return
    name = f"klines/XRPETH-{interval.value}-20191011_20191013.from_trades.ohlcv.csv.gz"
    expected = [tuple(map(float, row)) for row in _rows(recorded / name)]
    found = [(c.open_time, c.open, c.high, c.low, c.close, c.volume) for c in made]
    assert found == expected[: len(found)]
    assert len(expected) - len(found) <= 1


def _rows(path):
    with gzip.open(path, "rt") as file:
        return list(csv.reader(file))[1:]


async def test_a_trade_that_was_recorded_twice_is_told_once(write):
    """As an aggregate and by itself, or again by the next connection."""
    lines = [trade(i, 1000 + i, 10.0 + i) for i in (1, 2, 2, 1, 3)]
    again = [trade(700 + i, 2000 + i, 10.0, kind=k) for i in (1, 2) for k in ("trade", "aggTrade")]
    events = await played(feed_of(write(*lines, *again)))
    assert [e.trade_id for e in events if isinstance(e, Trade)] == [1, 2, 3, 701, 702]


async def test_who_comes_after_the_end_gets_what_was_played(write):
    """A chart of a recording that is over can be set to another interval."""
    path = write(*((i + 1, message(i, 10.0 + i)) for i in range(12)))
    feed = ReplayFeed(Binance(), path, speed=0.0, stays=True)
    feed.subscribe(BTC)
    heard = []
    async with asyncio.timeout(5):
        async for event in feed.events():
            if isinstance(event, ConnectionChange) and event.state is ConnectionState.OFFLINE:
                asyncio.get_running_loop().call_soon(feed.subscribe, of("BTCUSDT", Interval.M5))
                heard.clear()
            heard.append(event)
            if isinstance(event, CandleUpdate) and event.interval is Interval.M5:
                await feed.aclose()
    _, history, forming = heard
    assert history.candles.close.tolist() == [14.0, 19.0]
    assert (forming.candle.close, forming.closed) == (21.0, False)
