"""Messages and bodies in the exchange's shapes, and every decoder that reads them."""

from __future__ import annotations

import json

from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.domain.errors import DecodeError, FeedError
from thebot_desktop.domain.market import Symbol

KLINE = {
    "e": "kline",
    "E": 1672515782136,
    "s": "BNBBTC",
    "k": {
        "t": 1672515780000,
        "T": 1672515839999,
        "s": "BNBBTC",
        "i": "1m",
        "f": 100,
        "L": 200,
        "o": "0.00100000",
        "c": "0.00200000",
        "h": "0.00250000",
        "l": "0.00100000",
        "v": "1000.5",
        "n": 100,
        "x": False,
        "q": "1.00000000",
        "V": "500",
        "Q": "0.500",
        "B": "0",
    },
}
TRADE = {
    "e": "trade",
    "E": 2,
    "s": "BNBBTC",
    "t": 12345,
    "p": "0.001",
    "q": "100",
    "T": 1,
    "m": True,
}
AGGREGATE = TRADE | {"e": "aggTrade", "a": 26129, "f": 100, "l": 105}
MINI = {
    "e": "24hrMiniTicker",
    "E": 2,
    "s": "BNBBTC",
    "c": "0.0025",
    "o": "0.0010",
    "h": "0.0025",
} | {
    "l": "0.0010",
    "v": "10000",
    "q": "18",
}
FULL = MINI | {"e": "24hrTicker", "p": "0.0015", "P": "250.00", "O": 0, "C": 8640, "F": 0, "n": 1}
QUOTE = {"u": 400900217, "s": "BNBUSDT", "b": "25.35", "B": "31.2", "a": "25.36", "A": "40.6"}
FUTURES_QUOTE = {"e": "bookTicker"} | QUOTE | {"T": 1, "E": 2}
DEPTH = {"e": "depthUpdate", "E": 2, "T": 1, "s": "BNBBTC", "U": 157, "u": 160, "pu": 149} | {
    "b": [["0.0024", "10"], ["0.0022", "0.00000000"]],
    "a": [["0.0026", "100"]],
}
PARTIAL = {"lastUpdateId": 160, "bids": [["0.0024", "10"]], "asks": [["0.0026", "100"]]}
BARE = (KLINE, TRADE, AGGREGATE, MINI, FULL, QUOTE, FUTURES_QUOTE, DEPTH, PARTIAL)

MESSAGES = (
    *({"stream": f"bnbbtc@{data.get('e', 'bookTicker')}", "data": data} for data in BARE),
    *BARE,
    {"stream": "!miniTicker@arr", "data": [MINI, MINI]},
    [MINI, FULL, {"e": "1hTicker", "s": "A"}],
    {"result": None, "id": 3},
    {"result": ["bnbbtc@trade"], "id": "a"},
    {"error": {"code": 2, "msg": "Invalid request"}, "id": 2},
    {"code": 4, "msg": "Too many subscriptions"},
    {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}},
    {"e": "avgPrice", "s": "A", "w": "1"},
)
ROW = [1499040000000, "0.01", "0.8", "0.01", "0.02", "1", 1499644799999, "2", 3, "1", "2", "0"]
TICKER_24H = {"symbol": "BNBBTC", "closeTime": 5} | dict.fromkeys(
    ("lastPrice", "openPrice", "highPrice", "lowPrice", "volume", "quoteVolume"), "4.00000200"
)
INFO = {
    "serverTime": 1565246363776,
    "rateLimits": [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000}
    ],
    "symbols": [
        {
            "symbol": "ETHBTC",
            "status": "TRADING",
            "baseAsset": "ETH",
            "quoteAsset": "BTC",
            "filters": [
                {"filterType": "PRICE_FILTER", "tickSize": "0.00000100"},
                {"filterType": "LOT_SIZE", "stepSize": "0.00100000"},
            ],
        }
    ],
}
BODIES = (
    [ROW, ROW],
    INFO,
    [TICKER_24H],
    [{"symbol": "LTCBTC", "price": "4.00000200"}],
    [{"symbol": "A", "bidPrice": "1", "bidQty": "2", "askPrice": "3", "askQty": "4"}],
    [{"a": 26129, "p": "0.01", "q": "4.7", "f": 1, "l": 1, "T": 1498793709153, "m": True}],
    PARTIAL | {"E": 1, "T": 2},
    {"serverTime": 1499827319559},
    {"code": -1121, "msg": "Invalid symbol."},
    {},
    [],
)
DOCUMENTS = (*MESSAGES, *BODIES)

_BINANCE = Binance()
_SYMBOL = Symbol("BNBBTC")
DECODERS = {
    "message": _BINANCE.decode,
    "history": _BINANCE.decode_history,
    "instruments": _BINANCE.decode_instruments,
    "weight limit": _BINANCE.decode_weight_limit,
    "tickers": _BINANCE.decode_tickers,
    "prices": _BINANCE.decode_prices,
    "quotes": _BINANCE.decode_quotes,
    "trades": lambda raw: _BINANCE.decode_trades(_SYMBOL, raw),
    "book": lambda raw: _BINANCE.decode_book(_SYMBOL, raw),
    "time": _BINANCE.decode_time,
}


def written(document: object) -> bytes:
    """As the exchange writes it: without a space."""
    return json.dumps(document, separators=(",", ":")).encode()


def read_everywhere(raw: bytes) -> list[object]:
    """What all decoders make of ``raw``; any error but the decoder's own escapes."""
    found = []
    for decode in DECODERS.values():
        try:
            result = decode(raw)
            found += list(result) if hasattr(result, "__iter__") else [result]
        except DecodeError:
            continue
    refusal = _BINANCE.decode_refusal(raw)
    if refusal is not None and not isinstance(refusal, FeedError):
        raise TypeError(f"{refusal!r} is no error of ours")
    return found
