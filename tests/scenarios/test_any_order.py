"""Messages of every kind, twice, too late, in any order: what is known in the end is the same."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import BTC_1M, MINUTE, binance_message, candle
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.domain.market import BookSnapshot, BookUpdate, CandleUpdate, Quote, Trade
from thebot_desktop.domain.time import SimulatedClock, UnixMs
from thebot_desktop.market.book_guard import BookGuard
from thebot_desktop.market.data_stream import DataStream, DataStreamConfig
from thebot_desktop.market.series_guard import SeriesGuard
from thebot_desktop.market.trade_guard import TradeGuard

SYMBOL = BTC_1M.symbol
MINUTES = 6
SNAPSHOT = BookSnapshot(SYMBOL, 100, ((99.0, 1.0), (98.0, 2.0)), ((101.0, 1.0), (102.0, 3.0)))


class Desk:
    """Decoder, guards and market as the live feed strings them together, without a socket."""

    def __init__(self):
        self.stream = DataStream(DataStreamConfig(), SimulatedClock())
        self._decode = Binance().decode
        self._series = SeriesGuard(BTC_1M)
        self._series.start(UnixMs(-MINUTE))
        self._trades = TradeGuard(SYMBOL)
        self._book = BookGuard(SYMBOL)
        self._apply(self._book.start(SNAPSHOT))

    def hear(self, messages):
        for message in messages:
            for said in self._decode(message):
                self._apply(self._guarded(said))
        return self

    def mend_book(self, snapshot):
        """What the feed does when a link is missing."""
        if not self._book.is_linked:
            self._apply(self._book.start(snapshot))

    def _guarded(self, said):
        match said:
            case CandleUpdate():
                return self._series.accept(said)
            case Trade():
                return self._trades.accept(said)
            case BookUpdate():
                return self._book.accept(said)
            case _:
                return [said]

    def _apply(self, events):
        for event in events:
            self.stream.apply(event)

    def known(self):
        """Everything but how it came: origins and times of arrival."""
        row = self.stream.board.row(SYMBOL)
        candles = self.stream.candles(BTC_1M)
        names = ("open_time", "open", "high", "low", "close", "volume", "trades")
        return {
            "candles": {name: getattr(candles, name).tolist() for name in names},
            "ended": self.stream.closed_candles(SYMBOL, BTC_1M.interval, UnixMs(10**12)).close[-3:],
            "price": (row.last, row.priced_at),
            "traded": (row.traded, row.traded_id),
            "ticker": row.ticker,
            "quote": row.quote,
            "book": self.book(),
        }

    def book(self):
        snapshot = self.stream.book(SYMBOL).snapshot()
        return snapshot.last_id, snapshot.bids, snapshot.asks


def wrap(name, data):
    return json.dumps({"stream": f"btcusdt@{name}", "data": data}).encode()


def klines():
    """Each minute forming in steps, then closed; the last one goes on."""
    for index in range(MINUTES + 1):
        for step in range(3):
            closed = step == 2 and index < MINUTES
            c = candle(index, 100.0 + step + index)
            at = UnixMs(index * MINUTE + 19_997 * (step + 1) + (10 if closed else 0))
            yield binance_message(CandleUpdate(SYMBOL, BTC_1M.interval, c, closed, at))


def trades(kind):
    number = "a" if kind == "aggTrade" else "t"
    for i in range(20):
        at = i // 2 * 17_001 + 3
        price = str(100 + i * 7 % 11)
        data = {"e": kind, "E": at, "s": SYMBOL, number: 50 + i, "p": price, "q": "1", "T": at}
        yield wrap(kind, data | {"m": False, "f": i, "l": i})


def quotes():
    for i in range(15):
        data = {"u": 1000 + i, "s": SYMBOL, "b": str(90 + i), "B": "1", "a": str(91 + i), "A": "2"}
        yield wrap("bookTicker", data)


def tickers(kind, *, array=False):
    for i in range(15):
        data = {"e": kind, "E": i * 23_456 + 7, "s": SYMBOL, "c": str(100 + i), "o": "90"}
        data |= {"h": "120", "l": "80", "v": str(i), "q": "1"}
        other = data | {"s": "ETHUSDT"}
        name = "!miniTicker@arr" if array else f"btcusdt@{kind}"
        yield json.dumps({"stream": name, "data": [other, data] if array else data}).encode()


def depths():
    for i in range(20):
        side = [[str(99 - i % 3), str(i)]], [[str(101 + i % 4), str(0 if i % 5 == 0 else i)]]
        data = {"e": "depthUpdate", "E": i * 100, "s": SYMBOL, "b": side[0], "a": side[1]}
        yield wrap("depth@100ms", data | {"U": 101 + 2 * i, "u": 102 + 2 * i})


KINDS = {
    "kline": list(klines()),
    "trade": list(trades("trade")),
    "aggTrade": list(trades("aggTrade")),
    "bookTicker": list(quotes()),
    "miniTicker": list(tickers("24hrMiniTicker")),
    "miniTicker array": list(tickers("24hrMiniTicker", array=True)),
    "24hrTicker": list(tickers("24hrTicker")),
    "depth": list(depths()),
}
FIRST = {"trade": 1, "aggTrade": 1}
"""The first trade opens the chain; nothing tells of those before it."""


def disordered(messages, first, seed, doubles):
    """``messages`` in any order, some of them twice or more; ``first`` of them stay in front."""
    chance = random.Random(seed)
    rest = messages[first:] + chance.choices(messages, k=doubles)
    chance.shuffle(rest)
    return messages[:first] + rest


def same(found, expected):
    ended = found.pop("ended"), expected.pop("ended")
    np.testing.assert_array_equal(*ended)
    return found == expected


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "depth"])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), doubles=st.integers(0, 40))
def test_one_kind_in_any_order(kind, seed, doubles):
    """Candles, prices, statistics and quotes end as if each had come once and in order."""
    messages = KINDS[kind]
    expected = Desk().hear(messages).known()
    found = Desk().hear(disordered(messages, FIRST.get(kind, 0), seed, doubles)).known()
    assert same(found, expected)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), doubles=st.integers(0, 40))
def test_an_order_book_in_any_order(seed, doubles):
    """A link that is missing is mended by a snapshot; then the book is that of the exchange."""
    truth = Desk().hear(KINDS["depth"])
    desk = Desk().hear(disordered(KINDS["depth"], 0, seed, doubles))
    desk.mend_book(truth.stream.book(SYMBOL).snapshot())
    assert desk.book() == truth.book()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), doubles=st.integers(0, 80))
def test_order_books_know_what_they_have_heard(seed, doubles):
    """Repetitions of any age are no missing link."""
    chance, heard = random.Random(seed), []
    for number, message in enumerate(KINDS["depth"], start=1):
        heard += [message, *chance.choices(KINDS["depth"][:number], k=doubles // 20)]
    assert Desk().hear(heard).book() == Desk().hear(KINDS["depth"]).book()


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), doubles=st.integers(0, 100))
def test_all_kinds_mixed(seed, doubles):
    """As on one connection: each kind in disorder, and the kinds among each other."""
    kinds = [kind for kind in KINDS if kind not in ("aggTrade", "miniTicker", "24hrTicker")]
    opening = KINDS["trade"][:1]
    messages = [m for kind in kinds for m in KINDS[kind] if m not in opening]
    truth = Desk().hear(opening).hear(messages)
    desk = Desk().hear(opening).hear(disordered(messages, 0, seed, doubles))
    desk.mend_book(truth.stream.book(SYMBOL).snapshot())
    assert same(desk.known(), truth.known())


@settings(max_examples=60)
@given(st.data())
def test_what_was_heard_before_changes_nothing_even_without_guards(data):
    """The market itself refuses repetitions of any age, after each message."""
    decode = Binance().decode
    kinds = [kind for kind in KINDS if kind not in ("depth", "aggTrade", "24hrTicker")]
    heard, desk = [], Desk()
    for kind in kinds:
        for message in KINDS[kind]:
            events = list(decode(message))
            for event in events:
                desk.stream.apply(event)
            heard += events
    before = desk.known()
    for event in data.draw(st.lists(st.sampled_from(heard), max_size=30)):
        change = desk.stream.apply(event)
        assert change is None or isinstance(event, Trade)
    assert same(desk.known(), before)


def test_quotes_without_a_number_of_their_own_do_not_overtake():
    """What REST says of a quote has no number; the stream's stays."""
    desk = Desk().hear(KINDS["bookTicker"])
    before = desk.stream.board.row(SYMBOL).quote
    desk.stream.apply(Quote(SYMBOL, 0, 1.0, 1.0, 2.0, 1.0))
    assert desk.stream.board.row(SYMBOL).quote == before
