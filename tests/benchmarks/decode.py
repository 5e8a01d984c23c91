"""What decoding a message costs, against ``json.loads`` plus ``float`` in the same run.

python -m tests.benchmarks.decode [--json] [--quick]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import msgspec

from thebot_desktop.adapters.binance.streams import WireEnvelope, WireQuoteEnvelope
from thebot_desktop.adapters.exchanges.binance import Binance

KLINE = (
    b'{"stream":"btcusdt@kline_1m","data":{"e":"kline","E":1672515782136,"s":"BTCUSDT","k":'
    b'{"t":1672515780000,"T":1672515839999,"s":"BTCUSDT","i":"1m","f":2388911,"L":2389020,'
    b'"o":"16569.01000000","c":"16569.52000000","h":"16571.33000000","l":"16566.41000000",'
    b'"v":"101.30211000","n":110,"x":false,"q":"1678510.12345678","V":"51.20311000",'
    b'"Q":"848391.12345678","B":"0"}}}'
)
TRADE = (
    b'{"stream":"btcusdt@trade","data":{"e":"trade","E":1672515782136,"s":"BTCUSDT","t":2389020,'
    b'"p":"16569.52000000","q":"0.00102000","T":1672515782133,"m":true,"M":true}}'
)
BOOK = (
    b'{"stream":"btcusdt@bookTicker","data":{"u":400900217,"s":"BTCUSDT","b":"16569.51000000",'
    b'"B":"3.10210000","a":"16569.52000000","A":"1.40660000"}}'
)
DEPTH = (
    b'{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1672515782136,"s":"BTCUSDT",'
    b'"U":157,"u":160,"b":[["16569.51000000","3.10210000"],["16569.40000000","0.00000000"]],'
    b'"a":[["16569.52000000","1.40660000"],["16570.00000000","10.00000000"]]}}'
)
TICKER = (
    b'{"e":"24hrMiniTicker","E":1672515782136,"s":"BTCUSDT","c":"16569.52000000",'
    b'"o":"16500.01000000","h":"16700.00000000","l":"16400.00000000","v":"10010.30211000",'
    b'"q":"165831510.12345678"}'
)
TICKERS = b'{"stream":"!miniTicker@arr","data":[' + b",".join([TICKER] * 100) + b"]}"
NUMBERS = {"kline": "ohlcvqV", "trade": "pq", "bookTicker": "bBaA", "100 tickers": "cohlvq"}
MESSAGES = {
    "kline": KLINE,
    "trade": TRADE,
    "bookTicker": BOOK,
    "depth": DEPTH,
    "100 tickers": TICKERS,
}
TYPED = {
    "kline": WireEnvelope,
    "trade": WireEnvelope,
    "bookTicker": WireQuoteEnvelope,
    "depth": WireEnvelope,
}


def plain(message: bytes, kind: str) -> object:
    """The standard library's way to the same numbers."""
    data = json.loads(message)["data"]
    if kind == "depth":
        for side in "ba":
            data[side] = [(float(price), float(quantity)) for price, quantity in data[side]]
        return data
    for item in data if isinstance(data, list) else [data.get("k", data)]:
        for name in NUMBERS[kind]:
            item[name] = float(item[name])
    return data


def cost_us(work, count: int) -> float:
    """CPU microseconds of one call of ``work``."""
    began = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - began) / count * 1e6


def measure(rounds: int, count: int) -> dict[str, dict[str, float | None]]:
    """Medians over rounds in which all ways take turns.

    ``typed`` is the parser's pass to numbers alone, ``event`` all the way to what the program
    works with.
    """
    exchange, results = Binance(), {}
    for kind, message in MESSAGES.items():
        times = count // 50 if message is TICKERS else count
        ways = {
            "event": lambda m=message: exchange.decode(m),
            "json": lambda m=message, k=kind: plain(m, k),
        }
        if kind in TYPED:
            parser = msgspec.json.Decoder(TYPED[kind], strict=False)
            ways["typed"] = lambda m=message, p=parser: p.decode(m)
        costs = {way: [] for way in ways}
        for _ in range(rounds):
            for way, work in ways.items():
                costs[way].append(cost_us(work, times))
        results[kind] = row({way: statistics.median(found) for way, found in costs.items()})
    return results


def row(costs: dict[str, float]) -> dict[str, float | None]:
    typed, library = costs.get("typed"), costs["json"]
    return {
        "typed_us": round(typed, 2) if typed is not None else None,
        "event_us": round(costs["event"], 2),
        "json_us": round(library, 2),
        "typed_ratio": round(typed / library, 3) if typed is not None else None,
        "ratio": round(costs["event"] / library, 3),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    results = measure(*((3, 2_000) if options.quick else (9, 20_000)))
    if options.json:
        sys.stdout.write(json.dumps(results) + "\n")
        return 0
    columns = {
        "typed_us": "typed, us",
        "event_us": "event, us",
        "json_us": "json+float, us",
        "typed_ratio": "typed/json",
        "ratio": "event/json",
    }
    sys.stdout.write(f"{'message':<12}" + "".join(f"{t:>16}" for t in columns.values()) + "\n")
    for kind, figures in results.items():
        cells = "".join(f"{figures[name] or '':>16}" for name in columns)
        sys.stdout.write(f"{kind:<12}{cells}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
