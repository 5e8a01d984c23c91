"""Tests of trades by REST, of busy symbols and of quiet ones."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import listings
from thebot_desktop.exchange_simulator.market_model import LISTED, ModelMarket
from thebot_desktop.exchange_simulator.rest import RestApi

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = NOON + 12_345


@pytest.fixture
def api(model: ModelMarket) -> RestApi:
    return RestApi(Ledger(model), 6000)


def get(api: RestApi, path: str, query: str, now: int = NOW) -> Any:
    """The body of a good answer."""
    answer = api.answer(f"/api/v3/{path}", query, now)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


@pytest.mark.parametrize("limit", [1, 37, 500, 1000])
def test_the_newest_trades_are_as_many_as_asked_for(limit: int) -> None:
    """Also of a symbol that trades a few times an hour; ids without a hole, oldest first."""
    quiet = min(listings(200), key=lambda one: one.orders_a_minute)
    ledger = Ledger(ModelMarket((quiet,), 1))
    api = RestApi(ledger, 6000)
    trades = get(api, "trades", f"symbol={quiet.symbol}&limit={limit}")
    assert len(trades) == limit
    assert [b["id"] - a["id"] for a, b in itertools.pairwise(trades)] == [1] * (limit - 1)
    last = ledger.last_order(str(quiet.symbol), NOW)
    assert last is not None
    assert trades[-1]["id"] == last.first_trade + last.fills - 1
    orders = get(api, "aggTrades", f"symbol={quiet.symbol}&limit={limit}")
    assert len(orders) == limit
    assert orders[-1]["a"] == last.order_id


def test_trades_make_up_the_aggregates(api: RestApi) -> None:
    """Each aggregate is the sum of the trades whose ids it names."""
    trades = {row["id"]: row for row in get(api, "trades", "symbol=ETHUSDT&limit=1000")}
    orders = get(api, "aggTrades", "symbol=ETHUSDT&limit=100")
    for order in orders:
        fills = [trades[number] for number in range(order["f"], order["l"] + 1)]
        assert {fill["price"] for fill in fills} == {order["p"]}
        assert {fill["time"] for fill in fills} == {order["T"]}
        assert {fill["isBuyerMaker"] for fill in fills} == {order["m"]}
        assert sum(round(float(fill["qty"]) * 1e4) for fill in fills) == round(
            float(order["q"]) * 1e4
        )


def test_paging_by_id_meets_every_trade_once(api: RestApi) -> None:
    """From the first ever on."""
    page = get(api, "aggTrades", "symbol=LTCUSDT&limit=700&startTime=0")
    assert page[0]["T"] - LISTED < HOUR
    following = get(api, "aggTrades", f"symbol=LTCUSDT&limit=1000&fromId={page[-1]['a'] + 1}")
    ids = [row["a"] for row in page + following]
    assert ids == list(range(ids[0], ids[0] + 1700))
    links = itertools.pairwise(page + following)
    assert all(after["f"] == before["l"] + 1 for before, after in links)


def test_an_id_that_is_never_reached_has_no_trades(api: RestApi) -> None:
    """However large it is."""
    for number in (10**12, 2**63 - 1):
        assert get(api, "aggTrades", f"symbol=BTCUSDT&fromId={number}") == []


def test_before_the_listing_there_are_no_trades(api: RestApi) -> None:
    """Neither the newest nor those of a stretch."""
    for query in ("symbol=BTCUSDT", f"symbol=BTCUSDT&startTime=0&endTime={LISTED - 1}"):
        assert get(api, "aggTrades", query, now=LISTED - DAY) == []
    assert get(api, "trades", "symbol=BTCUSDT", now=LISTED - DAY) == []
    assert get(api, "aggTrades", f"symbol=BTCUSDT&startTime={NOON}&endTime={NOON - DAY}") == []


def test_long_stretches_can_be_forbidden(model: ModelMarket) -> None:
    """As the exchange did in earlier years: an hour at most."""
    strict = RestApi(Ledger(model), 6000, trade_window_hours=1)
    short = f"symbol=BTCUSDT&startTime={NOON - HOUR}&endTime={NOON}&limit=1"
    assert len(get(strict, "aggTrades", short)) == 1
    long = f"symbol=BTCUSDT&startTime={NOON - HOUR - 1}&endTime={NOON}&limit=1"
    answer = strict.answer("/api/v3/aggTrades", long, NOW)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, -1127)
