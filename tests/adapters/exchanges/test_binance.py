"""Binance's language, on messages recorded from the real exchange."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import BTC_1M, binance_message, update
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.domain.errors import (
    DecodeError,
    FatalFeedError,
    TransientFeedError,
    UnknownSymbolError,
)
from thebot_desktop.domain.market import (
    BookUpdate,
    CandleUpdate,
    Interval,
    Quote,
    SeriesKey,
    Ticker,
    Trade,
)
from thebot_desktop.market.ports import StreamReply, StreamsEnding, Subscriptions

BINANCE = Binance()
OUTCOMES = ("understood", "refused")


def outcome(decode, raw):
    """What became of ``raw``; any other error than ours escapes and fails the test."""
    try:
        list(decode(raw))
    except DecodeError:
        return "refused"
    return "understood"


def session(recorded, name):
    with gzip.open(recorded / "ws" / f"{name}.jsonl.gz", "rt") as lines:
        for line in lines:
            record = json.loads(line)
            if record["t"] == "recv":
                yield record["raw"].encode()


def kind_of(document):
    """What a recorded message is, by the exchange's own word."""
    data = document.get("data", document) if isinstance(document, dict) else document
    data = data[0] if isinstance(data, list) else data
    return data.get("e", "depth of so many levels" if "lastUpdateId" in data else "unknown")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("session-spot-20210814", {CandleUpdate: 17, Quote: 412, Trade: 28, BookUpdate: 546}),
        ("session-usdm-20210722", {CandleUpdate: 67, Quote: 613, Trade: 91, BookUpdate: 764}),
    ],
)
def test_recorded_sessions_decode_without_an_unexplained_message(recorded, name, expected):
    """Every candle, quote, trade and change of a book is understood."""
    found = Counter(type(e) for raw in session(recorded, name) for e in BINANCE.decode(raw))
    assert found == expected


def test_recorded_messages_of_many_kinds_decode(recorded):
    """Single messages, arrays, replies and errors of several years; the rest has a known name."""
    found = Counter()
    silent = set()
    for line in (recorded / "ws" / "messages-mixed.jsonl").read_text().splitlines():
        raw = json.loads(line)["raw"].encode()
        if b"openInterest" in raw:  # an answer of REST among the streams
            continue
        said = list(BINANCE.decode(raw))
        found.update(type(e) for e in said)
        if not said:
            silent.add(kind_of(json.loads(raw)))
    assert silent <= {"avgPrice", "1hTicker", "markPriceUpdate", "depth of so many levels"}
    assert found[Ticker] >= 4
    assert found[Trade] >= 2
    assert found[CandleUpdate] >= 2
    assert found[StreamReply] >= 2


@pytest.mark.parametrize(
    ("name", "is_linked"),
    [
        ("session-spot-20210814", lambda before, u: u.first_id == before.last_id + 1),
        ("session-usdm-20210722", lambda before, u: u.previous_id == before.last_id),
    ],
)
def test_recorded_changes_of_books_link_up(recorded, name, is_linked):
    """Spot counts without a hole, futures name the update before; prices come in order."""
    last = {}
    for raw in session(recorded, name):
        for e in BINANCE.decode(raw):
            if isinstance(e, BookUpdate):
                assert e.symbol not in last or is_linked(last[e.symbol], e)
                assert all(price > 0 and quantity >= 0 for price, quantity in (*e.bids, *e.asks))
                last[e.symbol] = e
    assert len(last) == 4


def test_a_candle_keeps_every_digit():
    """What was sent as text arrives as the number it means."""
    sent = update(3, close=100.00001234)
    (received,) = BINANCE.decode(binance_message(sent))
    assert received == sent


def test_replies_and_both_shapes_of_errors_are_told_apart():
    """Nested as the server sends them, flat as the documentation has them."""
    assert list(BINANCE.decode(b'{"result":null,"id":3}')) == [StreamReply(3)]
    (nested,) = BINANCE.decode(b'{"error":{"code":2,"msg":"Invalid request"},"id":"a"}')
    assert (nested.id, nested.error) == ("a", "Invalid request (code 2)")
    (flat,) = BINANCE.decode(b'{"code":4,"msg":"Too many subscriptions"}')
    assert "Too many" in flat.error


