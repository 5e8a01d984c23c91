"""What a chart shows, as a table of text: candles in view with the values of all indicators."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Iterator

import numpy as np

from thebot_desktop.domain.market import FloatArray, Origin
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.comparison import Comparison
from thebot_desktop.ui.charts.frame import Frame
from thebot_desktop.ui.charts.series_store import OutputKey, ValueLine

_COLUMNS = ("open_time", "open_time_ms", "open", "high", "low", "close", "volume", "origin")


def csv_of(state: ChartState, frame: Frame) -> str:
    """One row for each candle in view, the forming one included; compared symbols at the end."""
    first, last = _in_view(state, frame)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    compared = (f"{each.symbol} close" for each in _compared(state))
    table.writerow((*_COLUMNS, *_names(state), *compared))
    table.writerows(_rows(state, first, last))
    return text.getvalue()


def _in_view(state: ChartState, frame: Frame) -> tuple[int, int]:
    """From the first to the last candle (exclusive) whose middle is in the plot."""
    if state.empty:
        return 0, 0
    left, right = frame.bars.position(0), frame.bars.position(frame.plot_width - 1)
    return max(0, math.ceil(left - 0.5)), min(frame.newest, math.floor(right)) + 1


def _names(state: ChartState) -> list[str]:
    """An indicator's label; its outputs too where it has several."""
    outputs = Counter(label for label, _output in state.store.lines)
    return [_name(key, alone=outputs[key[0]] == 1) for key in state.store.lines]


def _name(key: OutputKey, *, alone: bool) -> str:
    label, output = key
    return label if alone else f"{label} {output}"


def _rows(state: ChartState, first: int, last: int) -> Iterator[tuple[object, ...]]:
    store = state.store
    sources = [*store.lines.values(), *(e.line for e in _compared(state) if e.line is not None)]
    lines = [_cells(_values(line, first, last)) for line in sources]
    for place, index in enumerate(range(first, last)):
        candle = store.candle(index)
        if candle is None:
            continue
        prices = (candle.open, candle.high, candle.low, candle.close, candle.volume)
        origin = Origin(int(store.origins[index])).name.lower().replace("_", " ")
        values = (line[place] for line in lines)
        yield _iso(candle.open_time), candle.open_time, *prices, origin, *values


def _compared(state: ChartState) -> list[Comparison]:
    """Those that have prices already."""
    return [each for each in state.compared if each.line is not None]


def _values(line: ValueLine, first: int, last: int) -> FloatArray:
    closed = line.closed.values(first, last)
    if first + len(closed) < last:
        return np.append(closed, line.live)
    return closed


def _cells(values: FloatArray) -> list[float | str]:
    """Nothing where there is no value."""
    return [value if math.isfinite(value) else "" for value in values.tolist()]


def _iso(when: int) -> str:
    moment = dt.datetime.fromtimestamp(when / 1000, dt.UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
