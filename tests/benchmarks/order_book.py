"""What an order book costs: an update, what is shown of it, and a frame of its panel.

python -m tests.benchmarks.order_book [--json] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from thebot_desktop.domain.market import BookSnapshot, BookUpdate, Instrument, Symbol
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.market.book_guard import BookGuard
from thebot_desktop.market.order_book import OrderBook
from thebot_desktop.ui.book_ladder import BookLadder
from thebot_desktop.ui.depth_chart import DepthChart
from thebot_desktop.ui.models.order_book import ladder_page
from thebot_desktop.ui.theme import load_theme

LEVELS = 5_000
CHANGES = 25
"""A side, in each update."""
BTC = Symbol("BTCUSDT")
BITCOIN = Instrument(BTC, "BTC", "USDT", 0.01, 0.00001, 2, 5)


def snapshot() -> BookSnapshot:
    bids = tuple((round(70_000 - 0.01 * i, 2), 1.0) for i in range(1, LEVELS + 1))
    asks = tuple((round(70_000 + 0.01 * i, 2), 1.0) for i in range(1, LEVELS + 1))
    return BookSnapshot(BTC, 0, bids, asks, limit=LEVELS)


def updates(count: int) -> list[BookUpdate]:
    """Most changes near the price, a third of them removals."""
    chance = random.Random(1)

    def side(sign: int) -> tuple[tuple[float, float], ...]:
        ticks = (1 + int(abs(chance.gauss(0, 800))) for _ in range(CHANGES))
        return tuple(
            (round(70_000 + sign * 0.01 * n, 2), chance.choice((0.0, 1.5, 2.5))) for n in ticks
        )

    return [BookUpdate(BTC, i, i, side(-1), side(1), UnixMs(i)) for i in range(1, count + 1)]


def measure(count: int) -> dict[str, float]:
    """Medians in CPU microseconds."""
    QApplication.instance() or QApplication([])
    theme = load_theme("dark")
    ladder, chart = BookLadder(theme), DepthChart(theme)
    ladder.resize(320, 520)
    chart.resize(320, 240)
    guard, book = BookGuard(BTC), OrderBook(BTC)
    for event in guard.start(snapshot()):
        book.apply(event)
    costs: dict[str, list[float]] = {}

    def timed(name: str, work) -> None:
        began = time.process_time()
        work()
        costs.setdefault(name, []).append((time.process_time() - began) * 1e6)

    def apply(update: BookUpdate) -> None:
        for event in guard.accept(update):
            book.apply(event)

    for update in updates(count):
        timed("update of 50 levels", lambda update=update: apply(update))
        timed("columns and depth curve", book.depth_curve)
        timed("ladder of 20 rows", lambda: book.ladder(20))
        timed("ladder of 20 rows in steps", lambda: book.ladder(20, 1.0))
        page = ladder_page(book, ladder.rows, 0.0, BITCOIN)
        timed("page of texts", lambda: ladder_page(book, ladder.rows, 0.0, BITCOIN))
        timed("show", lambda page=page: ladder.show_page(page, stale=False))
        timed("paint the ladder", ladder.grab)
        chart.show_depth(book.depth_curve(), book.mid, BITCOIN, stale=False)
        timed("paint the depth chart", chart.grab)
    return {name: round(statistics.median(values), 1) for name, values in costs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    found = measure(50 if options.quick else 500)
    if options.json:
        sys.stdout.write(json.dumps({"levels": LEVELS, "cpu_us": found}, indent=2) + "\n")
        return
    for name, cost in found.items():
        sys.stdout.write(f"{name:28} {cost:8.1f} us\n")


if __name__ == "__main__":
    main()
