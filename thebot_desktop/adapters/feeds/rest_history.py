"""RestHistory: past candles and facts about symbols, page by page, by REST."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from difflib import get_close_matches
from typing import TypeVar

from thebot_desktop.adapters.transport.http import HttpClient
from thebot_desktop.adapters.transport.http_errors import RefusedError
from thebot_desktop.domain.errors import FeedError, UnknownSymbolError
from thebot_desktop.domain.market import (
    BookSnapshot,
    Candle,
    Instrument,
    Quote,
    SeriesKey,
    Symbol,
    Ticker,
    Trade,
)
from thebot_desktop.domain.time import Clock, UnixMs
from thebot_desktop.market.ports import ExchangeProtocol, HttpRequest

About = TypeVar("About", Quote, Ticker)

PAGE = 1000
SETTLING_MS = 2_000
"""How far REST may be behind the streams."""
TICKERS_AT_ONCE = 20
"""More would cost twenty times as much."""
TICKERS_BY_NAME = 200
"""For more it is better to ask for the whole exchange at once."""
PRICES_BY_NAME = 20
"""For more the names take longer than the prices of the whole exchange, which cost the same."""


class RestHistory:
    """A HistorySource over one exchange. Closed candles only: the forming one is left out."""

    def __init__(self, exchange: ExchangeProtocol, http: HttpClient, clock: Clock) -> None:
        self._exchange = exchange
        self._http = http
        self._clock = clock
        self._instruments: dict[Symbol, Instrument] = {}
        self._offset_ms = 0
        self._known_now = UnixMs(0)

    @property
    def weight_used(self) -> int:
        return self._http.budget.used

    @property
    def weight_limit(self) -> int:
        return self._http.budget.limit

    def probe_now(self) -> None:
        """The way to the exchange may be free again: do not wait for the end of a pause."""
        self._http.probe_now()

    @property
    def clock_offset_ms(self) -> int:
        """The exchange's clock minus ours, 0 before it was measured."""
        return self._offset_ms

    async def candles(
        self,
        series: SeriesKey,
        *,
        start: UnixMs | None = None,
        end: UnixMs | None = None,
        limit: int = PAGE,
        for_display: bool = False,
    ) -> list[Candle]:
        """Closed candles between two open times, both included, oldest first.

        ``for_display``: as the exchange's own pages show them; they may differ from the stream.
        """
        self._exchange.require_interval(series.interval)
        found: list[Candle] = []
        while len(found) < limit:
            # One more than wanted at the newest end, where the forming candle is left out.
            wanted = min(PAGE, limit - len(found) + 1)
            request = self._exchange.history_request(
                series, start, end, wanted, for_display=for_display
            )
            page, complete = await self._page(request, series, start, end, wanted)
            if start is not None:
                found += page
                if complete or not page:
                    break
                start = series.interval.next_open(page[-1].open_time)
            else:
                found = page + found
                if complete or not page:
                    break
                end = UnixMs(page[0].open_time - 1)
        return found[:limit] if start is not None else found[-limit:]

    async def instruments(self) -> Mapping[Symbol, Instrument]:
        """Everything that is listed; fetched once."""
        if not self._instruments:
            body = await self._http.get(self._exchange.instruments_request())
            listed = self._exchange.decode_instruments(body)
            limit = self._exchange.decode_weight_limit(body)
            if limit is not None:
                self._http.budget.limit = limit
            self._instruments = {i.symbol: i for i in listed}
        return self._instruments

    async def tickers(self, symbols: Iterable[Symbol]) -> list[Ticker]:
        """24 h statistics of those of ``symbols`` that the exchange knows."""
        wanted = sorted(set(symbols))
        if len(wanted) > TICKERS_BY_NAME:
            return _only(wanted, await self._tickers(()))
        found: list[Ticker] = []
        for start in range(0, len(wanted), TICKERS_AT_ONCE):
            some = wanted[start : start + TICKERS_AT_ONCE]
            try:
                found += await self._tickers(some)
            except UnknownSymbolError:
                # One unknown name spoils the whole answer: ask for each alone.
                for symbol in some:
                    with suppress(UnknownSymbolError):
                        found += await self._tickers([symbol])
        return found

    async def prices(self, symbols: Iterable[Symbol]) -> Mapping[Symbol, float]:
        """Last prices of those of ``symbols`` that the exchange knows."""
        wanted = set(symbols)
        body = await self._of_all_or_some(wanted, self._exchange.prices_request)
        found = self._exchange.decode_prices(body)
        return {symbol: price for symbol, price in found.items() if symbol in wanted}

    async def quotes(self, symbols: Iterable[Symbol]) -> list[Quote]:
        """Best bids and asks of those of ``symbols`` that the exchange knows."""
        wanted = set(symbols)
        body = await self._of_all_or_some(wanted, self._exchange.quotes_request)
        return _only(wanted, self._exchange.decode_quotes(body))

    async def trades(self, symbol: Symbol, from_id: int, limit: int = PAGE) -> list[Trade]:
        """Trades from one number on, oldest first; one page."""
        request = self._exchange.trades_request(symbol, from_id, min(limit, PAGE))
        return self._exchange.decode_trades(symbol, await self._ask(request, symbol))

    async def book(self, symbol: Symbol, limit: int = PAGE) -> BookSnapshot:
        """The order book as it stands, ``limit`` levels a side."""
        request = self._exchange.book_request(symbol, limit)
        return self._exchange.decode_book(symbol, await self._ask(request, symbol))

    async def ping(self) -> int:
        """Milliseconds that a question and its answer take. Raises FeedError kinds."""
        before = self._clock.now()
        await self._http.get(self._exchange.ping_request())
        return self._clock.now() - before

    async def server_time(self) -> UnixMs:
        """Now, by the exchange's clock, as it was told in this moment."""
        before = self._clock.now()
        body = await self._http.get(self._exchange.time_request())
        told = self._exchange.decode_time(body)
        self._offset_ms = told - (before + self._clock.now()) // 2
        self._known_now = told
        return told

    async def _tickers(self, symbols: Sequence[Symbol]) -> list[Ticker]:
        request = self._exchange.tickers_request(symbols)
        name = symbols[0] if symbols else Symbol("")
        return self._exchange.decode_tickers(await self._ask(request, name))

    async def _of_all_or_some(
        self, wanted: Set[Symbol], request: Callable[[Iterable[Symbol]], HttpRequest]
    ) -> bytes:
        """A few are asked for by name; one unknown name among them spoils that."""
        if 0 < len(wanted) <= PRICES_BY_NAME:
            with suppress(RefusedError):
                return await self._http.get(request(wanted))
        return await self._ask(request(()), Symbol(""))

    async def _ask(self, request: HttpRequest, symbol: Symbol) -> bytes:
        """A body; a refusal because of ``symbol`` or anything else in the exchange's terms."""
        try:
            return await self._http.get(request)
        except RefusedError as refused:
            raise await self._explained(symbol, refused) from refused

    async def _page(
        self,
        request: HttpRequest,
        series: SeriesKey,
        start: UnixMs | None,
        end: UnixMs | None,
        limit: int,
    ) -> tuple[list[Candle], bool]:
        """One answer without what is still forming, and whether there is nothing beyond it."""
        # Asked for before the rows: a candle that closes in between must count as forming.
        newest = end is None or series.interval.close_of(end) >= self._known_now
        now = await self.server_time() if newest else self._known_now
        rows = self._exchange.decode_history(await self._ask(request, series.symbol))
        closed = _closed(rows, now)
        nothing_beyond = len(rows) < limit or (start is not None and len(closed) < len(rows))
        return closed, nothing_beyond

    async def _explained(self, symbol: Symbol, refused: RefusedError) -> Exception:
        error = self._exchange.decode_refusal(refused.body)
        if not isinstance(error, UnknownSymbolError):
            return error or refused
        with suppress(FeedError):  # without the list there is no hint, that is all
            await self.instruments()
        near = get_close_matches(symbol, list(self._instruments), n=3)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        return UnknownSymbolError(
            str(error), user_message=f"The exchange does not know “{symbol}”.{hint}"
        )


def _only(wanted: Collection[Symbol], found: Iterable[About]) -> list[About]:
    """Those about ``wanted``, in its order."""
    by_symbol = {one.symbol: one for one in found}
    return [by_symbol[symbol] for symbol in wanted if symbol in by_symbol]


def _closed(rows: list[tuple[Candle, UnixMs]], now: UnixMs) -> list[Candle]:
    """Rows that cannot change any more: their time is over, and REST has caught up with them.

    REST may be a moment behind the streams. Then its newest row still lacks trades although the
    time of that candle is over; with another row after it, it is whole.
    """
    newest = len(rows) - 1
    return [
        candle
        for index, (candle, close_time) in enumerate(rows)
        if close_time < (now - SETTLING_MS if index == newest else now)
    ]
