"""Where the crosshair stands: under the pointer, or where a linked chart has it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.frame import Frame


class Pointed(NamedTuple):
    """A place in the candles, and the row of pixels where there is a price."""

    position: int
    y: int | None


def pointed(state: ChartState, frame: Frame) -> Pointed | None:
    """The pointer of this chart goes before those of others."""
    at = state.crosshair
    if at is not None:
        return Pointed(frame.bars.nearest(at.x * frame.unit), int(at.y * frame.unit))
    return _linked(state, frame)


def _linked(state: ChartState, frame: Frame) -> Pointed | None:
    """The candle that covers the time of the other chart."""
    point = state.linked
    if point is None or state.empty or state.covered or state.series is None:
        return None
    times = state.store.open_times
    position = int(np.searchsorted(times, point.open_time, side="right")) - 1
    newest = int(times[-1])
    if position < 0 or point.open_time >= state.series.interval.next_open(newest):
        return None
    if point.price is None:
        return Pointed(position, None)
    box, y = frame.panes[0].box, frame.panes[0].scale.y(point.price)
    return Pointed(position, y if box.top <= y < box.bottom else None)
