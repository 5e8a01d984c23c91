"""The REST side of the exchange: a path and a query in, a status and a body out. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import HOUR_MS
from thebot_desktop.exchange_simulator import payloads
from thebot_desktop.exchange_simulator.book import NO_DEPTH
from thebot_desktop.exchange_simulator.exchange_info import symbol_info
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import AVERAGE_MINUTES, Ledger
from thebot_desktop.exchange_simulator.limits import RAW_REQUESTS
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.query import NUMBER, Query, RestError
from thebot_desktop.exchange_simulator.rest_symbols import Symbols, bad_combination, text_list
from thebot_desktop.exchange_simulator.rest_tickers import MOST_WINDOWS, Tickers
from thebot_desktop.exchange_simulator.rest_trades import Trades

PREFIX = "/api/v3/"
INTERVALS = {interval.value: interval for interval in Interval}
MOST_LEVELS = 5000
MOST_WEIGHT = 200
"""Of a request for windows of any length, which costs 4 for each symbol."""

Steps: TypeAlias = Generator[None, None, payloads.Json]
_Call: TypeAlias = Callable[[Query, int, int], payloads.Json | Steps]


class Answer(Struct, frozen=True):
    status: HTTPStatus
    body: bytes
    weight: int = 1


class RestApi:
    """Every GET below ``/api/v3/`` that the market-data host answers."""

    def __init__(
        self,
        ledger: Ledger,
        weight_limit: int,
        raw_limit: int = RAW_REQUESTS,
        trade_window_hours: int | None = None,
    ) -> None:
        self._ledger = ledger
        self._limits = (weight_limit, raw_limit)
        self._symbols = Symbols(ledger.market.listings)
        tickers = Tickers(ledger, self._symbols)
        trades = Trades(ledger, self._symbols, trade_window_hours)
        self._calls: Mapping[str, tuple[int, _Call]] = {
            "ping": (1, self._ping),
            "time": (1, self._time),
            "exchangeInfo": (20, self._exchange_info),
            "klines": (2, self._klines),
            "uiKlines": (2, self._klines),
            "trades": (25, trades.newest),
            "aggTrades": (4, trades.aggregate),
            "depth": (5, self._depth),
            "avgPrice": (2, self._average),
            "ticker": (4, tickers.window),
            "ticker/24hr": (2, tickers.day),
            "ticker/price": (2, tickers.price),
            "ticker/bookTicker": (2, tickers.quote),
        }

    def weight(self, path: str, query: str) -> int:
        """What a request costs, known before it is answered."""
        call = self._calls.get(path.removeprefix(PREFIX))
        if call is None or not path.startswith(PREFIX):
            return 1
        values = dict(parse_qsl(query, keep_blank_values=True))
        return _weight(path.removeprefix(PREFIX), values, call[0])

    def answer(self, path: str, query: str, now: int, unit: int = 1) -> Answer:
        """``unit`` 1000 gives times in microseconds."""
        steps = self.steps(path, query, now, unit)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                answer: Answer = done.value
                return answer

    def steps(
        self, path: str, query: str, now: int, unit: int = 1
    ) -> Generator[None, None, Answer]:
        """The same in slices, so that a long answer holds nobody up."""
        call = self._calls.get(path.removeprefix(PREFIX))
        if call is None or not path.startswith(PREFIX):
            text = f"Path {path}, Method GET is invalid"
            return Answer(HTTPStatus.NOT_FOUND, RestError(-5000, text).body)
        try:
            asked = Query(query)
            result = call[1](asked, now, unit)
            if isinstance(result, Generator):
                result = yield from result
            asked.finish()
        except RestError as error:
            return Answer(error.status, error.body)
        return Answer(HTTPStatus.OK, msgspec.json.encode(result))

    def _ping(self, query: Query, now: int, unit: int) -> payloads.Json:
        del now, unit
        query.must_be_empty()
        return {}

    def _time(self, query: Query, now: int, unit: int) -> payloads.Json:
        query.must_be_empty()
        return {"serverTime": now * unit}

    def _exchange_info(self, query: Query, now: int, unit: int) -> Steps:
        permission_sets = query.flag("showPermissionSets", default=True)
        symbols = []
        for listing in self._shown(query, now):
            symbols.append(symbol_info(listing, now, permission_sets=permission_sets))
            yield
        return {
            "timezone": "UTC",
            "serverTime": now * unit,
            "rateLimits": self._rate_limits(),
            "exchangeFilters": [],
            "symbols": symbols,
        }

    def _shown(self, query: Query, now: int) -> list[Listing]:
        """The symbols that exchangeInfo is asked about."""
        permissions, status = query.get("permissions"), query.get("symbolStatus")
        named = self._symbols.named(query)
        if named is not None:
            if permissions or status:
                raise bad_combination("symbol", "symbols", "permissions", "symbolStatus")
            return named
        of_status = self._symbols.of_status(query, now)
        return of_status if _spot(permissions) else []

    def _rate_limits(self) -> list[payloads.Payload]:
        weight, raw = self._limits
        limits = (
            ("REQUEST_WEIGHT", "MINUTE", 1, weight),
            ("ORDERS", "SECOND", 10, 100),
            ("ORDERS", "DAY", 1, 200_000),
            ("RAW_REQUESTS", "MINUTE", 5, raw),
        )
        names = ("rateLimitType", "interval", "intervalNum", "limit")
        return [dict(zip(names, values, strict=True)) for values in limits]

    def _klines(self, query: Query, now: int, unit: int) -> Steps:
        listing = self._symbols.one(query)
        interval = INTERVALS.get(query.required("interval"))
        if interval is None:
            raise RestError(-1120, "Invalid interval.")
        grid = Grid(interval, query.time_zone())
        start, end = query.moment("startTime"), query.moment("endTime")
        limit, newest = query.limit(500), start is None
        symbol, first, last = str(listing.symbol), start or 0, now if end is None else min(end, now)
        if interval.milliseconds >= HOUR_MS:
            prepare = self._ledger.market.prepare
            yield from prepare(symbol, grid, first, last, limit, newest=newest)
        rows = self._ledger.candles(
            symbol, grid, now, first=first, last=last, limit=limit, newest=newest
        )
        return [payloads.kline_row(row, listing, grid, unit) for row in rows]

    def _depth(self, query: Query, now: int, unit: int) -> payloads.Json:
        del unit
        listing, limit = self._symbols.one(query), query.limit(100, MOST_LEVELS)
        self._symbols.checked(query, [listing], now)
        symbol = str(listing.symbol)
        order = self._ledger.last_order(symbol, now)
        book = self._ledger.book(symbol).snapshot(order, limit) if order else NO_DEPTH
        return payloads.depth(book, listing)

    def _average(self, query: Query, now: int, unit: int) -> payloads.Json:
        listing = self._symbols.one(query)
        symbol = str(listing.symbol)
        order = self._ledger.last_order(symbol, now)
        row = self._ledger.average_row(symbol, now)
        price = payloads.Texts(listing).average(row)
        time = order.time if order else now
        return {"mins": AVERAGE_MINUTES, "price": price, "closeTime": time * unit}


def _spot(permissions: str | None) -> bool:
    """Whether symbols that can be traded on the spot market are wanted: one value, or a list."""
    if permissions is None:
        return True
    is_list = permissions.startswith("[")
    names = text_list(permissions, "permissions") if is_list else [permissions]
    if not all(name.isascii() and name == name.upper() for name in names):
        raise RestError(-1130, "Data sent for parameter 'permissions' is not valid.")
    return "SPOT" in names


def _weight(name: str, values: Mapping[str, str], plain: int) -> int:
    """Requests for many symbols or many levels cost more."""
    if name == "depth":
        limit = values.get("limit", "100")
        levels = int(limit) if NUMBER.fullmatch(limit) else 100
        steps = ((100, 5), (500, 25), (1000, 50))
        return next((weight for most, weight in steps if levels <= most), 250)
    if not name.startswith("ticker") or "symbol" in values:
        return plain
    count = values["symbols"].count(",") + 1 if "symbols" in values else None
    if name == "ticker":
        return min(plain * min(count or 1, MOST_WINDOWS), MOST_WEIGHT)
    if name != "ticker/24hr":
        return 4
    return 80 if count is None or count > 100 else 40 if count > 20 else 2
