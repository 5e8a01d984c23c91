"""Six full charts at once: panned together, updated ten times a second, idle; and many openings."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Iterator

import numpy as np
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QWidget

from tests.ui.charts.builders import BITCOIN, BTC, DARK, moment, walk
from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.ui.charts.chart_view import LEGEND_SECONDS, ChartView

CHARTS, CANDLES, VISIBLE = 6, 20_000, 2_000
RATE = 10
"""Updates a second and chart."""


class TimedChart(ChartView):
    """Notes how long each paint took."""

    def __init__(self) -> None:
        super().__init__(DARK)
        self.paints: list[float] = []

    def paintEvent(self, event: QPaintEvent) -> None:
        began = time.perf_counter()
        super().paintEvent(event)
        self.paints.append((time.perf_counter() - began) * 1000)


class SixCharts:
    """Two rows of three in one window, each with every indicator given."""

    def __init__(
        self, app: QApplication, indicators: tuple[Indicator, ...], size: tuple[int, int]
    ) -> None:
        self._app = app
        self._now = moment(walk(CANDLES), *indicators)
        self.window = QWidget()
        self.window.resize(*size)
        grid = QGridLayout(self.window)
        self.charts = [TimedChart() for _ in range(CHARTS)]
        for place, chart in enumerate(self.charts):
            chart.set_series(BTC, BITCOIN)
            chart.update_chart(self._now)
            grid.addWidget(chart, place // 3, place % 3)
        self.window.show()
        self._settle()
        for chart in self.charts:
            chart.state.viewport.spacing = chart.plot_width / VISIBLE
            chart.show_newest()
        self._settle()

    def pan(self, rounds: int) -> float:
        """CPU milliseconds of a frame in which all of them move."""
        costs = []
        for number in range(rounds):
            began = time.process_time()
            for chart in self.charts:
                newest = chart.state.store.newest
                chart.state.viewport.pan(7 if number % 2 else -7, chart.plot_width, newest)
                chart.invalidate()
            self._app.processEvents()
            costs.append((time.process_time() - began) * 1000)
        return float(np.median(costs))

    def update(self, seconds: float) -> dict[str, float]:
        """Each chart ten times a second, in turns; what is painted and what it costs."""
        for chart in self.charts:
            chart.paints.clear()
        close = float(self._now.candles.close[-1])
        span = float(self._now.candles.high[-1] - self._now.candles.low[-1])
        cpu, began, sent = time.process_time(), time.monotonic(), 0
        for due in self._beats(began, seconds):
            self._sleep_until(due)
            self._now.candles.close[-1] = close + (sent % 5 - 2) * span / 8
            self.charts[sent % CHARTS].update_chart(self._now)
            self._app.processEvents()
            sent += 1
        passed = time.monotonic() - began
        paints = list(itertools.chain.from_iterable(c.paints for c in self.charts))
        return {
            "updates_sent_per_s": round(sent / passed, 1),
            "updates_painted_per_s": round(len(paints) / passed, 1),
            "cpu_percent": round((time.process_time() - cpu) / passed * 100, 1),
            "paint_p50_ms": round(float(np.percentile(paints, 50)), 2),
            "paint_p99_ms": round(float(np.percentile(paints, 99)), 2),
        }

    def idle(self, seconds: float) -> dict[str, float]:
        """Nothing happens: how often anything is painted all the same.

        What the last updates left to be painted is painted before.
        """
        ended = time.monotonic() + 2 * LEGEND_SECONDS
        while time.monotonic() < ended:
            self._settle()
            time.sleep(0.05)
        before = sum(len(c.paints) for c in self.charts)
        cpu, began = time.process_time(), time.monotonic()
        while time.monotonic() - began < seconds:
            self._app.processEvents()
            time.sleep(0.05)
        return {
            "paints": sum(len(c.paints) for c in self.charts) - before,
            "cpu_percent": round((time.process_time() - cpu) / seconds * 100, 2),
        }

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self._settle()
        gc.collect()

    @staticmethod
    def _beats(began: float, seconds: float) -> Iterator[float]:
        count = int(seconds * RATE * CHARTS)
        return (began + number / (RATE * CHARTS) for number in range(count))

    @staticmethod
    def _sleep_until(due: float) -> None:
        left = due - time.monotonic()
        if left > 0:
            time.sleep(left)

    def _settle(self) -> None:
        for _ in range(5):
            self._app.processEvents()


def open_and_close(app: QApplication, indicators: tuple[Indicator, ...], times: int) -> list[float]:
    """Resident megabytes after each tenth opening of a chart with all its panes."""
    from tests.benchmarks.render import resident

    now, sizes = moment(walk(5_000), *indicators), []
    for number in range(1, times + 1):
        view = ChartView(DARK)
        view.resize(1200, 700)
        view.set_series(BTC, BITCOIN)
        view.update_chart(now)
        view.show()
        for _ in range(3):
            app.processEvents()
        view.close()
        view.deleteLater()
        for _ in range(3):
            app.processEvents()
        app.sendPostedEvents(None, 52)
        if number % 10 == 0:
            gc.collect()
            sizes.append(round(resident(), 1))
    return sizes