@pytest.mark.parametrize(
    "raw",
    [
        b'{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}',
        b'{"e":"serverShutdown","E":1}',
    ],
)
def test_the_announcement_of_a_shutdown_is_understood(raw):
    """Wrapped or not."""
    assert list(BINANCE.decode(raw)) == [StreamsEnding()]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_our_own_error(raw):
    """Nonsense is a DecodeError."""
    assert outcome(BINANCE.decode, raw) in OUTCOMES


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*"esEkdtcohlvqubBaAxid", "data", "error", "result", "asks"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_no_document_raises_anything_but_our_own_error(document):
    """Nor does JSON of an unexpected shape."""
    raw = json.dumps(document).encode()
    for decode in (BINANCE.decode, BINANCE.decode_history, BINANCE.decode_instruments):
        assert outcome(decode, raw) in OUTCOMES


def kline(**changes):
    """A recorded message, with some of the candle's fields changed."""
    candle = {
        "t": 0,
        "i": "1m",
        "o": "1",
        "h": "1",
        "l": "1",
        "c": "1",
        "v": "1",
        "n": 1,
        "x": True,
    }
    data = {"e": "kline", "E": 1, "s": "A", "k": candle | changes}
    return json.dumps({"stream": "a@kline_1m", "data": data}).encode()


@pytest.mark.parametrize(
    "raw",
    [
        kline(c="nan"),
        kline(h="inf"),
        kline(l="-1"),
        kline(v="1e999"),
        kline(t=10**30),
        kline(t=-1),
        kline(i="7m"),
        kline(x="perhaps"),
        b'{"data":' * 50_000,
        b'{"data":{"e":"\xff"}}',
        b'{"stream":"a@bookTicker","data":{"u":1,"s":"A","b":"nan","B":"1","a":"1","A":"1"}}',
        b"",
    ],
)
def test_what_is_no_market_fact_is_refused(raw):
    """Prices that are no numbers, times out of this world, endless nesting, broken text."""
    assert outcome(BINANCE.decode, raw) == "refused"


def test_fields_that_come_later_and_other_alphabets_are_no_obstacle():
    """The exchange may add keys at any time, and lists symbols outside ASCII."""
    raw = kline(new=[1, {}]).replace(b'"s": "A"', '"s": "币安人生USDT"'.encode())
    (received,) = BINANCE.decode(raw)
    assert received.symbol == "币安人生USDT"
    rows = b'[[60000,"1","2","0.5","1.5","7",119999,"9",3,"4","5","0","new",7]]'
    ((candle, close_time),) = BINANCE.decode_history(rows)
    assert (candle.high, candle.trades, close_time) == (2.0, 3, 119999)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("0.01000000", 2),
        ("0.00000100", 6),
        ("1.00000000", 0),
        ("10", 0),
        ("0", 8),
        ("NaN", 8),
        ("x", 8),
    ],
)
def test_decimals_are_those_of_the_tick_size(size, expected):
    """Zero switches the rule off, nonsense does too."""
    filters = [{"filterType": "PRICE_FILTER", "tickSize": size}]
    body = json.dumps({"symbols": [{"symbol": "A", "filters": filters}]}).encode()
    (instrument,) = BINANCE.decode_instruments(body)
    assert instrument.price_decimals == expected


def test_names_of_streams_say_what_is_wanted():
    """Lower case, one for each, sorted; and back to series."""
    month = SeriesKey("ETHUSDT", Interval.MO1)
    names = BINANCE.stream_names(
        Subscriptions(
            frozenset({BTC_1M, month}), frozenset({"A"}), frozenset({"B"}), frozenset({"C"})
        )
    )
    assert names == [
        "a@miniTicker",
        "b@aggTrade",
        "btcusdt@kline_1m",
        "c@bookTicker",
        "ethusdt@kline_1M",
    ]
    assert set(BINANCE.series_of([*names, "btcusdt@kline_1d@+08:00"])) == {BTC_1M, month}
    assert json.loads(BINANCE.subscribe_message(["x"], 7)) == {
        "method": "SUBSCRIBE",
        "params": ["x"],
        "id": 7,
    }
    assert "UNSUBSCRIBE" in BINANCE.unsubscribe_message(["x"], 8)


def test_hundreds_of_tickers_are_asked_for_together():
    """One list a second is cheaper than a message for each; few are asked for by name."""
    few = frozenset(f"S{i}USDT" for i in range(200))
    assert len(BINANCE.stream_names(Subscriptions(tickers=few))) == 200
    many = few | {"ONEMORE"}
    assert BINANCE.stream_names(Subscriptions(tickers=many)) == ["!miniTicker@arr"]


TICKER = {"e": "24hrMiniTicker", "E": 7, "s": "A", "c": "3", "o": "2", "h": "4", "l": "1"} | {
    "v": "5",
    "q": "6",
}
HOURLY = {"e": "1hTicker", "E": 7, "s": "A", "c": "3"}


