"""What each indicator costs on a million candles, and against TA-Lib's average true range.

    python -m tests.benchmarks.indicators [--json] [--quick]

Our own have a goal: none takes more than ten times as long as the average true range. Those of
TA-Lib are measured through our catalogue, which is what the program pays for them. Signals are
measured too, all that a history of this length gives at once. ``--quick`` takes fewer rounds and
a tenth of the candles; the ratio is what counts there.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable

from tests.market_shapes import wandering
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.app.discovery import discover
from thebot_desktop.domain.market import Candles, Interval, SeriesKey, Symbol

SERIES = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
MILLION = 1_000_000
GOAL = 10.0


def best_ms(work: Callable[[], object], rounds: int) -> float:
    """The fastest of some rounds: what it costs when nothing else is in the way."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found) * 1e3


def row(kind: type[Indicator], candles: Candles, rounds: int, unit: float) -> dict[str, object]:
    indicator = kind()
    cost = best_ms(lambda: indicator.compute(candles), rounds)
    own = kind.__module__.startswith(indicators.__name__)
    figures: dict[str, object] = {
        "own": own,
        "ms": round(cost, 3),
        "ns_per_candle": round(cost * 1e6 / len(candles), 2),
        "ratio": round(cost / unit, 2),
    }
    if own:
        values = indicator.compute(candles)
        found: list[object] = []

        def speak() -> None:
            found[:] = indicator.signals(SERIES, candles, values, 0)

        figures["signals_ms"] = round(best_ms(speak, 1), 1)
        figures["signals"] = len(found)
    return figures


def measure(rounds: int, count: int) -> dict[str, object]:
    candles = wandering(count)
    average_range = talib_types()["ATR"]()
    unit = best_ms(lambda: average_range.compute(candles), 3 * rounds)
    catalogue = indicator_catalogue(discover(indicators, Indicator))
    rows = {name: row(kind, candles, rounds, unit) for name, kind in catalogue.items()}
    slow = sorted(n for n, r in rows.items() if r["own"] and float(str(r["ratio"])) > GOAL)
    return {"candles": count, "atr_ms": round(unit, 3), "slower_than_goal": slow, "rows": rows}


def table(result: dict[str, object]) -> str:
    rows: dict[str, dict[str, object]] = result["rows"]  # type: ignore[assignment]
    titles = ("ms", "ns_per_candle", "ratio", "signals_ms", "signals")
    lines = [f"{result['candles']:,} candles, ATR takes {result['atr_ms']} ms"]
    lines.append(f"{'':<20}" + "".join(f"{title:>15}" for title in titles))
    for name, figures in sorted(rows.items(), key=lambda r: (not r[1]["own"], r[0])):
        mark = " *" if figures["own"] else ""
        cells = "".join(f"{figures.get(title, '')!s:>15}" for title in titles)
        lines.append(f"{name + mark:<20}{cells}")
    slow = result["slower_than_goal"] or "none"
    lines.append(f"* our own; slower than {GOAL:g} times ATR: {slow}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    result = measure(*((2, MILLION // 10) if options.quick else (5, MILLION)))
    sys.stdout.write((json.dumps(result) if options.json else table(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
