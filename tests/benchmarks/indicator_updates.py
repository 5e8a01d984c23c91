"""What a price that moves costs in indicators: carried forward, and against formulas in pandas.

    python -m tests.benchmarks.indicator_updates [--json] [--quick]

``one series`` is one update of eight standard indicators on 500 candles: how long we take, and
how long the formulas take that people write with pandas, in turns within one run. ``market``
is 100 symbols x 3 intervals x 8 indicators at 2,000 messages a second: the share of a core that
computing them at each message takes, with one candle in a hundred closing.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from statistics import median

import msgspec
import pandas as pd

from tests.market_shapes import wandering
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.analysis.integration import IndicatorIntegrationFactory
from thebot_desktop.analysis.talib_catalogue import talib_types
from thebot_desktop.domain.market import Candles, Interval, SeriesKey, Symbol
from thebot_desktop.domain.observers import Observers
from thebot_desktop.market.candle_buffer import CandleBuffer

CANDLES = 500
SYMBOLS = 100
INTERVALS = Interval.M1, Interval.M5, Interval.H1
MESSAGES_A_SECOND = 2000
CLOSES_EVERY = 100


def standard() -> list[Indicator]:
    kinds = talib_types()
    periods = {"SMA": 20, "EMA": 20, "BBANDS": 20}
    names = ("SMA", "EMA", "RSI", "MACD", "BBANDS", "ATR", "ADX", "STOCH")
    return [kinds[name](*([periods[name]] if name in periods else [])) for name in names]


def with_pandas(frame: pd.DataFrame) -> None:
    """The same eight, as people write them."""
    high, low, close = frame["high"], frame["low"], frame["close"]
    close.rolling(20).mean()
    close.ewm(span=20, adjust=False).mean()
    change = close.diff()
    gain = change.clip(lower=0).ewm(alpha=1 / 14, adjust=False).mean()
    loss = (-change.clip(upper=0)).ewm(alpha=1 / 14, adjust=False).mean()
    100 - 100 / (1 + gain / loss)
    macd = close.ewm(span=12, adjust=False).mean() - close.ewm(span=26, adjust=False).mean()
    macd - macd.ewm(span=9, adjust=False).mean()
    middle, spread = close.rolling(20).mean(), close.rolling(20).std(ddof=0)
    middle + 2 * spread, middle - 2 * spread
    before = close.shift()
    ranges = pd.concat([high - low, (high - before).abs(), (low - before).abs()], axis=1)
    average_range = ranges.max(axis=1).ewm(alpha=1 / 14, adjust=False).mean()
    up, down = high.diff(), -low.diff()
    plus = up.where((up > down) & (up > 0), 0.0).ewm(alpha=1 / 14, adjust=False).mean()
    minus = down.where((down > up) & (down > 0), 0.0).ewm(alpha=1 / 14, adjust=False).mean()
    plus, minus = 100 * plus / average_range, 100 * minus / average_range
    (100 * (plus - minus).abs() / (plus + minus)).ewm(alpha=1 / 14, adjust=False).mean()
    lowest, highest = low.rolling(5).min(), high.rolling(5).max()
    fast = (100 * (close - lowest) / (highest - lowest)).rolling(3).mean()
    fast.rolling(3).mean()


def microseconds(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times * 1e6


def one_series(rounds: int) -> dict[str, float]:
    series = SeriesKey(Symbol("BTCUSDT"), Interval.M1)
    candles = wandering(CANDLES)
    factory = IndicatorIntegrationFactory(Observers())
    factory.use(series, standard())
    frame = _frame(candles)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(microseconds(lambda: factory.compute(series, candles, closed=False), 2000))
        theirs.append(microseconds(lambda: with_pandas(frame), 5))
    return {
        "ours_us": round(median(ours), 2),
        "pandas_us": round(median(theirs), 1),
        "times_faster": round(median(theirs) / median(ours)),
    }


def _frame(candles: Candles) -> pd.DataFrame:
    columns = {"high": candles.high, "low": candles.low, "close": candles.close}
    return pd.DataFrame(columns)


def market(seconds: float) -> dict[str, float]:
    """CPU time of the stage for so many seconds of messages, each computed at once."""
    factory = IndicatorIntegrationFactory(Observers())
    history = wandering(CANDLES)
    buffers: list[tuple[SeriesKey, CandleBuffer]] = []
    for number in range(SYMBOLS):
        for interval in INTERVALS:
            series = SeriesKey(Symbol(f"COIN{number}USDT"), interval)
            buffer = CandleBuffer(CANDLES)
            buffer.load(history)
            factory.use(series, standard())
            factory.compute(series, buffer.view(), closed=True)
            buffers.append((series, buffer))
    messages = int(seconds * MESSAGES_A_SECOND)
    newest = history.at(CANDLES - 1)
    open_times = [newest.open_time] * len(buffers)
    spent = 0.0
    for number in range(messages):
        at = number % len(buffers)
        series, buffer = buffers[at]
        closed = number // len(buffers) % CLOSES_EVERY == CLOSES_EVERY - 1
        candle = msgspec.structs.replace(newest, open_time=open_times[at])
        buffer.put(candle)
        began = time.process_time()
        factory.compute(series, buffer.view(), closed=closed)
        spent += time.process_time() - began
        if closed:
            open_times[at] += 60_000
    return {"percent_of_a_core": round(spent / seconds * 100, 2), "messages": messages}


def measure(*, quick: bool) -> dict[str, object]:
    return {
        "one_series": one_series(3 if quick else 15),
        "market": market(5 if quick else 60),
    }


def table(result: dict[str, object]) -> str:
    one, whole = result["one_series"], result["market"]
    return (
        f"one series, 8 indicators, one update: {one['ours_us']} us, "  # type: ignore[index]
        f"pandas {one['pandas_us']} us, {one['times_faster']} x\n"  # type: ignore[index]
        f"{SYMBOLS} symbols x {len(INTERVALS)} intervals x 8, {MESSAGES_A_SECOND:,} messages/s: "
        f"{whole['percent_of_a_core']} % of a core"  # type: ignore[index]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    result = measure(quick=options.quick)
    sys.stdout.write((json.dumps(result) if options.json else table(result)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
