"""Tests of the exchange's fields and decimals, against what the real one sent."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.payloads import text
from thebot_desktop.exchange_simulator.rest import RestApi
from thebot_desktop.exchange_simulator.streams import StreamMaker

RETIRED = {"b", "a"}
"""Fields of trades that the exchange no longer sends."""


@given(st.integers(-(10**16), 10**16), st.integers(0, 8))
def test_decimals_are_written_exactly(value: int, decimals: int) -> None:
    """Eight of them, always."""
    written = text(value, decimals)
    assert Decimal(written) == Decimal(value).scaleb(-decimals)
    assert len(written.split(".")[1]) == 8


def test_more_than_eight_decimals_are_cut() -> None:
    """As the exchange cuts quote volumes."""
    assert text(123_456_789_012, 11) == "1.23456789"


def recorded_messages(folder: Path) -> dict[str, dict[str, Any]]:
    """One message of each kind from the real spot exchange, unwrapped."""
    found: dict[str, dict[str, Any]] = {}
    for line in (folder / "ws" / "messages-mixed.jsonl").read_text().splitlines():
        record = json.loads(line)
        if not record["env"].startswith("spot"):
            continue
        data = json.loads(record["raw"])
        data = data.get("data", data) if isinstance(data, dict) else data[0]
        data = data[0] if isinstance(data, list) else data
        kind = data.get("e") or ("lastUpdateId" if "lastUpdateId" in data else "u")
        if kind in data.values() or kind in data:
            found[kind] = data
    return found


STREAMS = {
    "kline": "btcusdt@kline_5m",
    "trade": "btcusdt@trade",
    "aggTrade": "btcusdt@aggTrade",
    "24hrTicker": "btcusdt@ticker",
    "24hrMiniTicker": "btcusdt@miniTicker",
    "1hTicker": "btcusdt@ticker_1h",
    "u": "btcusdt@bookTicker",
    "avgPrice": "btcusdt@avgPrice",
    "lastUpdateId": "btcusdt@depth5",
    "depthUpdate": "btcusdt@depth@100ms",
}


@pytest.mark.parametrize("kind", STREAMS)
def test_stream_messages_have_the_recorded_shape(
    model: ModelMarket, recorded: Path, kind: str
) -> None:
    """The same fields of the same types, in a message of each kind."""
    stream = StreamMaker(Ledger(model), empty_candles=True).make(STREAMS[kind], NOON)
    assert stream is not None
    message = json.loads([*stream.poll(NOON), *stream.poll(NOON + 20_000)][-1])
    real = recorded_messages(recorded)[kind]
    if kind == "trade":
        real = {name: value for name, value in real.items() if name not in RETIRED}
    assert _shape(message) == _shape(real)


@pytest.mark.parametrize("name", ["depthUpdate", "bookTicker", "aggTrade", "kline"])
def test_messages_have_the_shape_of_a_recorded_session(
    model: ModelMarket, recorded: Path, name: str
) -> None:
    """Of every message of the kind in half a minute of the real exchange."""
    kinds = {
        "depthUpdate": "@depth@100ms",
        "bookTicker": "@bookTicker",
        "aggTrade": "@aggTrade",
        "kline": "@kline_1m",
    }
    stream = StreamMaker(Ledger(model), empty_candles=True).make(f"btcusdt{kinds[name]}", NOON)
    assert stream is not None
    messages = [*stream.poll(NOON), *stream.poll(NOON + 61_000)]
    real = list(session_messages(recorded, kinds[name]))
    assert len(real) > 10
    shapes = {json.dumps(_shape(one, levels=True)) for one in real}
    assert {json.dumps(_shape(json.loads(one), levels=True)) for one in messages} <= shapes


def session_messages(folder: Path, kind: str) -> Iterator[dict[str, Any]]:
    """What the real exchange sent on streams of one kind."""
    data = gzip.decompress((folder / "ws" / "session-spot-20210814.jsonl.gz").read_bytes())
    for line in data.splitlines():
        record = json.loads(line)
        if record["t"] != "recv":
            continue
        message = json.loads(record["raw"])
        if message.get("stream", "").endswith(kind):
            yield message["data"]


def test_the_snapshot_has_the_shape_of_a_recorded_one(model: ModelMarket, recorded: Path) -> None:
    """Thousands of levels, best first, as text."""
    data = gzip.decompress((recorded / "ws" / "session-spot-20210814.jsonl.gz").read_bytes())
    records = [json.loads(line) for line in data.splitlines()]
    real = [json.loads(one["raw"]) for one in records if one["t"] == "http"]
    query = "symbol=ETHUSDT&limit=5000"
    own = json.loads(RestApi(Ledger(model), 6000).answer("/api/v3/depth", query, NOON).body)
    assert own.keys() == real[0].keys()
    for book in (own, *real):
        bids, asks = ([float(price) for price, _ in book[side]] for side in ("bids", "asks"))
        assert bids == sorted(bids, reverse=True)
        assert asks == sorted(asks)
        assert bids[0] < asks[0]
        assert all(len(level) == 2 for level in book["bids"] + book["asks"])
        assert max(len(bids), len(asks)) > 1000


def test_array_items_have_the_recorded_shape(model: ModelMarket, recorded: Path) -> None:
    """A list of mini tickers."""
    stream = StreamMaker(Ledger(model), empty_candles=True).make("!miniTicker@arr", NOON)
    assert stream is not None
    list(stream.prepare(NOON))
    items = json.loads(stream.poll(NOON)[0])
    real = recorded_messages(recorded)["24hrMiniTicker"]
    assert {item["s"] for item in items} == set(model.listings)
    assert all(_shape(item) == _shape(real) for item in items)


def recorded_answers(folder: Path) -> dict[str, Any]:
    """An answer of each spot endpoint."""
    lines = gzip.decompress((folder / "rest" / "recorded-rest.jsonl.gz").read_bytes()).splitlines()
    records = [json.loads(line) for line in lines]
    return {r["path"]: r["response"] for r in reversed(records) if r["market"] == "spot"}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("klines", "symbol=BTCUSDT&interval=5m&limit=24"),
        ("trades", "symbol=BTCUSDT&limit=10"),
        ("aggTrades", "symbol=BTCUSDT&limit=10"),
        ("ticker/24hr", "symbol=BTCUSDT"),
        ("ticker/price", "symbol=BTCUSDT"),
        ("ticker/bookTicker", "symbol=BTCUSDT"),
        ("depth", "symbol=BTCUSDT&limit=10"),
    ],
)
def test_answers_have_the_recorded_shape(
    model: ModelMarket, recorded: Path, path: str, query: str
) -> None:
    """The same fields of the same types as the real exchange's answer."""
    answer = RestApi(Ledger(model), 6000).answer(f"/api/v3/{path}", query, NOON)
    real = recorded_answers(recorded)[f"/api/v3/{path}"]
    own = json.loads(answer.body)
    if isinstance(real, list):
        real, own = real[0], own[0]
    assert _shape(own) == _shape(real)


