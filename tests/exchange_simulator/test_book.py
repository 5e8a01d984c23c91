"""Tests of the order book: one function of the newest trade, told whole or by its changes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.book import CELLS, NEAR, Book, Depth, update_id
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import listings
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.noise import seed_of
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.rest import RestApi
from thebot_desktop.exchange_simulator.streams import StreamMaker

MINUTE = 60_000
EVERYTHING = CELLS + NEAR
SYMBOLS = ("BTCUSDT", "ADAUSDT", "PEPEUSDT", "TONUSDT")


def order(number: int, price: int, *, buys: bool = True) -> Order:
    return Order(number, price, 20, 3 * number, 1, NOON + number, buys)


def apply(levels: dict[int, int], changes: list[tuple[int, int]]) -> None:
    for price, lots in changes:
        levels.pop(price, None)
        if lots:
            levels[price] = lots


def applied(book: Depth, *changes: Depth) -> Depth:
    """A whole book after changes, as a client keeps it."""
    bids, asks = dict(book.bids), dict(book.asks)
    for change in changes:
        apply(bids, change.bids)
        apply(asks, change.asks)
    last = changes[-1] if changes else book
    return Depth(last.update_id, sorted(bids.items(), reverse=True), sorted(asks.items()))


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_book_has_the_last_price_at_its_top(model: ModelMarket, symbol: str) -> None:
    """Bids fall, asks rise, all above zero, and between them lies one tick."""
    ledger = Ledger(model)
    last = ledger.last_order(symbol, NOON)
    assert last is not None
    book = ledger.book(symbol).snapshot(last, 5000)
    bids, asks = ([price for price, _ in side] for side in (book.bids, book.asks))
    assert last.price in (bids[0], asks[0])
    assert (bids[0], asks[0]) == (last.bid, last.ask)
    assert bids == sorted(set(bids), reverse=True)
    assert asks == sorted(set(asks))
    assert bids[-1] > 0
    assert len(asks) > 4000
    assert all(lots > 0 for _, lots in book.bids + book.asks)
    assert ledger.book(symbol).best_lots(last) == (book.bids[0][1], book.asks[0][1])


@pytest.mark.parametrize("most", [1, 5, 20, 100, 1000, 5000])
def test_a_shorter_book_is_the_top_of_the_longer_one(model: ModelMarket, most: int) -> None:
    """Of exactly so many levels where there are so many."""
    ledger = Ledger(model)
    for moment in range(0, MINUTE, 7_000):
        last = ledger.last_order("SUIUSDT", NOON + moment)
        assert last is not None
        whole = ledger.book("SUIUSDT").snapshot(last, EVERYTHING)
        part = ledger.book("SUIUSDT").snapshot(last, most)
        assert (part.bids, part.asks) == (whole.bids[:most], whole.asks[:most])
        assert len(part.asks) == min(most, len(whole.asks))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SYMBOLS),
    st.lists(st.integers(-300, 300), min_size=1, max_size=60),
    st.integers(1, 9_000),
    st.data(),
)
def test_changes_make_the_next_book_from_any_book_between(
    symbol: str, moves: list[int], count: int, data: st.DataObject
) -> None:
    """Also from one that was taken in the middle, however prices jumped to and fro."""
    listing = next(one for one in listings(13) if one.symbol == symbol)
    book = Book(listing, seed_of(1, symbol))
    price = round(listing.price * 10**listing.price_decimals)
    orders = [
        order(5_000 + n, max(2, price + moves[n % len(moves)]), buys=n % 3 == 0)
        for n in range(count + 1)
    ]
    change = book.changes(orders[0], orders[1:])
    assert change.update_id == update_id(orders[-1])
    middle = data.draw(st.sampled_from(orders))
    after = applied(book.snapshot(middle, EVERYTHING), change)
    assert after == book.snapshot(orders[-1], EVERYTHING)


def test_a_trade_touches_few_levels(model: ModelMarket) -> None:
    """A handful each, although thousands are there."""
    ledger = Ledger(model)
    orders = list(ledger.orders("BTCUSDT", NOON, NOON + MINUTE))
    book = ledger.book("BTCUSDT")
    counts = []
    for before, after in itertools.pairwise(orders):
        change = book.changes(before, [after])
        counts.append(len(change.bids) + len(change.asks))
    assert 1 <= np.median(counts) < 40


def test_books_are_repeatable_and_differ_by_seed() -> None:
    """The same market has the same book, whenever and wherever it is asked for."""
    one, same, other = (
        Ledger(ModelMarket(listings(1), seed)).book("BTCUSDT") for seed in (1, 1, 2)
    )
    last = order(700, 6_900_000)
    assert one.snapshot(last, 50) == same.snapshot(last, 50)
    assert one.snapshot(last, 50) != other.snapshot(last, 50)


class Client:
    """Keeps a book as a client does: a snapshot by REST, then contiguous events."""

    def __init__(self, snapshot: dict[str, Any]) -> None:
        self.update_id = snapshot["lastUpdateId"]
        self.bids = dict(snapshot["bids"])
        self.asks = dict(snapshot["asks"])

    def hear(self, event: dict[str, Any]) -> None:
        if event["u"] <= self.update_id:
            return
        assert event["U"] <= self.update_id + 1 <= event["u"]
        for side, changes in ((self.bids, event["b"]), (self.asks, event["a"])):
            for price, quantity in changes:
                side.pop(price, None)
                if float(quantity):
                    side[price] = quantity
        self.update_id = event["u"]

    def top(self, count: int) -> dict[str, Any]:
        bids = sorted(self.bids.items(), key=lambda level: -float(level[0]))
        asks = sorted(self.asks.items(), key=lambda level: float(level[0]))
        return {
            "lastUpdateId": self.update_id,
            "bids": [list(level) for level in bids[:count]],
            "asks": [list(level) for level in asks[:count]],
        }


def events(maker: StreamMaker, name: str, seconds: int) -> Iterator[tuple[int, dict[str, Any]]]:
    stream = maker.make(name, NOON)
    assert stream is not None
    for now in range(NOON, NOON + seconds * 1000, 50):
        if stream.due <= now:
            for message in stream.poll(now):
                yield now, json.loads(message)


@pytest.mark.parametrize("name", ["btcusdt@depth", "btcusdt@depth@100ms", "pepeusdt@depth@100ms"])
def test_snapshot_and_stream_tell_of_one_book(model: ModelMarket, name: str) -> None:
    """A client that joins them in the middle has REST's book after each event, to the last."""
    ledger = Ledger(model)
    api, maker = RestApi(ledger, 6000), StreamMaker(ledger, empty_candles=True)
    query = f"symbol={name.split('@')[0].upper()}&limit=5000"

    def snapshot(now: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(api.answer("/api/v3/depth", query, now).body)
        return found

    client: Client | None = None
    last = None
    heard = 0
    for now, event in events(maker, name, 40):
        assert last is None or event["U"] == last + 1
        assert event["U"] <= event["u"]
        last = event["u"]
        if client is None and now > NOON + 5_000:
            client = Client(snapshot(now - 30))
        if client is not None:
            client.hear(event)
            heard += 1
            if heard % 10 == 1:
                assert client.top(5000) == snapshot(now)
    assert heard >= (20 if name.endswith("ms") else 15)


def test_partial_depth_quote_and_book_agree(model: ModelMarket) -> None:
    """The same levels under the same id, by whatever way they come."""
    ledger = Ledger(model)
    api, maker = RestApi(ledger, 6000), StreamMaker(ledger, empty_candles=True)
    partial = maker.make("ethusdt@depth10@100ms", NOON)
    quote = maker.make("ethusdt@bookTicker", NOON)
    assert partial is not None
    assert quote is not None
    levels, best = json.loads(partial.poll(NOON)[0]), json.loads(quote.poll(NOON)[0])
    body = api.answer("/api/v3/depth", "symbol=ETHUSDT&limit=10", NOON).body
    assert levels == json.loads(body)
    assert best["u"] == levels["lastUpdateId"]
    assert [best["b"], best["B"]] == levels["bids"][0]
    assert [best["a"], best["A"]] == levels["asks"][0]
