"""What each indicator costs on a million candles, and against TA-Lib's average true range.

    python -m tests.benchmarks.indicators [--json] [--quick] [--candles FILE.csv]

Our own have a goal: none takes more than ten times as long as the average true range. Those of
TA-Lib are measured through our catalogue, which is what the program pays for them. Signals are
measured too, all that a history of this length gives at once. ``--quick`` takes fewer rounds and
a tenth of the candles; the ratio is what counts there. ``--candles`` repeats recorded candles as
often as it takes, each time where the price had come to: the usual series is far wilder than most
markets, and zones begin in it at every fourth candle.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.market_shapes import wandering
from thebot_desktop.analysis import indicators
from thebot_desktop.analysis.catalogue import indicator_catalogue
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.app.discovery import discover
from thebot_desktop.cli.candle_csv import read_candles
from thebot_desktop.domain.market import Candles, FloatArray, Interval, SeriesKey, Symbol

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


def _late(candles: Candles) -> Candles:
    return dataclasses.replace(candles, close=np.roll(candles.close, 1))


def row(kind: type[Indicator], candles: Candles, rounds: int, unit: float) -> dict[str, object]:
    indicator = kind()
    # Another symbol, where one is asked for, moves as this one does, one candle later.
    others = dict.fromkeys(indicator.others, _late(candles))
    cost = best_ms(lambda: indicator.compute_with(candles, others), rounds)
    own = kind.__module__.startswith(indicators.__name__)
    figures: dict[str, object] = {
        "own": own,
        "ms": round(cost, 3),
        "ns_per_candle": round(cost * 1e6 / len(candles), 2),
        "ratio": round(cost / unit, 2),
    }
    if own:
        values = indicator.compute_with(candles, others)
        found: list[object] = []

        def speak() -> None:
            found[:] = indicator.signals(SERIES, candles, values, 0)

        figures["signals_ms"] = round(best_ms(speak, 1), 1)
        figures["signals"] = len(found)
    return figures


def repeated(recorded: Candles, count: int) -> Candles:
    """``count`` candles that move as the recorded ones do, again and again."""
    times = -(-count // len(recorded))
    growth = (recorded.close[-1] / recorded.open[0]) ** np.arange(times)

    def column(prices: FloatArray) -> FloatArray:
        return np.outer(growth, prices).ravel()[:count]

    base = wandering(count)
    return Candles(
        base.open_time,
        column(recorded.open),
        column(recorded.high),
        column(recorded.low),
        column(recorded.close),
        np.resize(recorded.volume, count),
        base.trades,
        base.origin,
    )


def measure(rounds: int, candles: Candles) -> dict[str, object]:
    count = len(candles)
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
    parser.add_argument("--candles", type=Path, metavar="FILE.csv")
    options = parser.parse_args()
    rounds, count = (2, MILLION // 10) if options.quick else (5, MILLION)
    file: Path | None = options.candles
    candles = wandering(count) if file is None else repeated(read_candles(file).candles, count)
    result = measure(rounds, candles)
    sys.stdout.write((json.dumps(result) if options.json else table(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
