"""One frame: the places and scales of everything that is about to be painted."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from thebot_desktop.analysis.wording import exact
from thebot_desktop.domain.market import FloatArray, Symbol
from thebot_desktop.market.pyramid import VOLUME, block_size
from thebot_desktop.ui.charts.chart_look import ScaleMode
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.comparison import extremes_of, factors_of, newest_of
from thebot_desktop.ui.charts.pane_arrangement import is_alone, seen
from thebot_desktop.ui.charts.pane_specs import PaneSpec
from thebot_desktop.ui.charts.panes import PaneBox, alone, stack
from thebot_desktop.ui.charts.scales import BarAxis, ValueScale, padded, padded_log
from thebot_desktop.ui.charts.ticks import (
    Mark,
    local,
    log_ticks,
    percent_ticks,
    value_ticks,
    zone_name,
)
from thebot_desktop.ui.formatting import (
    DASH,
    change_text,
    decimals_of,
    percent_text,
    price_text,
    quantity_text,
    signed,
)

TIME_AXIS_HEIGHT = 26
LEAST_AXIS_WIDTH = 56
AXIS_PADDING = 8
WIDTH_STEP = 4
SHRINK = 12
"""An axis becomes narrower only if it gains this much; so it does not twitch."""
TICK_GAP = 44
HEAD_ROOM = (0.09, 0.14)
"""Free share above and below the candles; the volume stands in the lower one."""
OWN_HEAD_ROOM = (0.14, 0.10)
FIXED_HEAD_ROOM = (0.04, 0.04)
VOLUME_HEIGHT = 1 / 6
REPAINT_MARGIN = 0.35
"""The newest candle may use up this share of the head-room before everything is scaled anew."""
MOST_LEVEL_DECIMALS = 4
LEAST_GAPS = 2.0
"""Below this spacing candles stand side by side without gaps."""


@dataclass(slots=True)
class PaneFrame:
    """One pane in this frame. ``data`` is the range of what it shows, without head-room."""

    spec: PaneSpec
    box: PaneBox
    scale: ValueScale
    data: tuple[float, float]
    ticks: FloatArray
    decimals: int
    base: float = 0.0
    """What changes in percent are against, where the axis names those; else 0."""
    percent_decimals: int = 2

    def axis_text(self, value: float) -> str:
        """A value as the axis of this pane names it."""
        if self.base:
            return percent_text((value / self.base - 1) * 100, self.percent_decimals)
        return self.text(value)

    def tag_text(self, value: float) -> str:
        """A value as a tag on the axis says it: finer than the round ones beside it."""
        if self.base:
            return percent_text((value / self.base - 1) * 100)
        return self.text(value)

    def change_text(self, change: float) -> str:
        """A difference of two values, with its sign."""
        if self.decimals < 0:
            return signed(change, quantity_text(abs(change)))
        return change_text(change, self.decimals)

    def text(self, value: float) -> str:
        """A value in full."""
        if self.spec.is_price:
            return price_text(value, self.decimals)
        if self.decimals < 0:
            return quantity_text(value)
        return price_text(value, self.decimals)


@dataclass(slots=True)
class Frame:
    """All lengths are device pixels."""

    unit: float
    width: int
    height: int
    plot_width: int
    plot_height: int
    bars: BarAxis
    first: int
    last: int
    """Closed candles from ``first`` to ``last`` (exclusive) can be seen."""
    block: int
    """So many candles share one column of pixels."""
    newest: int
    panes: list[PaneFrame]
    marks: list[Mark] = field(default_factory=list)
    """What the time axis names."""
    volume_top: float = 0.0
    """The volume that reaches the full height of the volume strip."""
    factors: dict[Symbol, float] = field(default_factory=dict)
    """What brings compared symbols onto the price scale."""
    text_unit: float = 1.0
    """As ``unit``, for what grows with the texts in it."""

    @property
    def shows_newest(self) -> bool:
        return -2 * self.bars.spacing <= self.bars.x(self.newest) <= self.plot_width

    @property
    def axis_width(self) -> int:
        return self.width - self.plot_width

    def pane_at(self, y: float) -> PaneFrame | None:
        return next((p for p in self.panes if p.box.top <= y < p.box.bottom), None)


class FrameMaker:
    """Makes frames of one chart; remembers the width of the price axis from frame to frame."""

    def __init__(self) -> None:
        self._axis_width = 0

    def forget_width(self) -> None:
        self._axis_width = 0

    def make(self, state: ChartState, style: ChartStyle, width: int, height: int) -> Frame:
        """Lay everything out; once more if the labels need a wider axis."""
        least = self._least_width(state, style)
        self._axis_width = max(self._axis_width, least)
        frame = self._laid_out(state, style, width, height)
        needed = max(least, self._needed(state, frame, style))
        if needed > self._axis_width or needed < self._axis_width - style.px(SHRINK):
            self._axis_width = needed
            frame = self._laid_out(state, style, width, height)
        return frame

    def _laid_out(self, state: ChartState, style: ChartStyle, width: int, height: int) -> Frame:
        unit = style.unit
        plot_width = max(1, width - self._axis_width)
        plot_height = max(1, height - style.text_px(TIME_AXIS_HEIGHT))
        logical_width = plot_width / unit
        left = state.viewport.left(logical_width)
        bars = BarAxis.of(left, state.viewport.spacing * unit)
        newest = state.store.newest
        first = max(0, min(newest, math.floor(left) - 1))
        last = max(first, min(newest, math.ceil(state.viewport.right) + 2))
        frame = Frame(
            unit,
            width,
            height,
            plot_width,
            plot_height,
            bars,
            first,
            last,
            block_size(bars.spacing),
            newest,
            [],
        )
        frame.text_unit = style.text_unit
        if state.compared:
            base, index = _percent_base(state, frame), _base_index(frame)
            frame.factors = factors_of(state.compared, base, index, last)
        panes = seen(state.panes, state.look)
        if panes[0].key != state.look.maximised and is_alone(state.panes, state.look):
            boxes = alone(panes[1].key, plot_height)
        else:
            keys = [p.key for p in panes]
            boxes = stack(keys, state.weights, plot_height, style.text_unit)
        for spec, box in zip(panes, boxes, strict=False):
            frame.panes.append(_pane_frame(state, frame, spec, box, style))
        frame.volume_top = _volume_top(state, frame)
        return frame

    def _least_width(self, state: ChartState, style: ChartStyle) -> int:
        """The zone's name must fit below the axis."""
        wanted = style.width(zone_text(state)) + 2 * style.px(AXIS_PADDING)
        return _stepped(max(wanted, style.px(LEAST_AXIS_WIDTH)), style)

    def _needed(self, state: ChartState, frame: Frame, style: ChartStyle) -> int:
        texts = [p.axis_text(v) for p in frame.panes for v in (*p.ticks[:1], *p.ticks[-1:])]
        texts.append(frame.panes[0].tag_text(state.store.live.close))
        texts.extend(frame.panes[0].text(line.price) for line in state.alert_lines)
        texts.extend(each.symbol for each in state.compared if not each.hidden)
        widest = max(style.width(t, Type.SMALL_STRONG) for t in texts)
        return _stepped(widest + 2 * style.px(AXIS_PADDING), style)


