"""Tests of the REST side: parameters, rows, errors, weights."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange_simulator.conftest import NOON
from thebot_desktop.domain.market import Interval
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.market_model import LISTED, ModelMarket
from thebot_desktop.exchange_simulator.rest import RestApi

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = NOON + 12_345


@pytest.fixture
def api(model: ModelMarket) -> RestApi:
    return RestApi(Ledger(model), 6000)


def get(api: RestApi, path: str, query: str = "", unit: int = 1, now: int = NOW) -> Any:
    """The body of a good answer."""
    answer = api.answer(f"/api/v3/{path}", query, now, unit)
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def opens(rows: list[list[Any]]) -> list[int]:
    return [row[0] for row in rows]


def test_without_times_the_newest_rows_come_the_running_one_last(api: RestApi) -> None:
    """500 unless a limit says otherwise, never more than 1000."""
    rows = get(api, "klines", "symbol=BTCUSDT&interval=1m")
    assert opens(rows) == [NOON - n * MINUTE for n in range(499, -1, -1)]
    assert all(len(row) == 12 for row in rows)
    assert rows[-1][6] == NOON + MINUTE - 1 > NOW
    assert len(get(api, "klines", "symbol=BTCUSDT&interval=1m&limit=5000")) == 1000
    assert len(get(api, "uiKlines", "symbol=BTCUSDT&interval=1m&limit=3")) == 3


def test_with_a_start_the_oldest_rows_from_it_come(api: RestApi) -> None:
    """Both bounds belong to the stretch, and select by open time."""
    query = "symbol=BTCUSDT&interval=1m"
    start, end = NOON - HOUR, NOON - 30 * MINUTE
    both = get(api, "klines", f"{query}&startTime={start}&endTime={end}")
    assert opens(both) == list(range(start, end + 1, MINUTE))
    unaligned = get(api, "klines", f"{query}&startTime={start + 1}&endTime={end - 1}")
    assert opens(unaligned) == list(range(start + MINUTE, end, MINUTE))
    one = get(api, "klines", f"{query}&startTime={start}&endTime={start}")
    assert opens(one) == [start]
    first = get(api, "klines", f"{query}&startTime={start}&limit=3")
    assert opens(first) == [start, start + MINUTE, start + 2 * MINUTE]
    newest = get(api, "klines", f"{query}&endTime={end}&limit=2")
    assert opens(newest) == [end - MINUTE, end]
    micro = get(api, "klines", f"{query}&startTime={start}000&endTime={end}000")
    assert micro == both


def test_a_stretch_without_candles_is_an_empty_list(api: RestApi) -> None:
    """Before the listing, after now, backwards."""
    query = "symbol=BTCUSDT&interval=1h"
    assert get(api, "klines", f"{query}&startTime={NOW + DAY}") == []
    assert get(api, "klines", f"{query}&endTime={LISTED - 1}") == []
    assert get(api, "klines", f"{query}&startTime={NOON}&endTime={NOON - DAY}") == []
    assert opens(get(api, "klines", f"{query}&startTime=0&limit=2")) == [LISTED, LISTED + HOUR]


def test_paging_forward_meets_every_candle_once(api: RestApi) -> None:
    """From page to page, next start = last open + interval, until a short page."""
    seen: list[int] = []
    start = NOON - 2345 * MINUTE
    while True:
        query = f"symbol=ETHUSDT&interval=1m&limit=1000&startTime={start}"
        page = opens(get(api, "klines", query))
        seen += page
        if len(page) < 1000:
            break
        start = page[-1] + MINUTE
    assert seen == [NOON - n * MINUTE for n in range(2345, -1, -1)]


def test_time_zones_shift_where_days_begin(api: RestApi) -> None:
    """Eight hours east they open at 16:00 UTC, five forty-five at 18:15."""
    days = get(api, "klines", "symbol=BTCUSDT&interval=1d&limit=2&timeZone=8")
    assert all(row[0] % DAY == 16 * HOUR for row in days)
    nepal = get(api, "klines", "symbol=BTCUSDT&interval=1d&limit=2&timeZone=05:45")
    assert all(row[0] % DAY == 18 * HOUR + 15 * MINUTE for row in nepal)


ZONES = ("0", "8", "-5:00", "05:45")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("interval", [one.value for one in Interval if one is not Interval.S1])
def test_every_interval_adds_up_in_every_time_zone(api: RestApi, interval: str, zone: str) -> None:
    """Candles follow each other without a hole and are exactly the sum of shorter ones."""
    query = f"symbol=LINKUSDT&interval={interval}&limit=3&timeZone={zone}"
    rows = get(api, "klines", query)
    assert get(api, "uiKlines", query) == rows
    assert all(after[0] == before[6] + 1 for before, after in itertools.pairwise(rows))
    assert rows[-1][0] <= NOW <= rows[-1][6]
    row = rows[-2]
    part = "15m" if row[6] - row[0] > HOUR else "1m"
    parts: list[list[Any]] = []
    while not parts or parts[-1][6] < row[6]:
        start = parts[-1][6] + 1 if parts else row[0]
        shorter = f"symbol=LINKUSDT&interval={part}&limit=1000&timeZone={zone}&startTime={start}"
        parts += get(api, "klines", f"{shorter}&endTime={row[6]}")
    assert (parts[0][0], parts[-1][6]) == (row[0], row[6])
    assert (parts[0][1], parts[-1][4]) == (row[1], row[4])
    assert max(float(one[2]) for one in parts) == float(row[2])
    assert min(float(one[3]) for one in parts) == float(row[3])
    assert sum(one[8] for one in parts) == row[8]
    for column in (5, 7, 9, 10):
        assert sum(Decimal(one[column]) for one in parts) == Decimal(row[column])


def test_microseconds_on_request(api: RestApi) -> None:
    """Open and close time, one microsecond before the next."""
    row = get(api, "klines", "symbol=BTCUSDT&interval=1m&limit=1", unit=1000)[0]
    assert row[0] == NOON * 1000
    assert row[6] == (NOON + MINUTE) * 1000 - 1


def test_seconds_are_candles_too(api: RestApi) -> None:
    """A thousand of them, consecutive, consistent with their minutes."""
    rows = get(api, "klines", f"symbol=BTCUSDT&interval=1s&limit=1000&endTime={NOON - 1}")
    assert opens(rows) == [NOON - n * 1000 for n in range(1000, 0, -1)]
    minute = get(api, "klines", f"symbol=BTCUSDT&interval=1m&endTime={NOON - 1}&limit=1")[0]
    seconds = [row for row in rows if row[0] >= minute[0]]
    assert sum(row[8] for row in seconds) == minute[8]
    assert max(float(row[2]) for row in seconds) == float(minute[2])


def test_aggregate_trades_page_by_id_and_by_time(api: RestApi) -> None:
    """From an id on without a hole; by time within the bounds; else the newest."""
    newest = get(api, "aggTrades", "symbol=SOLUSDT&limit=50")
    assert len(newest) == 50
    assert newest[-1]["T"] <= NOW
    ids = [row["a"] for row in newest]
    assert ids == list(range(ids[0], ids[0] + 50))
    again = get(api, "aggTrades", f"symbol=SOLUSDT&fromId={ids[10]}&limit=5")
    assert again == newest[10:15]
    start, end = newest[3]["T"], newest[30]["T"]
    between = get(api, "aggTrades", f"symbol=SOLUSDT&startTime={start}&endTime={end}")
    assert between == [row for row in newest if start <= row["T"] <= end]
    assert all(b["f"] == a["l"] + 1 for a, b in itertools.pairwise(newest))
    assert get(api, "aggTrades", f"symbol=SOLUSDT&fromId={ids[-1] + 10**6}") == []


def test_trades_are_those_of_the_candles(api: RestApi) -> None:
    """A minute's aggregate trades add up to its candle."""
    query = f"symbol=LTCUSDT&startTime={NOON - MINUTE}&endTime={NOON - 1}&limit=1000"
    orders = get(api, "aggTrades", query)
    row = get(api, "klines", f"symbol=LTCUSDT&interval=1m&startTime={NOON - MINUTE}&limit=1")[0]
    assert sum(round(float(o["q"]) * 1000) for o in orders) == round(float(row[5]) * 1000)
    assert orders[0]["p"] == row[1]
    assert orders[-1]["p"] == row[4]
    trades = get(api, "trades", "symbol=LTCUSDT&limit=200", now=NOON - 1)
    assert trades[-1]["id"] == orders[-1]["l"]
    assert trades[-1]["price"] == row[4]


