"""Which time a chart shows, and how another one comes to show the same."""

from __future__ import annotations

import math

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.link import Stretch
from thebot_desktop.ui.charts.ticks import TimeLine

LEAST_BARS = 1.0


def stretch_of(state: ChartState, width: float) -> Stretch | None:
    """The time between the edges of a plot of this width."""
    if state.empty or state.series is None:
        return None
    line = TimeLine(state.store.open_times, state.series.interval)
    left, right = state.viewport.left(width), state.viewport.right
    return Stretch(_time_at(line, left), _time_at(line, right))


def show_stretch(state: ChartState, stretch: Stretch, width: float) -> None:
    """Move and scale the view so that it shows this time, as far as there are candles."""
    if state.empty or state.series is None:
        return
    line = TimeLine(state.store.open_times, state.series.interval)
    left, right = _position_of(line, stretch.begin), _position_of(line, stretch.end)
    state.viewport.spacing = width / max(LEAST_BARS, right - left)
    state.viewport.right = right
    state.viewport.refit(width, state.store.newest)


def _time_at(line: TimeLine, position: float) -> float:
    whole = math.floor(position)
    begin, end = line.time_at(whole), line.time_at(whole + 1)
    return begin + (end - begin) * (position - whole)


def _position_of(line: TimeLine, when: float) -> float:
    index = line.first_at_or_after(math.ceil(when))
    end, begin = line.time_at(index), line.time_at(index - 1)
    return index - (end - when) / (end - begin) if end > begin else float(index)
