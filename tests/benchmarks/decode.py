"""What decoding a message costs, against ``json.loads`` plus ``float`` in the same run.

python -m tests.benchmarks.decode [--json] [--quick]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

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
NUMBERS = {"kline": "ohlcvqV", "trade": "pq", "bookTicker": "bBaA"}
MESSAGES = {"kline": KLINE, "trade": TRADE, "bookTicker": BOOK}


def plain(message: bytes, names: str) -> dict[str, object]:
    """The standard library's way to the same numbers."""
    data = json.loads(message)["data"]
    data = data.get("k", data)
    for name in names:
        data[name] = float(data[name])
    return data


def cost_us(work, count: int) -> float:
    """CPU microseconds of one call of ``work``."""
    began = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - began) / count * 1e6


def measure(rounds: int, count: int) -> dict[str, dict[str, float]]:
    """Medians over rounds in which both ways take turns."""
    exchange, results = Binance(), {}
    for kind, message in MESSAGES.items():
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(cost_us(lambda m=message: exchange.decode(m), count))
            theirs.append(cost_us(lambda m=message, k=kind: plain(m, NUMBERS[k]), count))
        typed, library = statistics.median(ours), statistics.median(theirs)
        results[kind] = {
            "event_us": round(typed, 2),
            "json_us": round(library, 2),
            "ratio": round(typed / library, 3),
        }
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    results = measure(*((3, 2_000) if options.quick else (9, 20_000)))
    if options.json:
        sys.stdout.write(json.dumps(results) + "\n")
        return 0
    sys.stdout.write(f"{'message':<12}{'to our event, us':>18}{'json+float, us':>16}{'ratio':>8}\n")
    for kind, row in results.items():
        sys.stdout.write(f"{kind:<12}{row['event_us']:>18}{row['json_us']:>16}{row['ratio']:>8}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
