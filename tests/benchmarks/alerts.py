"""What a thousand armed rules cost, and how soon after its trade a price alert is shown.

    python -m tests.benchmarks.alerts [--quick] [--json] [--only NAME] [--profile FILE]

The first scenario runs the same messages without rules, with one rule on the price of each
symbol, and with a thousand of both kinds; what the rules cost is the difference. Figures are of
one core.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

if not os.environ.get("DISPLAY") and sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import PySide6
from PySide6.QtWidgets import QApplication

from tests.benchmarks.blaster import Blaster
from tests.benchmarks.streams import (
    OUT_OF_REACH,
    SYMBOLS,
    Meter,
    Profiled,
    deliver,
    watched_program,
    with_goals,
)
from tests.benchmarks.tape import MIX, symbols
from tests.process import exchange
from thebot_desktop.alerts.rule import ArmedRule, Rule
from thebot_desktop.alerts.rules.condition import ConditionRule
from thebot_desktop.alerts.rules.price_level import PriceLevel
from thebot_desktop.alerts.rules.price_range import PriceRange
from thebot_desktop.analysis.expressions import Catalogue
from thebot_desktop.bootstrap import Launch, Program, find_docks, open_program
from thebot_desktop.domain.market import Interval, Symbol
from thebot_desktop.ui.application import Application, run
from thebot_desktop.ui.desktop import Desktop
from thebot_desktop.ui.parts import ProgramActions

RULES = 1000
RATE = 2000
CONDITIONS = (
    "RSI(14) crosses above 200",
    "close crosses above SMA(20) and volume < 0",
    "EMA(9) > EMA(21) for 3 bars and close < 0",
    "ROC(5) > 900000",
    "MACD(12,26,9).macd crosses below -1000000",
)
"""Each has to be worked out when a bar closes, and none of them is ever true."""
GOALS = {"rules": {"rules_percent": 10}, "latency": {"latency_ms p99": 250}}
ALERT_SECONDS = 40
EACH_ALONE = "[alerts]\nmost_per_minute = 600\n"
"""No alert waits for others because there are too many."""


def rules_of(symbol: Symbol, count: int, catalogue: Catalogue) -> Iterator[ArmedRule]:
    """Half of them on the price, half on closed candles; none of them fires."""
    for number in range(count):
        rule: Rule
        if number % 2:
            condition = CONDITIONS[number // 2 % len(CONDITIONS)]
            rule = ConditionRule.parse(condition, catalogue)
        elif number % 4:
            rule = PriceRange(OUT_OF_REACH, OUT_OF_REACH * 2)
        else:
            rule = PriceLevel(OUT_OF_REACH + number)
        yield ArmedRule(f"{symbol}-{number}", rule, symbol, Interval.M1)


async def armed_rules(options: argparse.Namespace) -> dict[str, object]:
    """The same messages thrice."""
    costs = {}
    for name, per_symbol in (("none", 0), ("one each", 1), ("thousand", RULES // SYMBOLS)):
        blaster = Blaster()
        try:
            costs[name] = await _cost(blaster, options, per_symbol)
        finally:
            blaster.close()
    percent = {name: result["cpu_percent"] for name, result in costs.items()}
    return {
        "name": "rules",
        "rules": RULES,
        "rules_percent": round(percent["thousand"] - percent["none"], 1),
        "cpu_percent": percent,
        "closed_candles": costs["thousand"]["closed_candles"],
        "lag_ms": costs["thousand"]["lag_ms"],
    }


async def _cost(
    blaster: Blaster, options: argparse.Namespace, per_symbol: int
) -> dict[str, object]:
    seconds = 5 if options.quick else 20
    messages = RATE * (seconds + 2)
    blaster.prepare(symbols=SYMBOLS, intervals=["1m"], mix=MIX, messages=messages)
    async with watched_program(blaster, ("1m",), charts=0, trades=True, indicators=False) as each:
        context = each.program.context
        for name in symbols(SYMBOLS):
            for armed in rules_of(Symbol(name), per_symbol, context.indicator_types):
                context.alerts.arm(armed)
        await deliver(blaster, each, 2 * RATE, RATE)
        meter = Meter(each)
        meter.start()
        with Profiled(options.profile):
            await deliver(blaster, each, RATE * seconds, RATE)
        assert not context.alerts.history
        return meter.stop()


class TimedPort:
    """The desktop's notification service: notes when it is handed something."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, str]] = []

    async def send(self, message: object) -> bool:
        self.heard.append((time.time() * 1000, message.body))
        return True

    def close(self) -> None:
        """There is nothing to let go of."""


