"""One market, however it is asked: streams and REST of a running server over real sockets."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.exchange_simulator.conftest import Serve
from thebot_desktop.exchange_simulator.server import ExchangeServer

pytestmark = pytest.mark.usefixtures("no_tasks_left")

MINUTE = 60_000
KINDS = ("trade", "aggTrade", "kline_1s", "kline_1m", "kline_3m", "bookTicker", "depth@100ms")
COLUMNS = ("t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q", "B")


async def record(server: ExchangeServer, symbol: str, candles: int) -> dict[str, list[Any]]:
    """What each stream of a symbol says until so many of the longest candles have closed."""
    names = "/".join(f"{symbol.lower()}@{kind}" for kind in KINDS)
    heard: dict[str, list[Any]] = defaultdict(list)
    address = f"{server.stream_url}/stream?streams={names}"
    options = {"proxy": None, "ping_interval": None, "close_timeout": 0.1}
    async with connect(address, **options) as connection, asyncio.timeout(30):
        while len(closed(heard["kline_3m"])) < candles:
            message = json.loads(await connection.recv())
            heard[message["stream"].split("@", 1)[1]].append(message["data"])
    return heard


def closed(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event["k"] for event in events if event["k"]["x"]]


async def rest(server: ExchangeServer, path: str) -> Any:
    async with httpx.AsyncClient(base_url=server.rest_url, trust_env=False) as client:
        return (await client.get(f"/api/v3/{path}")).json()


def summed(trades: list[dict[str, Any]]) -> dict[str, Any]:
    """Trades as the candle they make."""
    prices = [Decimal(trade["p"]) for trade in trades]
    quotes = [Decimal(trade["p"]) * Decimal(trade["q"]) for trade in trades]
    bought = [not trade["m"] for trade in trades]
    return {
        "o": prices[0],
        "h": max(prices),
        "l": min(prices),
        "c": prices[-1],
        "v": sum(Decimal(trade["q"]) for trade in trades),
        "q": sum(quotes),
        "V": sum(Decimal(trade["q"]) for trade, buys in zip(trades, bought, strict=True) if buys),
        "Q": sum(quote for quote, buys in zip(quotes, bought, strict=True) if buys),
    }


@pytest.mark.parametrize("symbol", ["SOLUSDT", "TONUSDT"])
async def test_streams_and_rest_tell_of_one_tape(serve: Serve, symbol: str) -> None:
    """Trades make the candles, short candles the long ones, and REST has the same."""
    server = await serve(speed=150.0)
    heard = await record(server, symbol, 3)
    trades, orders = heard["trade"], heard["aggTrade"]
    for events, number in ((trades, "t"), (orders, "a")):
        ids = [event[number] for event in events]
        assert ids == list(range(ids[0], ids[0] + len(ids)))
    assert all(b["f"] == a["l"] + 1 for a, b in itertools.pairwise(orders))

    for kind, length in (("kline_1s", 1_000), ("kline_1m", MINUTE), ("kline_3m", 3 * MINUTE)):
        candles = closed(heard[kind])
        opens = [candle["t"] for candle in candles]
        assert opens == list(range(opens[0], opens[0] + length * len(opens), length))
        seen: dict[int, bool] = {}
        for event in heard[kind]:
            assert not seen.get(event["k"]["t"]), "after its end a candle is heard of no more"
            seen[event["k"]["t"]] = event["k"]["x"]
        query = f"symbol={symbol}&interval={kind[6:]}&limit=1000"
        rows = await rest(server, f"klines?{query}&startTime={opens[0]}&endTime={opens[-1]}")
        assert rows == [[candle[key] for key in COLUMNS] for candle in candles]

        whole = [
            c for c in candles if c["n"] and trades[0]["t"] <= c["f"] <= c["L"] < trades[-1]["t"]
        ]
        assert whole
        for candle in whole:
            first = candle["f"] - trades[0]["t"]
            made = summed(trades[first : first + candle["n"]])
            assert made == {name: Decimal(candle[name]) for name in made}

    rows = await rest(server, f"aggTrades?symbol={symbol}&fromId={orders[0]['a']}&limit=1000")
    names = ("a", "p", "q", "f", "l", "T", "m", "M")
    told = [{name: event[name] for name in names} for event in orders[:1000]]
    assert told == rows[: len(told)]


@pytest.mark.parametrize("symbol", ["SOLUSDT", "TONUSDT"])
async def test_quotes_lie_around_trades_and_in_the_book(serve: Serve, symbol: str) -> None:
    """Every quote is the top of the book under its update id, and every trade met the touch."""
    server = await serve(speed=150.0)
    heard = await record(server, symbol, 2)
    changes = heard["depth@100ms"]
    assert all(b["U"] == a["u"] + 1 for a, b in itertools.pairwise(changes))
    prices = {(order["a"], order["p"], order["m"]) for order in heard["aggTrade"]}
    by_id = {number: (price, maker) for number, price, maker in prices}
    quotes = {quote["u"]: quote for quote in heard["bookTicker"]}
    known = [number for number in quotes if number // 4 in by_id]
    assert len(known) > 3
    for number in known:
        price, maker = by_id[number // 4]
        assert quotes[number]["b" if maker else "a"] == price
    met = [event for event in changes if event["u"] in quotes]
    assert met
    for event in met:
        quote = quotes[event["u"]]
        bids, asks = (dict(map(tuple, event[side])) for side in "ba")
        # A level that did not change is not in the message.
        assert bids.get(quote["b"], quote["B"]) == quote["B"]
        assert asks.get(quote["a"], quote["A"]) == quote["A"]
        assert all(Decimal(p) <= Decimal(quote["b"]) for p, q in bids.items() if Decimal(q))
        assert all(Decimal(p) >= Decimal(quote["a"]) for p, q in asks.items() if Decimal(q))
