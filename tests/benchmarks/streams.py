"""How many messages a second the program takes, from the socket to the candle, and how smoothly.

    python -m tests.benchmarks.streams [--quick] [--json] [--only NAME] [--profile FILE]

A process of its own plays the exchange; everything else is the program as ``bootstrap`` makes it,
in the loop of the desktop. Figures are of one core. Run it under a real display (or Xvfb) for
painting that counts; without one it runs offscreen.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import gc
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

if not os.environ.get("DISPLAY") and sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import PySide6
import websockets
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from tests.benchmarks.blaster import Blaster
from tests.benchmarks.tape import CANDLES, MIX, Tape, symbols
from tests.ui.world import FakeHost
from thebot_desktop.adapters.exchanges.binance import Binance
from thebot_desktop.alerts.rule import ArmedRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.bootstrap import Launch, Program, find_docks, open_program, resident_mb
from thebot_desktop.domain.market import CandleUpdate, Interval, SeriesKey, Symbol
from thebot_desktop.ui.application import Application, run
from thebot_desktop.ui.desktop import Desktop
from thebot_desktop.ui.docks.chart import ChartDock
from thebot_desktop.ui.frame import FrameTicker
from thebot_desktop.ui.parts import ProgramActions

SYMBOLS = 100
FRAME_MS = 33
PROBE_SECONDS = 0.005
PATIENCE_SECONDS = 60.0
GOALS = {
    "sustained": {"messages_per_second": 45_000, "lag_ms p99": 20, "fps": 27, "lost": 0},
    "burst": {"lag_ms max": 25, "memory grown_percent": 5, "lost": 0},
    "steady": {"cpu_percent": 15, "lost": 0},
}
"""Frames and messages a second at least so many, everything else at most."""
AT_LEAST = ("messages_per_second", "fps")
OUT_OF_REACH = 1e9
"""The level of a price rule that makes the program watch trades and never raises anything."""


class LagProbe:
    """A timer that notes how late it fires."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._due = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(round(PROBE_SECONDS * 1000))
        self._timer.timeout.connect(self._fire)

    def start(self) -> None:
        self.late = []
        self._due = time.perf_counter() + PROBE_SECONDS
        self._timer.start()

    def stop(self) -> dict[str, float]:
        self._timer.stop()
        late = sorted(self.late) or [0.0]
        percentiles = {"p50": len(late) // 2, "p99": len(late) * 99 // 100, "max": -1}
        return {name: round(late[at] * 1000, 2) for name, at in percentiles.items()}

    def _fire(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._due))
        self._due = now + PROBE_SECONDS


class Watched:
    """A program with its charts, and what is counted on it."""

    def __init__(self, program: Program, charts: int) -> None:
        self.program = program
        self.closed: Counter[SeriesKey] = Counter()
        self.disorder = 0
        self._newest: dict[SeriesKey, int] = {}
        program.context.subscriber.closed_candles.add(self._note_closed)
        self._ticker = FrameTicker(program.context.faults.notify, FRAME_MS)
        self._window = QMainWindow()
        self._window.resize(1280, 800)
        self._charts = [self._chart(i) for i in range(charts)]
        if charts:
            self._window.setCentralWidget(self._charts[0])
            self._window.show()

    @property
    def received(self) -> int:
        return self.program.feed.statistics().messages

    @property
    def painted(self) -> int:
        return sum(chart.view.paint_count for chart in self._charts)

    @property
    def sockets(self):
        return self.program.feed.feed._sockets

    @property
    def is_done(self) -> bool:
        feed = self.program.feed.feed
        return not feed._sockets.backlog and not feed._ready

    def close(self) -> None:
        for chart in self._charts:
            self._ticker.remove(chart)
            chart.release()
        self._window.close()
        self._window.deleteLater()

    def _chart(self, number: int) -> ChartDock:
        context = self.program.context
        series = SeriesKey(Symbol(symbols(SYMBOLS)[number]), Interval.M1)
        chart = ChartDock.build_for(context, FakeHost(series), series, f"chart-{number}")
        self._ticker.add(chart)
        return chart

    def _note_closed(self, update: CandleUpdate) -> None:
        """Each once, in order, none left out."""
        open_time = update.candle.open_time
        before = self._newest.get(update.series)
        if before is not None and open_time != update.interval.next_open(before):
            self.disorder += 1
        self._newest[update.series] = open_time
        self.closed[update.series] += 1


