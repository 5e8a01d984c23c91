"""The REST endpoints of trades and aggregate trades."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np

from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS
from thebot_desktop.exchange_simulator import payloads
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.query import Query, RestError
from thebot_desktop.exchange_simulator.rest_symbols import Symbols, bad_combination

_LOOK_BACKS = (60, 360, 1_440, 10_080)
"""In how many base candles the newest trades are looked for."""
_STEP_MS = 5 * MINUTE_MS


class Trades:
    """Answers in slices: each ``yield`` is a moment at which other work may go on."""

    def __init__(self, ledger: Ledger, symbols: Symbols, window_hours: int | None = None) -> None:
        self._ledger = ledger
        self._symbols = symbols
        self._window_hours = window_hours

    def newest(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        listing, limit = self._symbols.one(query), query.limit(500)
        orders = yield from self._newest(str(listing.symbol), now, limit, "trades")
        rows = [row for one in orders for row in payloads.trade_rows(one, listing, unit)]
        return rows[-limit:]

    def aggregate(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        listing, limit = self._symbols.one(query), query.limit(500)
        symbol = str(listing.symbol)
        first_id, start, end = self._bounds(query)
        until = now if end is None else min(end, now)
        if first_id is not None:
            since = self._ledger.market.order_time(symbol, first_id)
            found = yield from self._from(symbol, since, until, limit, first_id)
        elif start is not None:
            found = yield from self._from(symbol, start, until, limit)
        else:
            newest = yield from self._newest(symbol, until, limit, "orders")
            found = newest[-limit:]
        return [payloads.agg_trade(one, listing, unit) for one in found]

    def _bounds(self, query: Query) -> tuple[int | None, int | None, int | None]:
        first_id = query.integer("fromId")
        start, end = query.moment("startTime"), query.moment("endTime")
        if first_id is not None and (start is not None or end is not None):
            raise bad_combination("fromId", "startTime", "endTime")
        hours = self._window_hours
        stretch = 0 if start is None or end is None else end - start
        if hours is not None and stretch > hours * HOUR_MS:
            text = f"More than {hours} hours between startTime and endTime."
            raise RestError(-1127, f"Lookup interval is too big. {text}")
        return first_id, start, end

    def _from(
        self, symbol: str, start: int | None, end: int, limit: int, first_id: int = 0
    ) -> Generator[None, None, list[Order]]:
        """Walk forwards until there are enough: in short steps, longer ones where nothing is."""
        base = Grid(self._ledger.market.base(symbol))
        found: list[Order] = []
        first = self._first_open(symbol, base, end if start is None else start, end)
        if start is None or first is None:
            return found
        step = max(base.interval.milliseconds, _STEP_MS)
        after = max(start, first) - 1
        while after < end and len(found) < limit:
            until = min(after + step, end)
            batch = self._ledger.orders(symbol, after, until)
            found.extend(one for one in batch if one.order_id >= first_id)
            step = step if found else min(2 * step, DAY_MS)
            after = until
            yield
        return found[:limit]

    def _first_open(self, symbol: str, base: Grid, start: int, end: int) -> int | None:
        candles = self._ledger.market.candles
        rows = candles(symbol, base, base.open_of(start), end, 1, newest=False)
        return int(rows.open_time[0]) if len(rows) else None

    def _newest(
        self, symbol: str, end: int, limit: int, counted: str
    ) -> Generator[None, None, list[Order]]:
        """At least ``limit`` of what is ``counted`` up to ``end``, where there are so many."""
        base = Grid(self._ledger.market.base(symbol))
        since = yield from self._since(symbol, base, end, limit, counted)
        found: list[Order] = []
        while since <= end:
            until = min(since + base.interval.milliseconds - 1, end)
            found.extend(self._ledger.orders(symbol, since - 1, until))
            since = until + 1
            yield
        return found

    def _since(
        self, symbol: str, base: Grid, end: int, limit: int, counted: str
    ) -> Generator[None, None, int]:
        """The base candle to begin with so that enough has happened before the newest one."""
        opened = base.open_of(end)
        for count in _LOOK_BACKS:
            rows = self._ledger.market.rows(
                symbol, opened - count * base.interval.milliseconds, opened
            )
            yield
            sums = np.cumsum(rows.column(counted)[::-1])
            if len(sums) and sums[-1] >= limit:
                back = int(np.searchsorted(sums, limit)) + 1
                return int(rows.open_time[len(rows) - back])
        return int(rows.open_time[0]) if len(rows) else opened
