"""The REST side of the exchange: a path and a query in, a status and a body out. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import HOUR_MS, MINUTE_MS
from thebot_desktop.exchange_simulator import payloads
from thebot_desktop.exchange_simulator.book import NO_DEPTH
from thebot_desktop.exchange_simulator.exchange_info import STATUS, symbol_info
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import AVERAGE_MINUTES, Ledger
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.query import NUMBER, Query, RestError
from thebot_desktop.exchange_simulator.rows import flat

Json: TypeAlias = payloads.Payload | list[payloads.Payload] | list[list[int | str]]

PREFIX = "/api/v3/"
INTERVALS = {interval.value: interval for interval in Interval}
MOST_LEVELS = 5000

_SYMBOL = re.compile(r"[\w\-.]{1,50}")
_SYMBOL_LIST = msgspec.json.Decoder(list[str])


class Answer(Struct, frozen=True):
    status: HTTPStatus
    body: bytes
    weight: int = 1


class RestApi:
    """Every GET below ``/api/v3/`` that the market-data host answers."""

    def __init__(self, ledger: Ledger, weight_limit: int) -> None:
        self._ledger = ledger
        self._listings = ledger.market.listings
        self._weight_limit = weight_limit
        self._calls: Mapping[str, tuple[int, Callable[[Query, int, int], Json]]] = {
            "ping": (1, self._ping),
            "time": (1, self._time),
            "exchangeInfo": (20, self._exchange_info),
            "klines": (2, self._klines),
            "uiKlines": (2, self._klines),
            "trades": (25, self._trades),
            "aggTrades": (4, self._agg_trades),
            "depth": (5, self._depth),
            "avgPrice": (2, self._average),
            "ticker/24hr": (2, self._tickers),
            "ticker/price": (2, self._last_prices),
            "ticker/bookTicker": (2, self._quotes),
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
        call = self._calls.get(path.removeprefix(PREFIX))
        if call is None or not path.startswith(PREFIX):
            text = f"Path {path}, Method GET is invalid"
            return Answer(HTTPStatus.NOT_FOUND, RestError(-5000, text).body)
        try:
            asked = Query(query)
            result = call[1](asked, now, unit)
            asked.finish()
        except RestError as error:
            return Answer(error.status, error.body)
        return Answer(HTTPStatus.OK, msgspec.json.encode(result))

    def prepare(self, path: str, query: str, now: int) -> Iterator[None]:
        """The work of a request for many candles, in slices; nonsense is left to ``answer``."""
        if path.removeprefix(PREFIX) not in ("klines", "uiKlines"):
            return
        try:
            symbol, grid, first, last, limit, newest = self._kline_query(Query(query), now)
        except RestError:
            return
        if grid.interval.milliseconds < HOUR_MS:
            return
        yield from self._ledger.market.prepare(symbol, grid, first, last, limit, newest=newest)

    def _ping(self, query: Query, now: int, unit: int) -> Json:
        del query, now, unit
        return {}

    def _time(self, query: Query, now: int, unit: int) -> Json:
        del query
        return {"serverTime": now * unit}

    def _exchange_info(self, query: Query, now: int, unit: int) -> Json:
        permission_sets = query.get("showPermissionSets") != "false"
        permissions = query.get("permissions")
        status = query.get("symbolStatus")
        named = self._named(query)
        if named is not None and (permissions or status):
            raise _bad_combination("symbol", "symbols", "permissions")
        shown = self._listings.values() if named is None else named
        if (permissions and "SPOT" not in permissions) or status not in (None, STATUS):
            shown = []
        return {
            "timezone": "UTC",
            "serverTime": now * unit,
            "rateLimits": self._rate_limits(),
            "exchangeFilters": [],
            "symbols": [symbol_info(one, permission_sets=permission_sets) for one in shown],
        }

    def _rate_limits(self) -> list[payloads.Payload]:
        limits = (
            ("REQUEST_WEIGHT", "MINUTE", 1, self._weight_limit),
            ("ORDERS", "SECOND", 10, 100),
            ("ORDERS", "DAY", 1, 200_000),
            ("RAW_REQUESTS", "MINUTE", 5, 300_000),
        )
        names = ("rateLimitType", "interval", "intervalNum", "limit")
        return [dict(zip(names, values, strict=True)) for values in limits]

    def _klines(self, query: Query, now: int, unit: int) -> Json:
        symbol, grid, first, last, limit, newest = self._kline_query(query, now)
        rows = self._ledger.candles(
            symbol, grid, now, first=first, last=last, limit=limit, newest=newest
        )
        listing = self._listings[symbol]
        return [payloads.kline_row(row, listing, grid, unit) for row in rows]

    def _kline_query(self, query: Query, now: int) -> tuple[str, Grid, int, int, int, bool]:
        symbol = self._symbol(query)
        interval = INTERVALS.get(query.required("interval"))
        if interval is None:
            raise RestError(-1120, "Invalid interval.")
        grid = Grid(interval, query.time_zone())
        first, last = query.moment("startTime"), query.moment("endTime")
        limit = query.limit(500)
        until = now if last is None else min(last, now)
        return symbol, grid, first or 0, until, limit, first is None

    def _trades(self, query: Query, now: int, unit: int) -> Json:
        symbol, limit = self._symbol(query), query.limit(500)
        listing = self._listings[symbol]
        rows: list[payloads.Payload] = []
        for orders in self._orders_backwards(symbol, now):
            added = [row for one in orders for row in payloads.trade_rows(one, listing, unit)]
            rows = added + rows
            if len(rows) >= limit:
                break
        return rows[-limit:]

    def _agg_trades(self, query: Query, now: int, unit: int) -> Json:
        symbol, limit = self._symbol(query), query.limit(500)
        first_id = query.integer("fromId")
        start, end = query.moment("startTime"), query.moment("endTime")
        if first_id is not None and (start is not None or end is not None):
            raise _bad_combination("fromId", "startTime", "endTime")
        end = now if end is None else min(end, now)
        if first_id is not None:
            orders = self._orders_from_id(symbol, first_id, limit, now)
        elif start is not None:
            orders = self._orders_from(symbol, start, end, limit)
        else:
            orders = self._newest_orders(symbol, end, limit)
        return [payloads.agg_trade(one, self._listings[symbol], unit) for one in orders]

    def _newest_orders(self, symbol: str, end: int, limit: int) -> list[Order]:
        found: list[Order] = []
        for orders in self._orders_backwards(symbol, end):
            found = orders + found
            if len(found) >= limit:
                break
        return found[-limit:]

    def _orders_from_id(self, symbol: str, first_id: int, limit: int, now: int) -> list[Order]:
        start = self._ledger.market.order_time(symbol, first_id)
        if start is None:
            return []
        orders = self._orders_from(symbol, start, now, limit, first_id)
        return [one for one in orders if one.order_id >= first_id]

    def _orders_from(
        self, symbol: str, start: int, end: int, limit: int, first_id: int = 0
    ) -> list[Order]:
        """Walk forwards in short steps until there are enough."""
        base = Grid(self._ledger.market.base(symbol))
        first = self._ledger.market.candles(symbol, base, base.open_of(start), end, 1, newest=False)
        if not len(first):
            return []
        found: list[Order] = []
        step = max(base.interval.milliseconds, 5 * MINUTE_MS)
        after = max(start, int(first.open_time[0])) - 1
        while after < end and len(found) < limit:
            until = min(after + step, end)
            batch = self._ledger.orders(symbol, after, until)
            found.extend(one for one in batch if one.order_id >= first_id)
            after = until
        return found[:limit]

    def _orders_backwards(self, symbol: str, end: int) -> Iterator[list[Order]]:
        """Orders up to ``end`` in stretches, the newest stretch first, for at most two days."""
        base = self._ledger.market.base(symbol)
        step = max(base.milliseconds, MINUTE_MS)
        for _ in range(2 * 24 * 60):
            yield list(self._ledger.orders(symbol, end - step, end))
            end -= step

    def _depth(self, query: Query, now: int, unit: int) -> Json:
        del unit
        symbol, limit = self._symbol(query), query.limit(100, MOST_LEVELS)
        self._check_status(query, named=True)
        order = self._ledger.last_order(symbol, now)
        book = self._ledger.book(symbol).snapshot(order, limit) if order else NO_DEPTH
        return payloads.depth(book, self._listings[symbol])

    def _average(self, query: Query, now: int, unit: int) -> Json:
        symbol = self._symbol(query)
        listing = self._listings[symbol]
        order = self._ledger.last_order(symbol, now)
        row = self._ledger.average_row(symbol, now)
        price = payloads.Texts(listing).average(row)
        time = order.time if order else now
        return {"mins": AVERAGE_MINUTES, "price": price, "closeTime": time * unit}

    def _tickers(self, query: Query, now: int, unit: int) -> Json:
        kind = query.get("type") or "FULL"
        if kind not in ("FULL", "MINI"):
            raise RestError(-1139, "Invalid ticker type.")

        def ticker(listing: Listing) -> payloads.Payload:
            symbol = str(listing.symbol)
            day = self._ledger.day(symbol, now) or flat(0, 0, 0, 0)
            if kind == "MINI":
                return payloads.mini_ticker_row(day, listing, now, unit)
            order = self._ledger.last_order(symbol, now)
            return payloads.ticker_row(day, order, listing, self._sizes(symbol, order), now, unit)

        return self._each(query, ticker)

    def _last_prices(self, query: Query, now: int, unit: int) -> Json:
        del unit

        def price(listing: Listing) -> payloads.Payload:
            order = self._ledger.last_order(str(listing.symbol), now)
            text = payloads.Texts(listing).price(order.price if order else 0)
            return {"symbol": listing.symbol, "price": text}

        return self._each(query, price)

    def _quotes(self, query: Query, now: int, unit: int) -> Json:
        del unit

        def quote(listing: Listing) -> payloads.Payload:
            symbol = str(listing.symbol)
            order = self._ledger.last_order(symbol, now)
            return payloads.quote_row(order, listing, self._sizes(symbol, order))

        return self._each(query, quote)

    def _sizes(self, symbol: str, order: Order | None) -> tuple[int, int]:
        return self._ledger.book(symbol).best_lots(order) if order else (0, 0)

    def _each(self, query: Query, make: Callable[[Listing], payloads.Payload]) -> Json:
        """One object for ``symbol``, a list for ``symbols`` or nothing."""
        single = query.get("symbol") is not None
        named = self._named(query)
        shown = self._check_status(query, named=named is not None)
        if named is None:
            return [make(one) for one in self._listings.values()] if shown else []
        return make(named[0]) if single else [make(one) for one in named]

    def _check_status(self, query: Query, *, named: bool) -> bool:
        """Whether trading symbols are wanted."""
        status = query.get("symbolStatus")
        if status not in (None, "TRADING", "HALT", "BREAK"):
            raise RestError(-1122, "Invalid symbolStatus.")
        wanted = status in (None, STATUS)
        if named and not wanted:
            raise RestError(-1220, "The symbol's status does not match the requested symbolStatus.")
        return wanted

    def _named(self, query: Query) -> list[Listing] | None:
        """The symbols asked for by name, in the order given; None when none is named."""
        symbols = query.get("symbols")
        if symbols is None:
            if query.get("symbol") is None:
                return None
            return [self._listings[self._symbol(query)]]
        if query.get("symbol") is not None:
            raise _bad_combination("symbol", "symbols")
        try:
            names = _SYMBOL_LIST.decode(symbols)
        except msgspec.MsgspecError as error:
            raise RestError(-1135, "Invalid JSON in parameter 'symbols'.") from error
        if len(set(names)) < len(names):
            raise RestError(-1151, "Symbol is present multiple times in the list.")
        return [self._listings[self._known(name, "symbols")] for name in names]

    def _symbol(self, query: Query) -> str:
        return self._known(query.required("symbol"), "symbol")

    def _known(self, name: str, parameter: str) -> str:
        if not _SYMBOL.fullmatch(name) or name != name.upper():
            raise RestError(
                -1100,
                f"Illegal characters found in parameter '{parameter}'; "
                r"legal range is '^[\w\-._&&[^a-z]]{1,50}$'.",
            )
        if name not in self._listings:
            raise RestError(-1121, "Invalid symbol.")
        return name


def _weight(name: str, values: Mapping[str, str], plain: int) -> int:
    """Requests for many symbols or many levels cost more."""
    if name == "depth":
        limit = values.get("limit", "100")
        levels = int(limit) if NUMBER.fullmatch(limit) else 100
        steps = ((100, 5), (500, 25), (1000, 50))
        return next((weight for most, weight in steps if levels <= most), 250)
    if not name.startswith("ticker/") or "symbol" in values:
        return plain
    if name != "ticker/24hr":
        return 4
    count = values["symbols"].count(",") + 1 if "symbols" in values else 10**6
    return 2 if count <= 20 else 40 if count <= 100 else 80


def _bad_combination(*names: str) -> RestError:
    listed = "', '".join(names)
    return RestError(
        -1128, f"Combination of optional parameters invalid. Recommended: one of '{listed}'"
    )
