"""Tests of tickers by REST: windows of any length, one symbol, some, all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.market_model import ModelMarket
from thebot_desktop.exchange_simulator.rest import RestApi

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = NOON + 12_345


@pytest.fixture
def api(model: ModelMarket) -> RestApi:
    return RestApi(Ledger(model), 6000)


def get(api: RestApi, path: str, query: str = "", unit: int = 1) -> Any:
    """The body of a good answer."""
    answer = api.answer(f"/api/v3/{path}", query, NOW, unit)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


@pytest.mark.parametrize(
    ("size", "length"), [("1m", MINUTE), ("59m", 59 * MINUTE), ("23h", 23 * HOUR), ("7d", 7 * DAY)]
)
def test_a_window_is_the_sum_of_its_minutes(api: RestApi, size: str, length: int) -> None:
    """From a whole minute on, up to now."""
    row = get(api, "ticker", f"symbol=SOLUSDT&windowSize={size}")
    start = (NOW - length) // MINUTE * MINUTE
    assert (row["openTime"], row["closeTime"]) == (start, NOW)
    minutes: list[list[Any]] = []
    while start <= NOW:
        query = f"symbol=SOLUSDT&interval=1m&limit=1000&startTime={start}"
        minutes += get(api, "klines", query)
        start = minutes[-1][0] + MINUTE
    assert row["openPrice"] == minutes[0][1]
    assert row["lastPrice"] == minutes[-1][4]
    assert row["count"] == sum(minute[8] for minute in minutes)
    assert float(row["highPrice"]) == max(float(minute[2]) for minute in minutes)
    assert float(row["lowPrice"]) == min(float(minute[3]) for minute in minutes)
    assert row["lastId"] - row["firstId"] + 1 == row["count"]


def test_a_window_is_a_day_unless_said_otherwise(api: RestApi) -> None:
    """Short or long, for one symbol or for several."""
    row = get(api, "ticker", "symbol=BTCUSDT", unit=1000)
    assert NOW * 1000 - row["openTime"] == (DAY + NOW % MINUTE) * 1000
    several = get(api, "ticker", 'symbols=["ETHUSDT","BTCUSDT"]&type=MINI')
    assert [one["symbol"] for one in several] == ["ETHUSDT", "BTCUSDT"]
    assert "priceChange" not in several[0]
    assert several[0].keys() < row.keys()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", -1102),
        ("symbol=BTCUSDT&windowSize=60m", -1130),
        ("symbol=BTCUSDT&windowSize=24h", -1130),
        ("symbol=BTCUSDT&windowSize=8d", -1130),
        ("symbol=BTCUSDT&windowSize=0m", -1130),
        ("symbol=BTCUSDT&windowSize=1w", -1130),
        ("symbol=BTCUSDT&type=HUGE", -1139),
        ("symbols=[" + ",".join(f'"S{n}"' for n in range(101)) + "]", -1101),
        ("symbols=[]", -1130),
        ("symbol=BTCUSDT&symbolStatus=BREAK", -1220),
    ],
)
def test_windows_that_are_not_to_be_had(api: RestApi, query: str, code: int) -> None:
    """Status 400 and the exchange's own code."""
    answer = api.answer("/api/v3/ticker", query, NOW)
    assert (answer.status, json.loads(answer.body)["code"]) == (400, code)


@pytest.mark.parametrize(
    ("query", "weight"),
    [
        ("symbol=BTCUSDT", 4),
        ('symbols=["A","B","C"]', 12),
        ("symbols=" + ",".join(["x"] * 70), 200),
        ("", 4),
    ],
)
def test_each_window_has_its_price(api: RestApi, query: str, weight: int) -> None:
    """Four for each symbol, two hundred at most."""
    assert api.weight("/api/v3/ticker", query) == weight
