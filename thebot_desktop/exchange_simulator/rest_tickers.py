"""The REST endpoints that give each symbol's state: 24 hours, any window, price, quote."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator

from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS
from thebot_desktop.exchange_simulator import payloads
from thebot_desktop.exchange_simulator.ledger import Ledger
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.query import Query, RestError
from thebot_desktop.exchange_simulator.rest_symbols import Symbols
from thebot_desktop.exchange_simulator.rows import flat

MOST_WINDOWS = 100
"""Symbols of one request for windows of any length."""

_WINDOW = re.compile(r"([1-9][0-9]?)([mhd])")
_WINDOW_UNITS = {"m": (MINUTE_MS, 59), "h": (HOUR_MS, 23), "d": (DAY_MS, 7)}


class Tickers:
    """Answers in slices, one symbol after the other."""

    def __init__(self, ledger: Ledger, symbols: Symbols) -> None:
        self._ledger = ledger
        self._symbols = symbols

    def day(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        full = _is_full(query)

        def ticker(listing: Listing) -> payloads.Payload:
            symbol = str(listing.symbol)
            day = self._ledger.day(symbol, now) or flat(0, 0, 0, 0)
            if not full:
                return payloads.mini_ticker_row(day, listing, now, unit)
            order = self._ledger.last_order(symbol, now)
            return payloads.ticker_row(day, order, listing, self._sizes(symbol, order), now, unit)

        return self._each(query, self._symbols.shown(query, now), ticker)

    def window(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        full = _is_full(query)
        length = _window(query.get("windowSize") or "1d")
        named = self._symbols.named(query, MOST_WINDOWS) or [self._symbols.one(query)]
        self._symbols.checked(query, named, now)

        def ticker(listing: Listing) -> payloads.Payload:
            row = self._ledger.window(str(listing.symbol), length, now)
            start = (now - length) // MINUTE_MS * MINUTE_MS
            window = row or flat(start, 0, 0, 0)
            return payloads.window_row(window, listing, now, unit, full=full)

        return self._each(query, named, ticker)

    def price(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        del unit

        def price(listing: Listing) -> payloads.Payload:
            order = self._ledger.last_order(str(listing.symbol), now)
            text = payloads.Texts(listing).price(order.price if order else 0)
            return {"symbol": listing.symbol, "price": text}

        return self._each(query, self._symbols.shown(query, now), price)

    def quote(self, query: Query, now: int, unit: int) -> Generator[None, None, payloads.Json]:
        del unit

        def quote(listing: Listing) -> payloads.Payload:
            symbol = str(listing.symbol)
            order = self._ledger.last_order(symbol, now)
            return payloads.quote_row(order, listing, self._sizes(symbol, order))

        return self._each(query, self._symbols.shown(query, now), quote)

    def _sizes(self, symbol: str, order: Order | None) -> tuple[int, int]:
        return self._ledger.book(symbol).best_lots(order) if order else (0, 0)

    def _each(
        self, query: Query, shown: list[Listing], make: Callable[[Listing], payloads.Payload]
    ) -> Generator[None, None, payloads.Json]:
        """One object for ``symbol``, a list for ``symbols`` or nothing."""
        if query.get("symbol") is not None:
            return make(shown[0])
        made = []
        for listing in shown:
            made.append(make(listing))
            yield
        return made


def _is_full(query: Query) -> bool:
    kind = query.get("type") or "FULL"
    if kind not in ("FULL", "MINI"):
        raise RestError(-1139, "Invalid ticker type.")
    return kind == "FULL"


def _window(text: str) -> int:
    """The length of a window in ms: 1m to 59m, 1h to 23h, 1d to 7d."""
    match = _WINDOW.fullmatch(text)
    if match:
        length, most = _WINDOW_UNITS[match[2]]
        if int(match[1]) <= most:
            return int(match[1]) * length
    raise RestError(-1130, "Data sent for parameter 'windowSize' is not valid.")
