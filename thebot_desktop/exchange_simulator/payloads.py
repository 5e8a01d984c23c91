"""The exchange's answers and messages, field by field, with its string decimals."""

from __future__ import annotations

from typing import Any, TypeAlias

from thebot_desktop.domain.time import DAY_MS
from thebot_desktop.exchange_simulator.book import Depth, Level, update_id
from thebot_desktop.exchange_simulator.grid import Grid
from thebot_desktop.exchange_simulator.listings import Listing
from thebot_desktop.exchange_simulator.order import Order
from thebot_desktop.exchange_simulator.rows import Row

Payload: TypeAlias = dict[str, Any]
Json: TypeAlias = Payload | list[Payload] | list[list[int | str]]

DECIMALS = 8
"""The spot exchange writes every price and quantity with this many."""


def text(value: int, decimals: int) -> str:
    """A whole number of ``10**-decimals`` as the exchange writes it."""
    if decimals > DECIMALS:
        value, decimals = value // 10 ** (decimals - DECIMALS), DECIMALS
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value) * 10 ** (DECIMALS - decimals), 10**DECIMALS)
    return f"{sign}{whole}.{part:08d}"


class Texts:
    """Writes the numbers of one symbol."""

    def __init__(self, listing: Listing) -> None:
        self._price = listing.price_decimals
        self._quantity = listing.quantity_decimals

    def price(self, ticks: int) -> str:
        return text(ticks, self._price)

    def quantity(self, lots: int) -> str:
        return text(lots, self._quantity)

    def quote(self, value: int) -> str:
        return text(value, self._price + self._quantity)

    def levels(self, levels: list[Level]) -> list[list[str]]:
        return [[self.price(price), self.quantity(lots)] for price, lots in levels]

    def average(self, row: Row) -> str:
        """The average price, weighted by volume."""
        if not row.volume:
            return text(0, DECIMALS)
        shift = 10 ** max(0, DECIMALS - self._price)
        return text(row.quote * shift // row.volume, max(DECIMALS, self._price))


def stamps(open_time: int, grid: Grid, unit: int) -> tuple[int, int]:
    """Open and close time of a candle; ``unit`` is 1 for milliseconds, 1000 for micro."""
    return open_time * unit, grid.next_open(open_time) * unit - 1


def kline_row(row: Row, listing: Listing, grid: Grid, unit: int = 1) -> list[int | str]:
    t = Texts(listing)
    opened, closed = stamps(row.open_time, grid, unit)
    return [
        opened,
        t.price(row.open),
        t.price(row.high),
        t.price(row.low),
        t.price(row.close),
        t.quantity(row.volume),
        closed,
        t.quote(row.quote),
        row.trades,
        t.quantity(row.taker),
        t.quote(row.taker_quote),
        "0",
    ]


def kline_event(
    row: Row, listing: Listing, grid: Grid, event_time: int, *, closed: bool, unit: int = 1
) -> Payload:
    t = Texts(listing)
    opened, ends = stamps(row.open_time, grid, unit)
    return {
        "e": "kline",
        "E": event_time * unit,
        "s": listing.symbol,
        "k": {
            "t": opened,
            "T": ends,
            "s": listing.symbol,
            "i": grid.interval.value,
            "f": row.first_trade if row.trades else -1,
            "L": row.first_trade + row.trades - 1 if row.trades else -1,
            "o": t.price(row.open),
            "c": t.price(row.close),
            "h": t.price(row.high),
            "l": t.price(row.low),
            "v": t.quantity(row.volume),
            "n": row.trades,
            "x": closed,
            "q": t.quote(row.quote),
            "V": t.quantity(row.taker),
            "Q": t.quote(row.taker_quote),
            "B": "0",
        },
    }


def agg_trade(order: Order, listing: Listing, unit: int = 1) -> Payload:
    """What REST and stream have in common."""
    t = Texts(listing)
    return {
        "a": order.order_id,
        "p": t.price(order.price),
        "q": t.quantity(order.lots),
        "f": order.first_trade,
        "l": order.first_trade + order.fills - 1,
        "T": order.time * unit,
        "m": not order.buys,
        "M": True,
    }


def agg_trade_event(order: Order, listing: Listing, unit: int = 1) -> Payload:
    head = {"e": "aggTrade", "E": order.time * unit, "s": listing.symbol}
    return {**head, **agg_trade(order, listing, unit)}


def trade_events(order: Order, listing: Listing, unit: int = 1) -> list[Payload]:
    t = Texts(listing)
    return [
        {
            "e": "trade",
            "E": order.time * unit,
            "s": listing.symbol,
            "t": trade_id,
            "p": t.price(order.price),
            "q": t.quantity(lots),
            "T": order.time * unit,
            "m": not order.buys,
            "M": True,
        }
        for trade_id, lots in order.trades()
    ]


def trade_rows(order: Order, listing: Listing, unit: int = 1) -> list[Payload]:
    t = Texts(listing)
    return [
        {
            "id": trade_id,
            "price": t.price(order.price),
            "qty": t.quantity(lots),
            "quoteQty": t.quote(order.price * lots),
            "time": order.time * unit,
            "isBuyerMaker": not order.buys,
            "isBestMatch": True,
        }
        for trade_id, lots in order.trades()
    ]


def quote_event(order: Order, listing: Listing, sizes: tuple[int, int]) -> Payload:
    t = Texts(listing)
    return {
        "u": update_id(order),
        "s": listing.symbol,
        "b": t.price(order.bid),
        "B": t.quantity(sizes[0]),
        "a": t.price(order.ask),
        "A": t.quantity(sizes[1]),
    }


def quote_row(order: Order | None, listing: Listing, sizes: tuple[int, int]) -> Payload:
    t = Texts(listing)
    return {
        "symbol": listing.symbol,
        "bidPrice": t.price(order.bid if order else 0),
        "bidQty": t.quantity(sizes[0]),
        "askPrice": t.price(order.ask if order else 0),
        "askQty": t.quantity(sizes[1]),
    }


def percent(row: Row) -> str:
    return f"{(row.close - row.open) / row.open * 100:.3f}" if row.open else "0.000"


def mini_ticker_event(day: Row, listing: Listing, event_time: int, unit: int = 1) -> Payload:
    t = Texts(listing)
    return {
        "e": "24hrMiniTicker",
        "E": event_time * unit,
        "s": listing.symbol,
        "c": t.price(day.close),
        "o": t.price(day.open),
        "h": t.price(day.high),
        "l": t.price(day.low),
        "v": t.quantity(day.volume),
        "q": t.quote(day.quote),
    }


def ticker_event(
    day: Row, order: Order, listing: Listing, sizes: tuple[int, int], now: int, unit: int = 1
) -> Payload:
    t = Texts(listing)
    return {
        "e": "24hrTicker",
        "E": now * unit,
        "s": listing.symbol,
        "p": t.price(day.close - day.open),
        "P": percent(day),
        "w": t.average(day),
        "x": t.price(day.open),
        "c": t.price(day.close),
        "Q": t.quantity(order.lots),
        "b": t.price(order.bid),
        "B": t.quantity(sizes[0]),
        "a": t.price(order.ask),
        "A": t.quantity(sizes[1]),
        "o": t.price(day.open),
        "h": t.price(day.high),
        "l": t.price(day.low),
        "v": t.quantity(day.volume),
        "q": t.quote(day.quote),
        "O": (now - DAY_MS) * unit,
        "C": now * unit,
        "F": day.first_trade if day.trades else -1,
        "L": day.first_trade + day.trades - 1 if day.trades else -1,
        "n": day.trades,
    }


def rolling_event(name: str, window: Row, listing: Listing, now: int, unit: int = 1) -> Payload:
    """``name`` is the window's length as the stream writes it: 1h, 4h or 1d."""
    t = Texts(listing)
    return {
        "e": f"{name}Ticker",
        "E": now * unit,
        "s": listing.symbol,
        "p": t.price(window.close - window.open),
        "P": percent(window),
        "o": t.price(window.open),
        "h": t.price(window.high),
        "l": t.price(window.low),
        "c": t.price(window.close),
        "w": t.average(window),
        "v": t.quantity(window.volume),
        "q": t.quote(window.quote),
        "O": window.open_time * unit,
        "C": now * unit,
        "F": window.first_trade if window.trades else -1,
        "L": window.first_trade + window.trades - 1 if window.trades else -1,
        "n": window.trades,
    }


def average_event(price: str, order: Order, listing: Listing, now: int, unit: int = 1) -> Payload:
    return {
        "e": "avgPrice",
        "E": now * unit,
        "s": listing.symbol,
        "i": "5m",
        "w": price,
        "T": order.time * unit,
    }


def mini_ticker_row(day: Row, listing: Listing, now: int, unit: int = 1) -> Payload:
    t = Texts(listing)
    return {
        "symbol": listing.symbol,
        "openPrice": t.price(day.open),
        "highPrice": t.price(day.high),
        "lowPrice": t.price(day.low),
        "lastPrice": t.price(day.close),
        "volume": t.quantity(day.volume),
        "quoteVolume": t.quote(day.quote),
        "openTime": (now - DAY_MS) * unit,
        "closeTime": now * unit,
        "firstId": day.first_trade if day.trades else -1,
        "lastId": day.first_trade + day.trades - 1 if day.trades else -1,
        "count": day.trades,
    }


def window_row(
    window: Row, listing: Listing, now: int, unit: int = 1, *, full: bool = True
) -> Payload:
    """A ticker of any length, whose window opens on a whole minute."""
    t = Texts(listing)
    opened = {"openTime": window.open_time * unit}
    row = {**mini_ticker_row(window, listing, now, unit), **opened}
    if not full:
        return row
    return {
        **row,
        "priceChange": t.price(window.close - window.open),
        "priceChangePercent": percent(window),
        "weightedAvgPrice": t.average(window),
    }


def ticker_row(
    day: Row,
    order: Order | None,
    listing: Listing,
    sizes: tuple[int, int],
    now: int,
    unit: int = 1,
) -> Payload:
    t = Texts(listing)
    quote = quote_row(order, listing, sizes)
    return {
        **mini_ticker_row(day, listing, now, unit),
        "priceChange": t.price(day.close - day.open),
        "priceChangePercent": percent(day),
        "weightedAvgPrice": t.average(day),
        "prevClosePrice": t.price(day.open),
        "lastQty": t.quantity(order.lots if order else 0),
        **{name: quote[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
    }


def depth(book: Depth, listing: Listing) -> Payload:
    t = Texts(listing)
    return {
        "lastUpdateId": book.update_id,
        "bids": t.levels(book.bids),
        "asks": t.levels(book.asks),
    }


def depth_event(first_id: int, change: Depth, listing: Listing, now: int, unit: int = 1) -> Payload:
    t = Texts(listing)
    return {
        "e": "depthUpdate",
        "E": now * unit,
        "s": listing.symbol,
        "U": first_id,
        "u": change.update_id,
        "b": t.levels(change.bids),
        "a": t.levels(change.asks),
    }