def test_tickers_for_one_for_some_for_all(api: RestApi, model: ModelMarket) -> None:
    """An object, a list in the order asked for, a list of everything."""
    one = get(api, "ticker/24hr", "symbol=BTCUSDT")
    assert one["count"] == one["lastId"] - one["firstId"] + 1
    assert one["closeTime"] - one["openTime"] == DAY
    some = get(api, "ticker/24hr", "symbols=%5B%22ETHUSDT%22,%22BTCUSDT%22%5D&type=MINI")
    assert [row["symbol"] for row in some] == ["ETHUSDT", "BTCUSDT"]
    assert "priceChange" not in some[0]
    for path in ("ticker/24hr", "ticker/price", "ticker/bookTicker"):
        assert [row["symbol"] for row in get(api, path)] == list(model.listings)
    assert get(api, "ticker/24hr", "symbolStatus=HALT") == []


def test_price_ticker_candle_and_book_agree(api: RestApi) -> None:
    """One market, however it is asked."""
    price = get(api, "ticker/price", "symbol=ADAUSDT")["price"]
    assert get(api, "ticker/24hr", "symbol=ADAUSDT")["lastPrice"] == price
    assert get(api, "klines", "symbol=ADAUSDT&interval=1d&limit=1")[0][4] == price
    quote = get(api, "ticker/bookTicker", "symbol=ADAUSDT")
    assert price in (quote["bidPrice"], quote["askPrice"])
    depth = get(api, "depth", "symbol=ADAUSDT&limit=1")
    assert depth["bids"] == [[quote["bidPrice"], quote["bidQty"]]]
    assert depth["asks"] == [[quote["askPrice"], quote["askQty"]]]
    assert abs(float(get(api, "avgPrice", "symbol=ADAUSDT")["price"]) / float(price) - 1) < 0.02


