"""QuoteBoard: the newest price, 24 h statistics and best bid and ask of each symbol, with age."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from thebot_desktop.domain.market import Quote, Symbol, Ticker
from thebot_desktop.domain.time import UnixMs


class BoardRow(Struct):
    """What is known of one symbol. ``received_at`` 0: nothing yet."""

    symbol: Symbol
    last: float = float("nan")
    priced_at: UnixMs = UnixMs(0)
    received_at: UnixMs = UnixMs(0)
    ticker: Ticker | None = None
    quote: Quote | None = None
    traded: float = float("nan")
    """Price of the newest trade in order of ids, whatever other ways have told since."""
    traded_id: int = -1
    live: bool = False
    """Whether ``last`` was heard on the present connection, so that a next price is a move."""
    joined: tuple[float, UnixMs] | None = None
    """The first price that was heard on the present connection, and its time."""

    @property
    def change_percent(self) -> float | None:
        """Against 24 hours ago, with the newest price."""
        if self.ticker is None or not self.ticker.open:
            return None
        return (self.last / self.ticker.open - 1) * 100

    @property
    def spread(self) -> float | None:
        return self.quote.ask - self.quote.bid if self.quote is not None else None


class QuoteBoard:
    """State, not a log: the newest wins, what is older than what is held changes nothing."""

    def __init__(self) -> None:
        self._rows: dict[Symbol, BoardRow] = {}

    def row(self, symbol: Symbol) -> BoardRow:
        row = self._rows.get(symbol)
        if row is None:
            row = self._rows[symbol] = BoardRow(symbol)
        return row

    def known(self) -> list[BoardRow]:
        """All of which anything was heard."""
        return list(self._rows.values())

    def rows(self, symbols: Iterable[Symbol]) -> list[BoardRow]:
        return [self.row(s) for s in symbols]

    def price(self, symbol: Symbol, price: float, at: UnixMs, now: UnixMs) -> float | None:
        """Note a newer price; answers the one before it, None if ``price`` is stale.

        NaN when nothing was heard before it on this connection: what happened since the last
        price is then unknown, and no move.
        """
        row = self.row(symbol)
        row.received_at = now
        if at < row.priced_at:
            return None
        previous = row.last if row.live else float("nan")
        if not row.live:
            row.joined = price, at
        row.last, row.priced_at, row.live = price, at, True
        return previous

    def lose(self) -> None:
        """The connection is gone: the next price of each symbol has none before it."""
        for row in self._rows.values():
            row.live = False

    def ticker(self, ticker: Ticker, now: UnixMs) -> bool:
        row = self.row(ticker.symbol)
        row.received_at = now
        if row.ticker is not None and ticker.event_time < row.ticker.event_time:
            return False
        row.ticker = ticker
        return True

    def quote(self, quote: Quote, now: UnixMs) -> bool:
        row = self.row(quote.symbol)
        row.received_at = now
        if row.quote is not None and quote.update_id <= row.quote.update_id:
            return False
        row.quote = quote
        return True