def zone_text(state: ChartState) -> str:
    """The name of the zone that the time axis is in."""
    when = state.store.live.open_time
    offset = local(when, state.axis_zone).utcoffset()
    return zone_name(offset) if offset is not None else DASH


def data_range(state: ChartState, frame: Frame, spec: PaneSpec) -> tuple[float, float]:
    """Lowest and highest of what a pane shows in this frame; NaN where there is nothing."""
    ranges = [_closed_range(state, frame, spec)]
    if frame.shows_newest and not state.empty:
        ranges.append(live_range(state, spec))
        if spec.is_price and frame.factors:
            ranges += [(v, v) for v in newest_of(state.compared, frame.factors)]
    if spec.is_price and frame.factors:
        ranges += extremes_of(state.compared, frame.factors, frame.first, frame.last)
    lows = [low for low, _ in ranges if math.isfinite(low)]
    highs = [high for _, high in ranges if math.isfinite(high)]
    return (min(lows), max(highs)) if lows and highs else (math.nan, math.nan)


def live_range(state: ChartState, spec: PaneSpec) -> tuple[float, float]:
    """Lowest and highest of the newest candle and the newest values."""
    values = [state.store.lines[k].live for k in spec.outputs() if k in state.store.lines]
    if spec.is_price:
        live = state.store.live
        values += [live.close] if state.look.kind.is_line else [live.low, live.high]
    if spec.histograms:
        values.append(0.0)
    finite = [v for v in values if math.isfinite(v)]
    return (min(finite), max(finite)) if finite else (math.nan, math.nan)


def outgrown(state: ChartState, frame: Frame) -> bool:
    """Whether the newest values have used up so much head-room that all must be scaled anew."""
    for pane in frame.panes:
        if pane.spec.key in state.manual or pane.spec.fixed is not None:
            continue
        low, high = live_range(state, pane.spec)
        if pane.spec.is_price and frame.factors:
            newest = [v for v in newest_of(state.compared, frame.factors) if math.isfinite(v)]
            low, high = min([low, *newest]), max([high, *newest])
        below = (pane.data[0] - pane.scale.low) * REPAINT_MARGIN
        above = (pane.scale.high - pane.data[1]) * REPAINT_MARGIN
        if low < pane.data[0] - below or high > pane.data[1] + above:
            return True
    return state.store.live_block(frame.block)[1].volume / frame.block > frame.volume_top