def test_exchange_info_can_be_narrowed(api: RestApi) -> None:
    """To symbols, and to a small answer without permission sets."""
    one = get(api, "exchangeInfo", "symbol=PEPEUSDT")["symbols"]
    filters = {f["filterType"]: f for f in one[0]["filters"]}
    assert filters["PRICE_FILTER"]["tickSize"] == "0.00000001"
    assert filters["LOT_SIZE"]["stepSize"] == "1.00000000"
    assert (one[0]["baseAsset"], one[0]["quoteAsset"]) == ("PEPE", "USDT")
    two = get(api, "exchangeInfo", 'symbols=["BTCUSDT","ETHUSDT"]&showPermissionSets=false')
    assert [s["symbol"] for s in two["symbols"]] == ["BTCUSDT", "ETHUSDT"]
    assert two["symbols"][0]["permissionSets"] == []
    assert len(get(api, "exchangeInfo", "permissions=SPOT")["symbols"]) == 13
    assert get(api, "exchangeInfo", "permissions=LEVERAGED")["symbols"] == []


@pytest.mark.parametrize(
    ("path", "query", "code"),
    [
        ("klines", "interval=1m", -1102),
        ("klines", "symbol=BTCUSDT", -1102),
        ("klines", "symbol=&interval=1m", -1102),
        ("klines", "symbol=NOSUCH&interval=1m", -1121),
        ("klines", "symbol=btcusdt&interval=1m", -1100),
        ("klines", "symbol=BTCUSDT&interval=7m", -1120),
        ("klines", "symbol=BTCUSDT&interval=1m&limit=0", -1130),
        ("klines", "symbol=BTCUSDT&interval=1m&limit=x", -1100),
        ("klines", "symbol=BTCUSDT&interval=1m&startTime=-1", -1100),
        ("klines", "symbol=BTCUSDT&interval=1m&timeZone=15", -1130),
        ("klines", "symbol=BTCUSDT&interval=1m&timeZone=x", -1130),
        ("klines", "symbol=BTCUSDT&interval=1m&colour=red", -1104),
        ("klines", "symbol=BTCUSDT&symbol=BTCUSDT&interval=1m", -1101),
        ("ticker/24hr", 'symbol=BTCUSDT&symbols=["BTCUSDT"]', -1128),
        ("ticker/24hr", "symbols=[BTC", -1135),
        ("ticker/24hr", 'symbols=["BTCUSDT","BTCUSDT"]', -1151),
        ("ticker/24hr", 'symbols=["NOSUCH"]', -1121),
        ("ticker/24hr", "type=TINY", -1139),
        ("ticker/24hr", "symbolStatus=MAYBE", -1122),
        ("ticker/24hr", "symbol=BTCUSDT&symbolStatus=HALT", -1220),
        ("aggTrades", "symbol=BTCUSDT&fromId=1&startTime=1", -1128),
        ("exchangeInfo", "symbol=BTCUSDT&permissions=SPOT", -1128),
        ("depth", "symbol=BTCUSDT&limit=", -1105),
        ("klines", "symbol=BTCUSDT&interval=1m&startTime=9223372036854775808", -1108),
    ],
)
def test_what_the_exchange_does_not_accept(api: RestApi, path: str, query: str, code: int) -> None:
    """Status 400 and the exchange's own code."""
    answer = api.answer(f"/api/v3/{path}", query, NOW)
    assert answer.status == 400
    body = json.loads(answer.body)
    assert body["code"] == code
    assert body["msg"]


