"""How much CPU the chart needs: pan, zoom, tick, crosshair, a million candles, idle.

    python -m tests.benchmarks.render [--quick] [--json] [--peers]

Each operation is measured as CPU time of the process, median of many, and takes turns with an
empty repaint of a window of the same size, which is the floor. Run it under a real display (or
Xvfb) for figures that count; without one it runs offscreen. With ``--peers`` finplot, where it is
installed, takes its turn too.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

if not os.environ.get("DISPLAY") and sys.platform == "linux":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import PySide6
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from tests.benchmarks.render_peers import FinplotChart, find_peer
from tests.ui.charts.builders import BITCOIN, BTC, DARK, Mean, Share, Spread, moment, walk
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.ui.charts.chart_state import Crosshair
from thebot_desktop.ui.charts.chart_view import ChartView

SIZE = (1600, 900)
FULL = (Mean(9), Mean(20), Mean(50), Mean(100), Mean(200), Share(), Spread())
"""Five overlays, a bounded line and a pane of bars and lines, over candles and volume."""


class Empty(QWidget):
    """A window that only fills itself: what any repaint costs here."""

    def paintEvent(self, event) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor("#151A21"))
        painter.end()


class Bench:
    """Measures operations in turns with the floor."""

    def __init__(self, app: QApplication, rounds: int) -> None:
        self._app = app
        self._rounds = rounds
        self.peer_rounds = 10
        self.peer = None
        self._empty = Empty()
        self._empty.resize(*SIZE)
        self._empty.show()
        self._settle()
        self.results: list[dict[str, object]] = []

    def chart(self, count: int, *indicators: Indicator, visible: int = 200) -> ChartView:
        view = ChartView(DARK)
        view.resize(*SIZE)
        view.set_series(BTC, BITCOIN)
        view.update_chart(moment(walk(count), *indicators))
        view.show()
        self._settle()
        self.look_at(view, min(visible, count))
        return view

    def look_at(self, view: ChartView, visible: int) -> None:
        """So many candles in view, the newest among them."""
        view.state.viewport.spacing = view.plot_width / visible
        view.show_newest()
        self._settle()

    def measure(
        self,
        name: str,
        operation: Callable[[int], None],
        peer: Callable[[int], None] | None = None,
        **about: object,
    ) -> None:
        """Medians of an operation with its paint and of the floor, in turns, then of a peer."""
        for warm in range(5):
            operation(warm)
            self._settle()
        costs, floors = [], []
        for number in range(self._rounds):
            costs.append(self._cpu(lambda n=number: operation(n)))
            floors.append(self._cpu(self._empty.update))
        # Not in between: what a peer leaves in the caches would be ours to pay.
        rounds = self.peer_rounds if peer is not None else 0
        peers = [self._cpu(lambda n=number: peer(n)) for number in range(rounds)]
        cost = float(np.median(costs))
        self._note(name, cost, float(np.median(floors)), **about)
        if peers:
            slow = float(np.median(peers))
            self.results[-1] |= {"peer_ms": round(slow, 1), "times_faster": round(slow / cost, 1)}

    def once(self, name: str, operation: Callable[[], None], **about: object) -> None:
        self._note(name, self._cpu(operation), None, **about)

    def idle(self, view: ChartView, seconds: float) -> None:
        """Nothing happens: nothing is painted."""
        self._settle()
        painted, cpu = view.paint_count, time.process_time()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._app.processEvents()
            time.sleep(0.02)
        share = (time.process_time() - cpu) / seconds * 100
        self.results.append(
            {"name": "idle", "paints": view.paint_count - painted, "cpu_percent": round(share, 2)}
        )

    def close(self, view: ChartView) -> None:
        view.hide()
        view.deleteLater()
        self._settle()
        gc.collect()

    def _cpu(self, operation: Callable[[], None]) -> float:
        begun = time.process_time()
        operation()
        self._app.processEvents()
        return (time.process_time() - begun) * 1000

    def _settle(self) -> None:
        for _ in range(5):
            self._app.processEvents()

    def _note(self, name: str, cost: float, floor: float | None, **about: object) -> None:
        result: dict[str, object] = {"name": name, **about, "ms": round(cost, 3)}
        if floor is not None:
            result["empty_ms"] = round(floor, 3)
            result["times_empty"] = round(cost / floor, 1) if floor else None
        self.results.append(result)


def run(*, quick: bool, peers: bool = False) -> dict[str, object]:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    bench = Bench(app, rounds=20 if quick else 60)
    if peers:
        bench.peer = find_peer()
    counts = (1_000, 10_000) if quick else (1_000, 10_000, 100_000, 1_000_000)
    for count in counts:
        _operations(bench, count)
    _full_chart(bench)
    _whole_history(bench, 100_000 if quick else 1_000_000)
    view = bench.chart(1_000)
    bench.idle(view, 1 if quick else 4)
    bench.close(view)
    _many_charts(bench, app, quick=quick)
    return {
        "platform": app.platformName(),
        "python": platform.python_version(),
        "pyside": PySide6.__version__,
        "numpy": np.__version__,
        "size": SIZE,
        "results": bench.results,
    }


def _operations(bench: Bench, count: int) -> None:
    view = bench.chart(count)
    peer = None if bench.peer is None else FinplotChart(bench.peer, walk(count), SIZE)
    for visible in [v for v in (200, 2_000) if v <= count] + [count]:
        bench.look_at(view, visible)
        _pan_and_zoom(bench, view, count, visible, peer)
    bench.look_at(view, 200)
    if peer is not None:
        peer.look_at(200)
    _tick(bench, view, count, peer=peer)
    if peer is not None:
        peer.close()
    _append(bench, view, count)
    _crosshair(bench, view, count)
    bench.close(view)


def _pan_and_zoom(
    bench: Bench, view: ChartView, count: int, visible: int, peer: FinplotChart | None
) -> None:
    viewport, newest = view.state.viewport, view.state.store.newest
    about = {"candles": count, "visible": visible}

    def pan(number: int) -> None:
        viewport.pan(7 if number % 2 else -7, view.plot_width, newest)
        view.invalidate()

    def zoom(number: int) -> None:
        viewport.zoom(1.05 if number % 2 else 1 / 1.05, 700, view.plot_width, newest)
        view.invalidate()

    beside = None if peer is None else lambda number: peer.pan(number, visible)
    bench.measure("pan", pan, beside, **about)
    bench.measure("zoom", zoom, **about)


def _tick(
    bench: Bench,
    view: ChartView,
    count: int,
    *indicators: Indicator,
    peer: FinplotChart | None = None,
) -> None:
    now = moment(walk(count), *indicators)
    close = float(now.candles.close[-1])
    span = float(now.candles.high[-1] - now.candles.low[-1])

    def tick(number: int) -> None:
        now.candles.close[-1] = close + (number % 5 - 2) * span / 8
        view.update_chart(now)

    beside = None if peer is None else lambda number: peer.tick(close + (number % 5) * span / 8)
    bench.measure("tick", tick, beside, candles=count, indicators=len(indicators))


def _append(bench: Bench, view: ChartView, count: int) -> None:
    """Each round closes a candle and opens the next one."""
    longer = walk(count + 500)
    at = iter(range(count + 1, count + 500))

    def append(_number: int) -> None:
        view.update_chart(moment(longer.upto(next(at))))

    bench.measure("append and scroll", append, candles=count)


def _crosshair(bench: Bench, view: ChartView, count: int) -> None:
    def move(number: int) -> None:
        view.state.crosshair = Crosshair(200 + 13 * (number % 60), 120 + 7 * (number % 60))
        view.refresh_live()

    bench.measure("crosshair", move, candles=count)


def _full_chart(bench: Bench) -> None:
    view = bench.chart(20_000, *FULL, visible=2_000)
    viewport, newest = view.state.viewport, view.state.store.newest

    def pan(number: int) -> None:
        viewport.pan(7 if number % 2 else -7, view.plot_width, newest)
        view.invalidate()

    bench.measure("pan, full chart", pan, candles=20_000, visible=2_000)
    _tick(bench, view, 20_000, *FULL)
    bench.close(view)


def _many_charts(bench: Bench, app: QApplication, *, quick: bool) -> None:
    from tests.benchmarks.render_load import SixCharts, open_and_close

    six = SixCharts(app, FULL, SIZE)
    cost = six.pan(10 if quick else 40)
    bench.results.append({"name": "pan six full charts", "ms": round(cost, 2)})
    bench.results.append({"name": "six full charts, idle", **six.idle(1 if quick else 4)})
    bench.results.append({"name": "six full charts, updated", **six.update(2 if quick else 10)})
    six.close()
    sizes = open_and_close(app, FULL, 20 if quick else 200)
    bench.results.append({"name": "open and close", "megabytes_after_tens": sizes})


def _whole_history(bench: Bench, count: int) -> None:
    """A series is loaded and painted for the first time, then all of it is shown."""
    view = bench.chart(2)
    loaded = moment(walk(count))
    before = resident()
    bench.once("set and paint", lambda: view.update_chart(loaded), candles=count)
    bench.once("show all of it", lambda: bench.look_at(view, count), candles=count)
    grown = resident() - before
    bench.results.append({"name": "memory", "candles": count, "megabytes": round(grown, 1)})
    bench.close(view)


def resident() -> float:
    """Megabytes of this process."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(x for x in status.read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def _table(document: dict[str, object]) -> str:
    head = (
        f"{document['platform']}, Python {document['python']}, PySide6 {document['pyside']}, "
        f"{SIZE[0]}x{SIZE[1]}, CPU ms, median"
    )
    rows = []
    for result in document["results"]:
        rest = ", ".join(f"{k} {v}" for k, v in result.items() if k != "name")
        rows.append(f"{result['name']:20} {rest}")
    return "\n".join([head, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no million")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--peers", action="store_true", help="beside finplot, if it is here")
    options = parser.parse_args()
    document = run(quick=options.quick, peers=options.peers)
    text = json.dumps(document, indent=1) if options.json else _table(document)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