class Meter:
    """CPU, time, lag and frames between ``start`` and ``stop``."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._probe = LagProbe()

    def start(self) -> None:
        gc.collect()
        self._closed = sum(self._watched.closed.values())
        self._received, self._painted = self._watched.received, self._watched.painted
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        self._probe.start()

    def stop(self) -> dict[str, object]:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        messages = self._watched.received - self._received
        return {
            "messages": messages,
            "seconds": round(wall, 2),
            "messages_per_second": round(messages / wall),
            "messages_per_cpu_second": round(messages / cpu) if cpu else 0,
            "cpu_us_per_message": round(cpu / messages * 1e6, 2) if messages else None,
            "cpu_percent": round(cpu / wall * 100, 1),
            "lag_ms": self._probe.stop(),
            "fps": round((self._watched.painted - self._painted) / wall, 1),
            "closed_candles": sum(self._watched.closed.values()) - self._closed,
            "out_of_order": self._watched.disorder,
        }


@asynccontextmanager
async def watched_program(
    blaster: Blaster, intervals: tuple[str, ...], *, charts: int, trades: bool, indicators: bool
) -> AsyncIterator[Watched]:
    """Everything open and loaded, nothing sent yet."""
    with tempfile.TemporaryDirectory(prefix="thebot-") as folder:
        program = await open_program(
            Launch(
                profile=Path(folder),
                rest_url=blaster.rest_url,
                stream_url=blaster.stream_url,
                keep=False,
                with_news=False,
            )
        )
        gc.freeze()  # as the desktop does
        watched = Watched(program, charts)
        try:
            wanted = _open_series(program, intervals, trades=trades, indicators=indicators)
            program.start()
            await _until(lambda: all(len(program.context.stream.candles(s)) for s in wanted))
            await asyncio.sleep(1.5)
            yield watched
        finally:
            watched.close()
            await program.aclose()


def _open_series(
    program: Program, intervals: tuple[str, ...], *, trades: bool, indicators: bool
) -> list[SeriesKey]:
    session, alerts = program.context.session, program.context.alerts
    names = [Symbol(name) for name in symbols(SYMBOLS)]
    wanted = [SeriesKey(name, Interval(i)) for name in names for i in intervals]
    for series in wanted:
        session.open(series)
    if trades:
        for name in names:
            alerts.arm(ArmedRule(f"far-{name}", PriceLevel(OUT_OF_REACH), name))
    if indicators:
        types = program.context.indicator_types
        chosen = [types[name]() for name in ("SMA", "EMA", "RSI", "MACD")]
        for series in wanted:
            session.use_indicators(series, chosen)
    return wanted


async def _until(condition) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


async def sustained(blaster: Blaster, options: argparse.Namespace) -> dict[str, object]:
    """As fast as the socket is read, with one chart painting."""
    warm, count = (20_000, 150_000) if options.quick else (50_000, 600_000)
    blaster.prepare(symbols=SYMBOLS, intervals=["1m"], mix=MIX, messages=warm + count)
    async with watched_program(blaster, ("1m",), charts=1, trades=True, indicators=False) as each:
        await deliver(blaster, each, warm)
        meter = Meter(each)
        meter.start()
        with Profiled(options.profile):
            sent = await deliver(blaster, each, count)
        return {"name": "sustained", **meter.stop(), "sent": sent}


async def burst(blaster: Blaster, options: argparse.Namespace) -> dict[str, object]:
    """50,000 messages at once into a quiet program with a chart; then it is quiet again."""
    count, rate, seconds = 50_000, 500, 2 if options.quick else 5
    quiet = rate * seconds
    blaster.prepare(symbols=SYMBOLS, intervals=["1m"], mix=MIX, messages=2 * count + 2 * quiet)
    async with watched_program(blaster, ("1m",), charts=1, trades=True, indicators=False) as each:
        await deliver(blaster, each, count)  # everything that is made once has been made
        await deliver(blaster, each, quiet, rate)
        gc.collect()
        before, meter = resident_mb(), Meter(each)
        meter.start()
        with Profiled(options.profile):
            sent = await deliver(blaster, each, count)
        result = meter.stop()
        await deliver(blaster, each, quiet, rate)
        gc.collect()
        after = resident_mb()
    memory = {"before_mb": before, "after_mb": after, "grown_percent": (after / before - 1) * 100}
    return {
        "name": "burst",
        **result,
        "sent": sent,
        "memory": {key: round(value, 1) for key, value in memory.items()},
    }


async def steady(blaster: Blaster, options: argparse.Namespace) -> dict[str, object]:
    return await _steady(blaster, options, "steady", indicators=False)


async def steady_with_indicators(
    blaster: Blaster, options: argparse.Namespace
) -> dict[str, object]:
    """The same with four indicators computed on each of the 300 series."""
    return await _steady(blaster, options, "steady, indicators", indicators=True)


async def window(blaster: Blaster, options: argparse.Namespace) -> dict[str, object]:
    """The whole window as it opens first, 2,000 messages a second, all 100 symbols in its list."""
    rate, seconds = 2000, 5 if options.quick else 20
    messages = rate * (seconds + 2)
    blaster.prepare(symbols=SYMBOLS, intervals=["1m"], mix=MIX, messages=messages)
    async with watched_program(blaster, ("1m",), charts=0, trades=True, indicators=False) as each:
        context = each.program.context
        context.session.set_watchlist(Symbol(name) for name in symbols(SYMBOLS))
        actions = ProgramActions(
            *(lambda *_: None for _ in range(4)), log_folder=context.profile / "logs"
        )
        desktop = Desktop(
            QApplication.instance(),
            context,
            find_docks(),
            actions,
            layout_file=context.profile / "layout.json",
            symbols=tuple(Symbol(name) for name in symbols(2)),
            interval=Interval.M1,
        )
        desktop.open()
        try:
            await deliver(blaster, each, 2 * rate, rate)
            meter = Meter(each)
            meter.start()
            with Profiled(options.profile):
                sent = await deliver(blaster, each, rate * seconds, rate)
            return {"name": "window", **meter.stop(), "sent": sent}
        finally:
            desktop.close()


async def _steady(
    blaster: Blaster, options: argparse.Namespace, name: str, *, indicators: bool
) -> dict[str, object]:
    """100 symbols, three intervals each, and tickers: 2,000 messages a second, nothing shown."""
    rate, seconds = 2000, 5 if options.quick else 20
    intervals = ("1m", "5m", "15m")
    messages = rate * (seconds + 2)
    blaster.prepare(symbols=SYMBOLS, intervals=intervals, mix=CANDLES, messages=messages)
    async with watched_program(
        blaster, intervals, charts=0, trades=False, indicators=indicators
    ) as each:
        await deliver(blaster, each, 2 * rate, rate)
        meter = Meter(each)
        meter.start()
        with Profiled(options.profile):
            sent = await deliver(blaster, each, rate * seconds, rate)
        return {"name": name, **meter.stop(), "sent": sent}


async def deliver(
    blaster: Blaster, watched: Watched, count: int, rate: float = 0
) -> dict[str, object]:
    """Send so many and wait until they are through."""
    goal = watched.received + count
    sent = await blaster.send(count, rate)
    await _until(lambda: watched.received >= goal and watched.is_done)
    return sent


class Profiled:
    """Writes a profile of what happens inside to a file, if one is given."""

    def __init__(self, file: str | None) -> None:
        self._file = file
        self._profile = cProfile.Profile()

    def __enter__(self) -> None:
        if self._file:
            self._profile.enable()

    def __exit__(self, *_error: object) -> None:
        if self._file:
            self._profile.disable()
            self._profile.dump_stats(self._file)


def with_goals(result: dict[str, object], goals: dict[str, float] | None) -> dict[str, object]:
    """``result`` with what was aimed at, and whether it was reached."""
    found = {}
    for name, limit in (goals or {}).items():
        value = result
        for part in name.split():
            value = value[part]
        met = value >= limit if name in AT_LEAST else value <= limit
        found[name] = {"goal": limit, "is": value, "met": met}
    return {**result, "goals": found} if found else result


def decoding(count: int) -> dict[str, object]:
    """What the same messages cost to be decoded, and what the standard library needs for them."""
    tape = Tape(symbols(SYMBOLS), ("1m",), MIX, 0)
    messages = [payload for payload, _ in islice(tape, count)]
    exchange, costs = Binance(), {}
    for name, work in (("decode", exchange.decode), ("json.loads", json.loads)):
        rounds = []
        for _ in range(3):
            began = time.process_time()
            for message in messages:
                work(message)
            rounds.append((time.process_time() - began) / count * 1e6)
        costs[name] = round(statistics.median(rounds), 2)
    size = sum(map(len, messages)) / count
    return {"name": "decoding alone", "us_per_message": costs, "mean_bytes": round(size)}


SCENARIOS = {
    "sustained": sustained,
    "burst": burst,
    "steady": steady,
    "indicators": steady_with_indicators,
    "window": window,
}


def measure(options: argparse.Namespace) -> dict[str, object]:
    results: list[dict[str, object]] = [decoding(10_000 if options.quick else 50_000)]

    async def main(app: Application) -> int:
        for name, scenario in SCENARIOS.items():
            if options.only in (None, name):
                blaster = Blaster()
                try:
                    result = await scenario(blaster, options)
                    if "sent" in result:
                        result["lost"] = result["sent"]["closed"] - result["closed_candles"]
                    results.append(with_goals(result, GOALS.get(name)))
                finally:
                    blaster.close()
        return 0

    run(main)
    return {
        "platform": os.environ.get("QT_QPA_PLATFORM", "native"),
        "python": platform.python_version(),
        "pyside": PySide6.__version__,
        "websockets": websockets.__version__,
        "msgspec": msgspec.__version__,
        "results": results,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer messages")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--only", choices=SCENARIOS, help="one scenario alone")
    parser.add_argument("--profile", help="write a profile of the scenario to this file")
    options = parser.parse_args()
    document = measure(options)
    if options.json:
        sys.stdout.write(json.dumps(document, indent=1) + "\n")
        return
    for result in document["results"]:
        rest = ", ".join(f"{k} {v}" for k, v in result.items() if k != "name")
        sys.stdout.write(f"{result['name']}: {rest}\n")


if __name__ == "__main__":
    main()
