"""What it costs to watch every symbol of an exchange: 3,000 prices a second in the watchlist.

    python -m tests.benchmarks.watchlist [--quick] [--json] [--profile FILE]

One message a second with the 24 h statistics of all symbols goes the whole way: socket, decoding,
pipeline, quote board, the watchlist on screen with a few dozen rows of it in view. Figures are of
one core; beside them stands the same program with the watchlist closed.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

if not os.environ.get("DISPLAY") and sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import PySide6
from PySide6.QtWidgets import QMainWindow

from tests.benchmarks.blaster import Blaster
from tests.benchmarks.streams import LagProbe, Profiled, with_goals
from tests.benchmarks.tape import symbols
from tests.ui.world import FakeHost
from thebot_desktop.bootstrap import Launch, Program, open_program, resident_mb
from thebot_desktop.domain.market import Symbol
from thebot_desktop.ui.application import Application, run
from thebot_desktop.ui.docks.watchlist import WatchlistDock
from thebot_desktop.ui.frame import FrameTicker

SYMBOLS = 3000
SIZE = (320, 900)
START_SECONDS = 3.0
GOALS = {"cpu_percent": 10, "lag_ms max": 25}


class Shown:
    """The watchlist of a program in a window, drawn as the program draws it."""

    def __init__(self, program: Program, *, moving: bool) -> None:
        host = FakeHost()
        host.reduced_motion = not moving
        self.dock = WatchlistDock.build(program.context, host)
        self._ticker = FrameTicker(program.context.faults.notify)
        self._ticker.add(self.dock)
        self._window = QMainWindow()
        self._window.setCentralWidget(self.dock)
        self._window.resize(*SIZE)
        self._window.show()

    def close(self) -> None:
        self._ticker.remove(self.dock)
        self.dock.release()
        self._window.close()
        self._window.deleteLater()


async def scenario(
    name: str, options: argparse.Namespace, *, shown: bool, moving: bool = True
) -> dict[str, object]:
    """One message a second for some seconds, with or without a watchlist to be seen."""
    seconds = 5 if options.quick else 20
    blaster = Blaster()
    try:
        blaster.prepare(symbols=SYMBOLS, mini=True, messages=seconds + 3)
        with tempfile.TemporaryDirectory(prefix="thebot-") as folder:
            program = await _open(blaster, Path(folder))
            watchlist = Shown(program, moving=moving) if shown else None
            program.start()
            try:
                await asyncio.sleep(START_SECONDS)
                await blaster.send(3, 1)
                await asyncio.sleep(1)
                result = await _measure(blaster, program, seconds, options)
            finally:
                if watchlist is not None:
                    watchlist.close()
                await program.aclose()
    finally:
        blaster.close()
    return {"name": name, **result}


async def _open(blaster: Blaster, folder: Path) -> Program:
    program = await open_program(
        Launch(
            profile=folder,
            rest_url=blaster.rest_url,
            stream_url=blaster.stream_url,
            keep=False,
            with_news=False,
        )
    )
    gc.freeze()  # as the desktop does
    program.context.session.set_watchlist(Symbol(name) for name in symbols(SYMBOLS))
    return program


async def _measure(
    blaster: Blaster, program: Program, seconds: int, options: argparse.Namespace
) -> dict[str, object]:
    heard = []
    program.context.subscriber.quotes.add(heard.append)
    gc.collect()
    probe = LagProbe()
    probe.start()
    cpu, wall = time.process_time(), time.perf_counter()
    with Profiled(options.profile):
        await blaster.send(seconds, 1)
        await asyncio.sleep(1)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {
        "prices": len(heard),
        "seconds": round(wall, 2),
        "cpu_percent": round(cpu / wall * 100, 1),
        "cpu_ms_per_message": round(cpu / seconds * 1000, 1),
        "lag_ms": probe.stop(),
        "resident_mb": round(resident_mb() or 0, 1),
    }


def measure(options: argparse.Namespace) -> dict[str, object]:
    results: list[dict[str, object]] = []

    async def main(_app: Application) -> int:
        results.append(await scenario("not shown", options, shown=False))
        results.append(await scenario("shown, still", options, shown=True, moving=False))
        shown = await scenario("shown", options, shown=True)
        results.append(with_goals(shown, GOALS))
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
    parser.add_argument("--profile", help="write a profile of the last scenario to this file")
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