def _pane_frame(
    state: ChartState, frame: Frame, spec: PaneSpec, box: PaneBox, style: ChartStyle
) -> PaneFrame:
    data = data_range(state, frame, spec)
    is_log = spec.is_price and state.scale is ScaleMode.LOG and data[0] > 0
    inverted = spec.is_price and state.look.inverted
    low, high = _shown_range(state, spec, data, is_log=is_log)
    scale = ValueScale(low, high, box.top, max(2, box.height), is_log, inverted)
    gap = style.text_px(_gap(spec, box, style))
    base = _percent_base(state, frame) if spec.is_price else 0.0
    if base:
        ticks, step = percent_ticks(low, high, base, box.height, gap)
        decimals = min(4, max(0, decimals_of(step)))
        return PaneFrame(spec, box, scale, data, ticks, state.decimals, base, decimals)
    if is_log:
        ticks = log_ticks(low, high, box.height, gap)
        return PaneFrame(spec, box, scale, data, ticks, state.decimals)
    tick_size = state.tick_size if spec.is_price else 0.0
    ticks, step = value_ticks(low, high, box.height, gap, tick_size)
    decimals = _price_decimals(state, step) if spec.is_price else _own_decimals(step, high)
    if spec.fixed is not None:
        decimals = max([decimals, *map(_level_decimals, spec.levels)])
    return PaneFrame(spec, box, scale, data, _ticks(spec, ticks), decimals)


def _percent_base(state: ChartState, frame: Frame) -> float:
    """The close of the first candle in view, where the axis names changes against it."""
    if state.scale is not ScaleMode.PERCENT or state.empty:
        return 0.0
    first = state.store.candle(_base_index(frame))
    return first.close if first is not None and first.close > 0 else 0.0


def _base_index(frame: Frame) -> int:
    """The first candle in view."""
    return min(max(0, frame.first + 1), frame.newest)


def _shown_range(
    state: ChartState, spec: PaneSpec, data: tuple[float, float], *, is_log: bool
) -> tuple[float, float]:
    manual = state.manual.get(spec.key)
    if manual is not None and (manual[0] > 0 or not is_log):
        return manual
    if spec.fixed is not None:
        return padded(*spec.fixed, *FIXED_HEAD_ROOM)
    above, below = HEAD_ROOM if spec.is_price else OWN_HEAD_ROOM
    if spec.is_price and state.look.inverted:
        above, below = below, above
    return padded_log(*data, above, below) if is_log else padded(*data, above, below)


def _gap(spec: PaneSpec, box: PaneBox, style: ChartStyle) -> float:
    """Ticks of a small pane stand closer."""
    small = not spec.is_price or box.height < style.px(200)
    return TICK_GAP * 0.6 if small else TICK_GAP


def _ticks(spec: PaneSpec, ticks: FloatArray) -> FloatArray:
    """A pane of fixed range with levels names its levels instead of round values.

    One that shows nothing, as all of its lines are off, has no values to name.
    """
    if spec.fixed is not None and spec.levels:
        return np.array(spec.levels)
    return ticks if spec.is_price or spec.outputs() else ticks[:0]


def _price_decimals(state: ChartState, step: float) -> int:
    """The symbol's; while its price step is only guessed, neighbours must still differ."""
    guessed = state.tick_size <= 0 and math.isfinite(step) and step > 0
    return max(state.decimals, decimals_of(step)) if guessed else state.decimals


def _own_decimals(step: float, high: float) -> int:
    """Decimals of an indicator's axis; −1 asks for the short form of large numbers."""
    return -1 if abs(high) >= 1e6 else min(8, decimals_of(step))


def _level_decimals(level: float) -> int:
    """As many as it takes to name it: levels are no round values."""
    return min(MOST_LEVEL_DECIMALS, len(exact(level).partition(".")[2]))


def _closed_range(state: ChartState, frame: Frame, spec: PaneSpec) -> tuple[float, float]:
    first, last = frame.first, frame.last
    found = [
        state.store.lines[k].closed.extremes(first, last)
        for k in spec.outputs()
        if k in state.store.lines
    ]
    if spec.is_price:
        is_line = state.look.kind.is_line
        prices = state.store.closes.closed if is_line else state.store.candles
        found.append(prices.extremes(first, last))
    if spec.histograms:
        found.append((0.0, 0.0))
    finite = [r for r in found if math.isfinite(r[0])]
    if not finite:
        return math.nan, math.nan
    return min(low for low, _ in finite), max(high for _, high in finite)


def _volume_top(state: ChartState, frame: Frame) -> float:
    """The greatest volume in view; with several candles a column, their mean."""
    rows = state.store.candles.blocks(frame.first, frame.last, frame.block).rows
    top = float(rows[VOLUME].max()) if rows.shape[1] else 0.0
    if frame.shows_newest:
        top = max(top, state.store.live_block(frame.block)[1].volume * 1.1)
    return top / frame.block


def _stepped(width: float, style: ChartStyle) -> int:
    step = style.px(WIDTH_STEP)
    return math.ceil(width / step) * step
