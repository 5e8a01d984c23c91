"""A recorded session as events: the same path, another clock."""

from __future__ import annotations

import asyncio
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
    TimeTick,
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