async def latency(options: argparse.Namespace) -> dict[str, object]:
    """From an event that is taken from the sockets to the desktop's notification service.

    Sockets are read every 15 ms: so much more it can be. ``exchange_ms`` counts from the time of
    the trade as the exchange says it, a process of its own on this machine with the same clock.
    """
    seconds = 8 if options.quick else ALERT_SECONDS
    with tempfile.TemporaryDirectory(prefix="thebot-") as folder, exchange(profile=folder) as at:
        _write_settings(Path(folder))
        addresses = dict(zip(at[::2], at[1::2], strict=True))
        program = await open_program(
            Launch(
                profile=Path(folder),
                rest_url=addresses["--rest-url"],
                stream_url=addresses["--stream-url"],
                with_news=False,
            )
        )
        try:
            taken, said = await _delays(program, Path(folder), seconds)
        finally:
            await program.aclose()
    return {
        "name": "latency",
        "alerts": len(taken),
        "latency_ms": _percentiles(taken),
        "exchange_ms": _percentiles(said),
    }


def _write_settings(folder: Path) -> None:
    (folder / "settings.toml").write_text(EACH_ALONE, encoding="utf-8")


def _percentiles(delays: list[float]) -> dict[str, float]:
    ordered = sorted(delays)
    places = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100, "max": -1}
    return {name: round(ordered[at], 1) for name, at in places.items()}


async def _delays(program: Program, folder: Path, seconds: int) -> tuple[list[float], list[float]]:
    """One level at a time, always at the price, so that no alert has to wait for others."""
    context, port = program.context, TimedPort()
    actions = ProgramActions(*(lambda *_: None for _ in range(4)), log_folder=folder)
    layout = folder / "layout.json"
    desktop = Desktop(
        QApplication.instance(), context, find_docks(), actions, layout_file=layout, port=port
    )
    began, raised, symbol = [0.0], [], Symbol("BTCUSDT")
    evaluate = context.alerts.evaluate_price

    def timed(move: object) -> object:
        began[0] = time.time() * 1000
        return evaluate(move)

    context.alerts.evaluate_price = timed
    context.alerts.raised.add(lambda alert: raised.append((began[0], alert.event_time)))
    program.start()
    desktop.open(minimized=True)
    taken, said = [], []
    try:
        for number in range(seconds):
            await asyncio.sleep(1)
            price = context.stream.board.row(symbol).last
            heard, told = len(port.heard), len(raised)
            context.alerts.arm(ArmedRule("level", PriceLevel(price), symbol))
            async with asyncio.timeout(60):
                while len(raised) == told or len(port.heard) == heard:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            context.alerts.disarm("level")
            if number:
                taken.append(port.heard[-1][0] - raised[told][0])
                said.append(port.heard[-1][0] - raised[told][1])
    finally:
        desktop.close()
    return taken, said


SCENARIOS = {"rules": armed_rules, "latency": latency}


def measure(options: argparse.Namespace) -> dict[str, object]:
    results: list[dict[str, object]] = []

    async def main(_app: Application) -> int:
        for name, scenario in SCENARIOS.items():
            if options.only in (None, name):
                results.append(with_goals(await scenario(options), GOALS[name]))
        return 0

    run(main)
    return {
        "platform": os.environ.get("QT_QPA_PLATFORM", "native"),
        "python": platform.python_version(),
        "pyside": PySide6.__version__,
        "symbols": SYMBOLS,
        "results": results,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer seconds")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--only", choices=SCENARIOS, help="one scenario alone")
    parser.add_argument("--profile", help="write a profile of the last run to this file")
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