@pytest.mark.parametrize(
    ("tickers", "count"),
    [([TICKER], 1), ([TICKER] * 3, 3), ([], 0), ([HOURLY], 0), ([HOURLY, TICKER], 1)],
)
@pytest.mark.parametrize("is_wrapped", [True, False])
def test_lists_of_tickers_decode_wrapped_and_bare(tickers, count, is_wrapped):
    """One for each symbol that changed; lists of kinds that nobody uses are empty."""
    wrapped = {"stream": "!miniTicker@arr", "data": tickers}
    raw = json.dumps(wrapped if is_wrapped else tickers, separators=(",", ":")).encode()
    assert list(BINANCE.decode(raw)) == [Ticker("A", 3.0, 2.0, 4.0, 1.0, 5.0, 6.0, 7)] * count


@pytest.mark.parametrize("kind", [None, "bookTicker"])
@pytest.mark.parametrize("is_wrapped", [True, False])
def test_quotes_decode_with_and_without_a_kind(kind, is_wrapped):
    """Those of futures say what they are and when; those of spot do neither."""
    data = {"u": 9, "s": "A", "b": "1", "B": "2", "a": "3", "A": "4"}
    if kind is not None:
        data = {"e": kind} | data | {"T": 5, "E": 6}
    raw = json.dumps({"stream": "a@bookTicker", "data": data} if is_wrapped else data)
    raw = raw.replace(" ", "").encode()
    assert list(BINANCE.decode(raw)) == [Quote("A", 9, 1.0, 2.0, 3.0, 4.0, 6 if kind else 0)]


def test_recorded_candles_by_rest_decode(recorded):
    """Twelve fields a row, strings for prices."""
    with gzip.open(recorded / "rest" / "recorded-rest.jsonl.gz", "rt") as lines:
        answers = [json.loads(line) for line in lines]
    klines = [a for a in answers if a["path"] == "/api/v3/klines"]
    assert klines
    for answer in klines:
        rows = BINANCE.decode_history(json.dumps(answer["response"]).encode())
        assert [c.open_time for c, _ in rows] == [r[0] for r in answer["response"]]
        assert rows[0][0].close == float(answer["response"][0][4])
        assert rows[0][1] == answer["response"][0][6]


@pytest.mark.parametrize(
    "name", ["exchangeInfo-spot-20210814-full", "exchangeInfo-spot-20250807-25symbols"]
)
def test_recorded_symbols_have_their_decimals(recorded, name):
    """Old and new shapes; the decimals are those of the tick size."""
    raw = gzip.decompress((recorded / "rest" / f"{name}.json.gz").read_bytes())
    found = {i.symbol: i for i in BINANCE.decode_instruments(raw)}
    assert len(found) == len(json.loads(raw)["symbols"])
    traded = [i for i in found.values() if i.trading]
    assert all(0 <= i.price_decimals <= 8 for i in traded)
    if "BTCUSDT" in found:
        assert found["BTCUSDT"].price_decimals == 2
        assert (found["BTCUSDT"].base, found["BTCUSDT"].quote) == ("BTC", "USDT")


def test_what_a_refusal_says_becomes_our_own_error(recorded):
    """Unknown symbols, passing trouble, everything else; and bodies that are no JSON."""
    assert isinstance(
        BINANCE.decode_refusal(b'{"code":-1121,"msg":"Invalid symbol."}'), UnknownSymbolError
    )
    assert isinstance(BINANCE.decode_refusal(b'{"code":-1007,"msg":"x"}'), TransientFeedError)
    assert BINANCE.decode_refusal(b"<html>") is None
    for line in (recorded / "rest" / "recorded-errors.jsonl").read_text().splitlines():
        body = msgspec.json.encode(json.loads(line)["response"])
        assert isinstance(BINANCE.decode_refusal(body), FatalFeedError)


def test_requests_are_what_the_exchange_documents():
    """Paths, parameters and weights."""
    request = BINANCE.history_request(BTC_1M, 5, 9, 1000)
    assert request.path == "/api/v3/klines"
    assert dict(request.query) == {
        "symbol": "BTCUSDT",
        "interval": "1m",
        "limit": 1000,
        "startTime": 5,
        "endTime": 9,
    }
    assert BINANCE.tickers_request(["B", "A"]).query["symbols"] == '["A","B"]'
    assert BINANCE.tickers_request([str(i) for i in range(50)]).weight == 40
    assert BINANCE.instruments_request("X").query == {"symbol": "X"}
    assert BINANCE.decode_time(b'{"serverTime":1499827319559}') == 1499827319559
