"""Past candles, page by page, closed ones only."""

from __future__ import annotations

import json

import pytest

from tests.fakes import BTC_1M, MINUTE
from thebot_desktop.adapters.clock import SystemClock
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.adapters.feeds.rest_history import RestHistory
from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.http_errors import RefusedError
from thebot_desktop.adapters.transport.weight_budget import WeightBudget
from thebot_desktop.domain.errors import FatalFeedError, UnknownSymbolError
from thebot_desktop.domain.market import Interval, SeriesKey
from thebot_desktop.domain.time import SimulatedClock
from thebot_desktop.exchange_simulator.server import ExchangeConfig, ExchangeServer
from thebot_desktop.market.ports import HttpRequest

COUNT = 2500
NOW = COUNT * MINUTE - MINUTE // 2
"""The last of 2,500 candles is still forming."""


LISTED = [f"S{i:03}USDT" for i in range(500)]
FIELDS = {
    "24hr": ("lastPrice", "openPrice", "highPrice", "lowPrice", "volume", "quoteVolume"),
    "price": ("price",),
    "bookTicker": ("bidPrice", "bidQty", "askPrice", "askQty"),
}


class FakeHttp:
    """Answers as the exchange documents it, over candles numbered from the epoch."""

    def __init__(self):
        self.requests = []
        self.budget = WeightBudget(SimulatedClock())
        self.refusal = None

    async def get(self, request):
        self.requests.append(request)
        if self.refusal and request.path.endswith("klines"):
            raise RefusedError("refused", self.refusal, 400)
        if request.path.endswith("time"):
            return json.dumps({"serverTime": NOW}).encode()
        if request.path.endswith("exchangeInfo"):
            symbols = [{"symbol": "BTCUSDT", "status": "TRADING", "filters": []}]
            limit = {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE"}
            limits = [limit | {"intervalNum": 1, "limit": 1200}]
            return json.dumps({"symbols": symbols, "rateLimits": limits}).encode()
        if "/ticker/" in request.path:
            names = request.query.get("symbols")
            symbols = LISTED if names is None else json.loads(names)
            return self._tickers(symbols, request.path.rpartition("/")[2])
        if request.path.endswith("ping"):
            return b"{}"
        return json.dumps(self._rows(request.query)).encode()

    def _tickers(self, symbols, kind):
        if "GONEUSDT" in symbols:
            raise RefusedError("refused", b'{"code":-1121,"msg":"Invalid symbol."}', 400)
        rows = [
            {"symbol": s, "closeTime": 1, **dict.fromkeys(FIELDS[kind], "1.5")} for s in symbols
        ]
        return json.dumps(rows).encode()

    def _rows(self, query):
        times = [
            i * MINUTE
            for i in range(COUNT)
            if query.get("startTime", 0) <= i * MINUTE <= query.get("endTime", 10**15)
        ]
        limit = query["limit"]
        chosen = times[:limit] if "startTime" in query else times[-limit:]
        return [
            [t, "1.0", "2.0", "0.5", "1.5", "7", t + MINUTE - 1, "9", 3, "4", "5", "0"]
            for t in chosen
        ]


def history():
    http = FakeHttp()
    return http, RestHistory(Binance(), http, SimulatedClock(NOW - 5_000))


async def opens(source, **wanted):
    return [c.open_time // MINUTE for c in await source.candles(BTC_1M, **wanted)]


async def test_the_newest_candles_leave_out_the_one_that_is_forming():
    """A recorder that forgets this keeps unfinished candles."""
    _, source = history()
    assert await opens(source, limit=3) == [COUNT - 4, COUNT - 3, COUNT - 2]


@pytest.mark.parametrize(("ago", "newest"), [(500, COUNT - 3), (3_000, COUNT - 2)])
async def test_the_newest_row_is_not_believed_until_rest_has_caught_up(ago, newest):
    """Its time is over, but REST may be a moment behind and lack its last trades."""

    class Lagging(FakeHttp):
        async def get(self, request):
            if request.path.endswith("time"):
                return json.dumps({"serverTime": (COUNT - 1) * MINUTE - 1 + ago}).encode()
            return json.dumps(self._rows(request.query)[:-1]).encode()

    source = RestHistory(Binance(), Lagging(), SimulatedClock(NOW))
    assert (await opens(source, limit=5))[-1] == newest
    assert (await opens(source, start=(COUNT - 9) * MINUTE, limit=50))[-1] == newest


async def test_more_than_a_page_is_put_together_in_order():
    """Forwards and backwards alike, without a double."""
    _, source = history()
    assert await opens(source, limit=2200) == list(range(COUNT - 2201, COUNT - 1))
    assert await opens(source, start=100 * MINUTE, limit=2200) == list(range(100, 2300))


async def test_a_stretch_has_both_its_ends():
    """Open times from start to end, both included; nothing beyond the newest closed one."""
    _, source = history()
    assert await opens(source, start=5 * MINUTE, end=7 * MINUTE) == [5, 6, 7]
    assert await opens(source, start=(COUNT - 2) * MINUTE) == [COUNT - 2]
    assert await opens(source, start=COUNT * MINUTE) == []
    assert await opens(source, end=2 * MINUTE) == [0, 1, 2]


async def test_the_offset_of_the_clocks_is_known_after_the_first_request():
    """Ours is five seconds behind."""
    _, source = history()
    await source.candles(BTC_1M, limit=1)
    assert source.clock_offset_ms == 5_000


async def test_an_unknown_symbol_names_its_neighbours():
    """The list of symbols is fetched for that, once."""
    http, source = history()
    http.refusal = b'{"code":-1121,"msg":"Invalid symbol."}'
    with pytest.raises(UnknownSymbolError) as caught:
        await source.candles(BTC_1M)
    with pytest.raises(UnknownSymbolError):
        await source.candles(BTC_1M)
    assert "Did you mean BTCUSDT?" in caught.value.user_message
    assert sum(r.path.endswith("exchangeInfo") for r in http.requests) == 1


async def test_a_symbol_that_is_gone_does_not_cost_the_others_their_statistics():
    """The exchange refuses the whole list; then each is asked for alone, where it matters."""
    http, source = history()
    symbols = [f"S{i:02}USDT" for i in range(30)]
    found = await source.tickers([*symbols, "GONEUSDT"])
    assert [t.symbol for t in found] == symbols
    weights = [r.weight for r in http.requests if r.path.endswith("24hr")]
    assert sum(weights) <= 2 * 2 + 2 * 20


async def test_a_refusal_that_says_nothing_stays_a_refusal():
    """A page of HTML is no code."""
    http, source = history()
    http.refusal = b"<html>"
    with pytest.raises(RefusedError):
        await source.candles(BTC_1M)


async def test_hundreds_of_tickers_come_in_one_answer():
    """Cheaper than many answers, and only those that were asked for."""
    http, source = history()
    found = await source.tickers([*LISTED[:300], "GONEUSDT"])
    assert [t.symbol for t in found] == LISTED[:300]
    assert [r.weight for r in http.requests] == [80]


@pytest.mark.parametrize("count", [1, 20, 300])
async def test_prices_and_quotes_of_many_symbols_cost_one_request(count):
    """By name for a few, else of everything that is listed."""
    http, source = history()
    prices = await source.prices(LISTED[:count])
    quotes = await source.quotes(LISTED[:count])
    assert prices == dict.fromkeys(LISTED[:count], 1.5)
    assert {q.symbol: (q.bid, q.ask) for q in quotes} == dict.fromkeys(LISTED[:count], (1.5, 1.5))
    assert [("symbols" in r.query, r.weight) for r in http.requests] == [(count <= 20, 4)] * 2


async def test_an_unknown_symbol_costs_the_others_neither_price_nor_quote():
    """The exchange refuses the list; then everything is asked for."""
    _, source = history()
    wanted = ["GONEUSDT", LISTED[7]]
    assert await source.prices(wanted) == {LISTED[7]: 1.5}
    assert [q.symbol for q in await source.quotes(wanted)] == [LISTED[7]]


async def test_the_budget_follows_the_limit_that_the_exchange_tells():
    """It stands beside the list of what is traded."""
    http, source = history()
    await source.instruments()
    assert http.budget.limit == source.weight_limit == 1200


async def test_candles_for_display_are_asked_for_where_the_exchange_keeps_them():
    """Numbers that match the stream come from elsewhere."""
    http, source = history()
    assert len(await source.candles(BTC_1M, limit=3, for_display=True)) == 3
    assert await source.ping() == 0
    assert [r.path for r in http.requests][1:] == ["/api/v3/uiKlines", "/api/v3/ping"]


async def test_every_question_is_one_that_the_embedded_exchange_answers():
    """The same facts by every way; spelled as the exchange's own documentation spells them."""
    clock = SystemClock()
    server = ExchangeServer(ExchangeConfig(symbols=30), clock)
    await server.start()
    http = HttpClient(server.rest_url, clock)
    source = RestHistory(Binance(), http, clock)
    try:
        listed = list(await source.instruments())
        assert len(listed) == 30
        assert source.weight_limit == 6000
        some = ["NOSUCHUSDT", *listed[:3]]
        for wanted, known in ((some, listed[:3]), (listed, listed)):
            assert set(await source.prices(wanted)) == set(known)
            assert {quote.symbol for quote in await source.quotes(wanted)} == set(known)
            assert {ticker.symbol for ticker in await source.tickers(wanted)} == set(known)
        (quote,) = await source.quotes(listed[:1])
        assert 0 < quote.bid < quote.ask
        series = SeriesKey(listed[0], Interval.M1)
        plain = await source.candles(series, limit=5)
        assert await source.candles(series, limit=5, for_display=True) == plain
        assert len((await source.book(listed[0], 100)).bids) > 0
        newest = await http.get(HttpRequest("/api/v3/aggTrades", {"symbol": listed[0]}))
        known = Binance().decode_trades(listed[0], newest)
        assert await source.trades(listed[0], known[-9].trade_id, 5) == known[-9:-4]
        assert await source.ping() >= 0
    finally:
        await http.aclose()
        await server.aclose()


async def test_an_interval_that_the_exchange_lacks_is_a_sentence_and_no_request():
    """With those that there are."""

    class WithoutSeconds(Binance):
        intervals = frozenset(Interval) - {Interval.S1, Interval.MO1}

    http = FakeHttp()
    history = RestHistory(WithoutSeconds(), http, SimulatedClock())
    with pytest.raises(FatalFeedError) as caught:
        await history.candles(SeriesKey(BTC_1M.symbol, Interval.S1))
    said = caught.value.user_message
    assert said.startswith("The exchange has no candles of 1s; it has 1m, 3m, 5m")
    assert said.endswith("3d, 1w.")
    assert http.requests == []
