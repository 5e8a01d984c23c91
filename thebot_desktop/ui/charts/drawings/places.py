"""Places: from times and prices to device pixels of one frame, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self

import numpy as np

from thebot_desktop.domain.drawings import Anchor, Drawing
from thebot_desktop.domain.market import IntArray
from thebot_desktop.domain.time import UnixMs
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.drawings.geometry import Box, Point
from thebot_desktop.ui.charts.drawings.sketch import Label
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.ticks import TimeLine

FARTHEST = 1e7
"""Pixels: what is farther away is brought here, where sums of it are still exact."""
LONGEST_LABEL = 300
"""Words may stand out so far on either side of a drawing, in logical pixels."""
LABEL_AIR = 5
LINE_AIR = 2


def position_of(line: TimeLine, when: int) -> int:
    """The candle that a time falls into, on any interval; counted on where there is none."""
    times: IntArray = line.open_times
    newest = len(times) - 1
    if when >= times[newest]:
        return newest + int(when - times[newest]) // line.step
    if when < times[0]:
        return int(when - times[0]) // line.step
    return int(np.searchsorted(times, when, side="right")) - 1


class Places:
    """The price pane of one frame, or another one. The chart must have candles."""

    def __init__(
        self, state: ChartState, frame: Frame, style: ChartStyle, pane: PaneFrame | None = None
    ) -> None:
        if state.series is None:
            raise ValueError("drawings need a series")
        self.frame = frame
        self.style = style
        self.pane: PaneFrame = frame.panes[0] if pane is None else pane
        self.line = TimeLine(state.store.open_times, state.series.interval)
        self.step = state.series.interval.milliseconds
        self._tick = state.tick_size if self.pane.spec.is_price else 0.0
        self._decimals = state.decimals
        box = self.pane.box
        self.box = Box(0.0, box.top, frame.plot_width - 1, box.bottom - 1)

    @classmethod
    def of_pane(cls, key: str, state: ChartState, frame: Frame, style: ChartStyle) -> Self | None:
        """Those of the pane with this key, None where it is not there."""
        pane = next((p for p in frame.panes if p.spec.key == key), None)
        return None if pane is None else cls(state, frame, style, pane)

    def px(self, logical: float) -> int:
        return self.style.px(logical)

    def position(self, when: int) -> int:
        return position_of(self.line, when)

    def x(self, when: int) -> float:
        return float(min(max(self.frame.bars.x(self.position(when)), -FARTHEST), FARTHEST))

    def y(self, price: float) -> float:
        return min(max(self.pane.scale.row(price), -FARTHEST), FARTHEST)

    def point(self, anchor: Anchor) -> Point:
        return Point(self.x(anchor.time), self.y(anchor.price))

    def points(self, drawing: Drawing) -> list[Point]:
        return [self.point(a) for a in drawing.anchors]

    def price(self, y: float) -> float:
        """The price of a row, in whole price steps."""
        price = self.pane.scale.value(y)
        if self._tick > 0:
            price = round(price / self._tick) * self._tick
        return round(price, self._decimals) if self._tick > 0 else price

    def anchor(self, x: float, y: float) -> Anchor:
        """The candle and the price at a point."""
        return Anchor(self.time(self.frame.bars.nearest(x)), self.price(y))

    def time(self, position: int) -> UnixMs:
        return UnixMs(max(0, self.line.time_at(position)))

    def moved(self, anchor: Anchor, bars: int, rows: float) -> Anchor:
        """So many candles and rows away; what an anchor is within its candle stays."""
        time, price = anchor.time, anchor.price
        if bars:
            position = self.position(time)
            time = UnixMs(
                max(0, time + self.line.time_at(position + bars) - self.line.time_at(position))
            )
        if rows:
            price = self.price(self.y(price) + rows)
        return Anchor(time, price if math.isfinite(price) else anchor.price)

    @property
    def price_step(self) -> float:
        """The smallest move of a price: the symbol's step, or what one row is."""
        if self._tick > 0:
            return self._tick
        middle = (self.box.top + self.box.bottom) / 2
        return abs(self.pane.scale.value(middle) - self.pane.scale.value(middle + 1))

    def in_view(self, begin: int, end: int) -> bool:
        """Whether anything between two times can be seen, with the words beside it."""
        air = self.px(LONGEST_LABEL)
        return self.x(end) >= -air and self.x(begin) <= self.box.right + air

    def colour(self, drawing: Drawing) -> str:
        """The one that was chosen, else the theme's own for drawings."""
        return drawing.style.colour or self.style.lines[0].name()

    def label(
        self,
        lines: Sequence[str],
        at: Point,
        colour: str,
        *,
        across: float = 0.0,
        down: float = 0.0,
        ground: str = "",
        kind: Type = Type.SMALL,
    ) -> Label:
        """Words at a point; ``across`` 0 has them begin there, 0.5 stand in the middle, 1 end."""
        air = self.px(LABEL_AIR) if ground else self.px(LINE_AIR)
        row = self.style.height(kind)
        width = max(self.style.width(text, kind) for text in lines) + 2 * air
        height = row * len(lines) + (self.px(LABEL_AIR) if ground else 0)
        left, top = round(at.x - across * width), round(at.y - down * height)
        box = Box(left, top, left + round(width), top + round(height))
        return Label(tuple(lines), box, colour, ground, air, kind)

    def kept_beside(self, label: Label) -> Label:
        """The same words, moved sideways so that no line is cut."""
        kept = self.kept_inside(label)
        return label.moved(kept.box.left - label.box.left, 0)

    def kept_inside(self, label: Label) -> Label:
        """The same words, moved so that all of them can be seen."""
        width, height = label.box.right - label.box.left, label.box.bottom - label.box.top
        left = min(max(label.box.left, self.box.left), self.box.right - width)
        top = min(max(label.box.top, self.box.top), self.box.bottom - height)
        return label.moved(left - label.box.left, top - label.box.top)