def test_symbols_have_the_recorded_shape(model: ModelMarket, recorded: Path) -> None:
    """Every field of the real exchangeInfo and of its filters is there."""
    data = (recorded / "rest" / "exchangeInfo-spot-20250807-25symbols.json.gz").read_bytes()
    real = json.loads(gzip.decompress(data))
    answer = RestApi(Ledger(model), 6000).answer("/api/v3/exchangeInfo", "", NOON)
    own = json.loads(answer.body)
    assert own.keys() >= real.keys()
    symbol = own["symbols"][0]
    sample = next(s for s in real["symbols"] if s["status"] == "TRADING")
    assert symbol.keys() >= sample.keys()
    filters = {f["filterType"]: f for f in symbol["filters"]}
    for real_filter in sample["filters"]:
        assert _shape(filters[real_filter["filterType"]]) == _shape(real_filter)


def _shape(value: Any, *, levels: bool = False) -> Any:
    """Keys and types, numbers written as text told from other text; levels of a book left out."""
    if isinstance(value, dict):
        whole = value.items()
        return {key: _shape(inner, levels=levels) for key, inner in sorted(whole)}
    if levels and isinstance(value, list):
        return "levels"
    if isinstance(value, list):
        return [_shape(value[0])] if value and isinstance(value[0], list) else [*map(_shape, value)]
    if isinstance(value, str) and value.replace(".", "").replace("-", "").isdigit():
        return "number as text"
    return type(value).__name__
