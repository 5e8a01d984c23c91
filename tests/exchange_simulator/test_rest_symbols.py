"""Tests of how a request names its symbols."""

from __future__ import annotations

import json

import pytest

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Life, named_listings, with_lives
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.query import Query, RestError
from thebot_desktop.exchange_simulator.rest import RestApi
from thebot_desktop.exchange_simulator.rest_symbols import Symbols

LISTED = named_listings(("BTCUSDT", "ETHBTC", "币安人生USDT"))
SYMBOLS = Symbols({str(listing.symbol): listing for listing in LISTED})


def names(query: str) -> list[str] | None:
    named = SYMBOLS.named(Query(query))
    return None if named is None else [str(listing.symbol) for listing in named]


def test_symbols_come_in_the_order_they_are_named() -> None:
    """One, several, none; letters of any alphabet, encoded or not."""
    assert names("symbol=BTCUSDT") == ["BTCUSDT"]
    assert names('symbols=["ETHBTC","BTCUSDT"]') == ["ETHBTC", "BTCUSDT"]
    assert names("symbols=%5B%22ETHBTC%22%2C%22BTCUSDT%22%5D") == ["ETHBTC", "BTCUSDT"]
    assert names("symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT") == ["币安人生USDT"]
    assert names("") is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("symbol=BTCUSDT&symbols=[]", -1128),
        ("symbol=btcusdt", -1100),
        ("symbol=BTC/USDT", -1100),
        ("symbol=" + "X" * 51, -1100),
        ("symbol=BTCEUR", -1121),
        ("symbol=", -1105),
        ('symbols=["BTCUSDT","BTCUSDT"]', -1151),
        ('symbols=["BTCUSDT","ethbtc"]', -1100),
        ('symbols=["BTCUSDT","BTCEUR"]', -1121),
        ('symbols="BTCUSDT"', -1135),
        ("symbols=[1]", -1135),
        ("symbols=[]", -1130),
    ],
)
def test_symbols_that_cannot_be_named(query: str, code: int) -> None:
    """Each in its own words."""
    with pytest.raises(RestError) as caught:
        names(query)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("permissions=SPOT", 3),
        ('permissions=["MARGIN","SPOT"]', 3),
        ("permissions=MARGIN", 0),
        ("symbolStatus=TRADING", 3),
        ("symbolStatus=BREAK", 0),
        ('symbols=["ETHBTC"]&showPermissionSets=false', 1),
    ],
)
def test_exchange_info_is_about_those_that_fit(query: str, count: int) -> None:
    """By permission, by status, by name."""
    api = RestApi(Ledger(ModelMarket(LISTED, 1)), 6000)
    body = json.loads(api.answer("/api/v3/exchangeInfo", query, NOON).body)
    assert len(body["symbols"]) == count


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("permissions=spot", -1130),
        ("permissions=[SPOT", -1135),
        ("showPermissionSets=maybe", -1130),
        ("symbolStatus=ASLEEP", -1122),
        ("symbol=BTCUSDT&symbolStatus=TRADING", -1128),
        ('symbols=["BTCUSDT"]&permissions=SPOT', -1128),
        ("symbol=BTCUSDT&colour=red", -1104),
    ],
)
def test_what_exchange_info_does_not_understand(query: str, code: int) -> None:
    """Status 400 and the exchange's own code."""
    api = RestApi(Ledger(ModelMarket(LISTED, 1)), 6000)
    answer = api.answer("/api/v3/exchangeInfo", query, NOON)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, code)


@pytest.mark.parametrize("path", ["ping", "time"])
def test_some_requests_have_no_parameters(path: str) -> None:
    """Not even one."""
    answer = RestApi(Ledger(ModelMarket(LISTED, 1)), 6000).answer(f"/api/v3/{path}", "x=1", NOON)
    assert json.loads(answer.body) == {
        "code": -1101,
        "msg": "Too many parameters; expected '0' and received '1'.",
    }


def test_symbols_have_a_status_that_can_be_asked_for() -> None:
    """In exchangeInfo, in tickers and in books; a symbol of another status is refused."""
    lives = (Life("ETHBTC", NOON - 86_400_000, "BREAK"), Life("BTCUSDT", NOON, "CANCEL_ONLY"))
    api = RestApi(Ledger(ModelMarket(with_lives(LISTED, lives, NOON), 1)), 6000)

    def get(path: str, query: str, now: int = NOON) -> object:
        return json.loads(api.answer(f"/api/v3/{path}", query, now).body)

    def symbols(query: str, now: int = NOON) -> dict[str, str]:
        return {one["symbol"]: one["status"] for one in get("exchangeInfo", query, now)["symbols"]}

    every = {"BTCUSDT": "CANCEL_ONLY", "ETHBTC": "BREAK", "币安人生USDT": "TRADING"}
    assert symbols("") == every
    assert symbols("symbolStatus=TRADING") == {"币安人生USDT": "TRADING"}
    assert symbols("symbolStatus=BREAK") == {"ETHBTC": "BREAK"}
    assert symbols("", NOON - 1)["BTCUSDT"] == "TRADING"
    for path in ("ticker/24hr", "ticker/price", "ticker/bookTicker"):
        assert len(get(path, "")) == 3
        assert [one["symbol"] for one in get(path, "symbolStatus=BREAK")] == ["ETHBTC"]
        assert get(path, "symbol=ETHBTC&symbolStatus=TRADING")["code"] == -1220
        assert get(path, 'symbols=["ETHBTC","BTCUSDT"]&symbolStatus=BREAK')["code"] == -1220
    assert get("depth", "symbol=ETHBTC&symbolStatus=BREAK")["bids"]
    assert get("depth", "symbol=ETHBTC&symbolStatus=HALT")["code"] == -1220