NAMES = (
    "symbol",
    "symbols",
    "interval",
    "limit",
    "startTime",
    "endTime",
    "fromId",
    "timeZone",
    "type",
    "windowSize",
    "symbolStatus",
    "permissions",
    "showPermissionSets",
)
VALUES = st.one_of(
    st.sampled_from(
        [
            "BTCUSDT", "btcusdt", '["BTCUSDT","ETHUSDT"]', "[]", "1m", "1M", "1s", "0", "1", "-1",
            "1000", "5000", str(NOON), str(NOON * 1000), str(2**63 - 1), str(2**63), "9" * 20,
            "8", "-12:00", "14:01", "FULL", "MINI", "7d", "SPOT", "TRADING", "HALT", "true", "",
        ]
    ),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        [
            "ping",
            "time",
            "exchangeInfo",
            "klines",
            "uiKlines",
            "trades",
            "aggTrades",
            "depth",
            "avgPrice",
            "ticker",
            "ticker/24hr",
            "ticker/price",
            "ticker/bookTicker",
        ]
    ),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5),
    st.booleans(),
)
def test_any_request_is_answered_or_refused(
    model: ModelMarket, path: str, values: dict[str, str], named: bool
) -> None:
    """With a body that says which, and a weight, whatever nonsense is asked."""
    if named:
        values = {"symbol": "BTCUSDT", "interval": "1h", **values}
    api, query = RestApi(Ledger(model), 6000), urlencode(values)
    answer = api.answer(f"/api/v3/{path}", query, NOW)
    body = json.loads(answer.body)
    assert answer.status in (200, 400)
    assert (answer.status == 400) == (isinstance(body, dict) and "code" in body)
    assert 1 <= api.weight(f"/api/v3/{path}", query) <= 250


@pytest.mark.parametrize("path", ["/api/v3/historicalTrades", "/api/v1/klines", "/", "/x/klines"])
def test_unknown_paths_are_not_found(api: RestApi, path: str) -> None:
    """Status 404, still with a code."""
    answer = api.answer(path, "", NOW)
    assert answer.status == 404
    assert json.loads(answer.body)["code"] < 0


@pytest.mark.parametrize(
    ("path", "query", "weight"),
    [
        ("ping", "", 1),
        ("exchangeInfo", "", 20),
        ("klines", "symbol=BTCUSDT&interval=1m&limit=1000", 2),
        ("depth", "symbol=BTCUSDT", 5),
        ("depth", "symbol=BTCUSDT&limit=500", 25),
        ("depth", "symbol=BTCUSDT&limit=1000", 50),
        ("depth", "symbol=BTCUSDT&limit=5000", 250),
        ("trades", "symbol=BTCUSDT", 25),
        ("aggTrades", "symbol=BTCUSDT", 4),
        ("ticker/24hr", "symbol=BTCUSDT", 2),
        ("ticker/24hr", 'symbols=["A","B"]', 2),
        ("ticker/24hr", "symbols=" + ",".join(["x"] * 21), 40),
        ("ticker/24hr", "", 80),
        ("ticker/price", "symbol=BTCUSDT", 2),
        ("ticker/price", "", 4),
        ("ticker/bookTicker", "", 4),
        ("avgPrice", "symbol=BTCUSDT", 2),
        ("nonsense", "", 1),
    ],
)
def test_every_request_has_its_weight(api: RestApi, path: str, query: str, weight: int) -> None:
    """Known before it is answered."""
    assert api.weight(f"/api/v3/{path}", query) == weight


def test_long_requests_are_prepared_in_slices(model: ModelMarket) -> None:
    """A year of days takes many slices, after which the answer is at hand."""
    market = ModelMarket(tuple(model.listings.values()), 1)
    api = RestApi(Ledger(market), 6000)
    query = "symbol=BTCUSDT&interval=1d&limit=365"
    assert len(list(api.steps("/api/v3/klines", query, NOW))) > 20
    assert list(api.steps("/api/v3/klines", "symbol=x", NOW)) == []
    assert len(list(api.steps("/api/v3/ticker/24hr", "", NOW))) == len(model.listings)
    assert len(get(api, "klines", query)) == 365


def test_the_running_row_is_the_forming_candle(api: RestApi, model: ModelMarket) -> None:
    """Of every interval, as the streams tell it."""
    for interval in Interval:
        row = get(api, "klines", f"symbol=BTCUSDT&interval={interval.value}&limit=1")[0]
        forming = Ledger(model).forming("BTCUSDT", Grid(interval), NOW)
        assert forming is not None
        assert (row[0], row[8]) == (forming.open_time, forming.trades)
