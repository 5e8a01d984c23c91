"""Legends: what a pane shows, with the values under the crosshair or the newest ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from thebot_desktop.domain.market import Candle, Origin
from thebot_desktop.market.freshness import FreshnessWord
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.comparison_painter import compared_changes
from thebot_desktop.ui.charts.frame import Frame, PaneFrame
from thebot_desktop.ui.charts.origin_painter import origin_word
from thebot_desktop.ui.charts.pane_arrangement import is_alone
from thebot_desktop.ui.charts.pane_specs import LegendEntry, LineSpec
from thebot_desktop.ui.charts.panes import LEAST_WITH_BUTTONS, ROOM_FOR_BUTTONS
from thebot_desktop.ui.formatting import DASH, percent_text, quantity_text, value_text
from thebot_desktop.ui.freshness import SIGN_PX, color_of, freshness_text, paint_sign

LEFT, TOP = 8, 6
ROW_HEIGHT = 18
TITLE_HEIGHT = 22
WORD_GAP = 4
PART_GAP = 10
VEIL_SHARE = 0.78
VEIL_PADDING = 4
MOST_COVERED = 0.34
"""A legend takes at most this share of its pane; the first row is always there."""


class Span(NamedTuple):
    """A piece of text. ``sign`` paints the sign of a word before it, ``boxed`` a frame around."""

    text: str
    colour: str
    kind: Type = Type.LEGEND
    sign: FreshnessWord | None = None
    boxed: bool = False


class Owner(NamedTuple):
    """Whose a part of a legend is: an indicator's, by its label, or a compared symbol's."""

    name: str
    compared: bool = False


class Part(NamedTuple):
    """Spans that stay together, and how wide they are. The first span of an owner is its name."""

    spans: tuple[Span, ...]
    width: float
    owner: Owner | None = None


Row: TypeAlias = tuple[Part, ...]


class LegendBox(NamedTuple):
    """Where an owner stands in a legend: all of it, and where its name ends."""

    owner: Owner
    rect: QRectF
    name_right: float


@dataclass(frozen=True, slots=True)
class LegendText:
    """The rows of one legend; equal legends look the same."""

    rows: tuple[Row, ...]

    def __bool__(self) -> bool:
        return any(self.rows)


def price_legend(
    state: ChartState, frame: Frame, style: ChartStyle, index: int | None
) -> LegendText:
    """Symbol, freshness, the candle's prices, then the overlays with their values."""
    room = _room(state, frame, style)
    title = _title(state, room, style)
    if state.empty or state.covered:
        return LegendText((title,))
    shown = state.store.newest if index is None else index
    prices = _prices(state, frame, style, shown)
    origin = _origin(state, style, shown)
    rows: list[Row] = [(*title, *prices, *origin)]
    if _width(rows[0], style) > room:
        rows = [title, _shortened((*prices[:4], *origin, *prices[4:]), room, style)]
    rows += _overlays(state, frame.panes[0], shown, room, style)
    rows += _compared(state, frame, shown, style)
    return LegendText(tuple(_as_many_as_fit(rows, frame.panes[0].box.height, style)))


def own_legend(
    state: ChartState, frame: Frame, pane: PaneFrame, style: ChartStyle, index: int | None
) -> LegendText:
    """The indicator of a pane below the price."""
    shown = state.store.newest if index is None else index
    room = _room(state, frame, style)
    rows = _overlays(state, pane, shown, room, style)
    if is_alone(state.panes, state.look):
        rows = _titled(rows, _title(state, room, style), room, style)
    return LegendText(tuple(_as_many_as_fit(rows, pane.box.height, style)))


def _titled(rows: list[Row], title: Row, room: float, style: ChartStyle) -> list[Row]:
    """What the price legend begins with goes before the indicator of a pane that is alone."""
    if not title or not rows:
        return rows
    whole = (*title, *rows[0])
    return [whole, *rows[1:]] if _width(whole, style) <= room else [*rows, title]


def boxes(text: LegendText, style: ChartStyle) -> Iterator[LegendBox]:
    """Where indicators and compared symbols stand, from the legend's corner, row by row."""
    top = 0
    for row in text.rows:
        height, x = _height(row, style), float(style.px(VEIL_PADDING))
        for part in row:
            if part.owner is not None:
                name = x + _span_width(part.spans[0], style)
                yield LegendBox(part.owner, QRectF(x, top, part.width, height), name)
            x += part.width + style.px(PART_GAP)
        top += height


def render(text: LegendText, style: ChartStyle) -> QPixmap:
    """The legend as one picture on a veil of the panel's colour."""
    padding = style.px(VEIL_PADDING)
    width = max(_width(row, style) for row in text.rows) + 2 * padding
    heights = [_height(row, style) for row in text.rows]

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(style.panel)
        veil.setAlphaF(VEIL_SHARE)
        top = 0
        for row, height in zip(text.rows, heights, strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(veil)
            radius = style.px(4)
            extent = QRectF(0, top, _width(row, style) + 2 * padding, height)
            painter.drawRoundedRect(extent, radius, radius)
            _paint_row(painter, row, padding, top, height, style)
            top += height

    return style.picture(math.ceil(width), sum(heights), paint)


def _room(state: ChartState, frame: Frame, style: ChartStyle) -> int:
    """The buttons of a pane that is alone stay beside its legend."""
    stay = is_alone(state.panes, state.look) and frame.plot_width >= style.px(LEAST_WITH_BUTTONS)
    buttons = style.px(ROOM_FOR_BUTTONS) if stay else 0
    return frame.plot_width - 2 * style.px(LEFT) - buttons


def _title(state: ChartState, room: float, style: ChartStyle) -> Row:
    """Symbol, interval, exchange, badge, freshness; in a narrow chart the exchange goes first."""
    theme = style.theme
    if state.series is None:
        return ()
    symbol = Span(state.series.symbol, theme.text, Type.SYMBOL)
    interval = Span(f"· {state.series.interval.value}", theme.secondary)
    badge = Span(state.badge, theme.warning, Type.SMALL_STRONG, boxed=True)
    badges: Row = (_part(style, badge),) if state.badge else ()
    freshness = _freshness(state, style)
    if not state.titled:
        return _fitting((*freshness, *badges), room, style, keep=1)
    if state.exchange:
        exchange = Span(f"· {state.exchange}", theme.secondary)
        whole: Row = (_part(style, symbol, interval, exchange), *badges, *freshness)
        if _width(whole, style) <= room:
            return whole
    title = _part(style, symbol, interval)
    return _fitting((title, *badges, *freshness), room, style, keep=1)


def _freshness(state: ChartState, style: ChartStyle) -> Row:
    """The sign and the word, with the age once it is not live; nothing before there are candles."""
    if state.freshness is None:
        return ()
    word = state.freshness.word
    colour = color_of(style.theme, word)
    return (_part(style, Span(freshness_text(state.freshness), colour, sign=word)),)


def _prices(state: ChartState, frame: Frame, style: ChartStyle, index: int) -> Row:
    """Open, high, low, close, change, volume of one candle, in the order one reads them."""
    candle = state.store.candle(index)
    pane, theme = frame.panes[0], style.theme
    if candle is None:
        none = Span(DASH, theme.muted)
        return tuple(_part(style, _name(n, style), none) for n in ("O", "H", "L", "C"))
    before = state.store.candle(index - 1)
    colour = theme.up if candle.close >= candle.open else theme.down
    change = _change(candle, before)
    prices = {"O": candle.open, "H": candle.high, "L": candle.low, "C": candle.close}
    return (
        *(
            _part(style, _name(name, style), Span(pane.text(price), colour))
            for name, price in prices.items()
        ),
        _part(style, Span(percent_text(change), theme.of_change(change))),
        _part(
            style,
            _name(QCoreApplication.translate("Chart", "Vol"), style),
            Span(quantity_text(candle.volume), theme.secondary),
        ),
    )


def _origin(state: ChartState, style: ChartStyle, index: int) -> Row:
    """How the candle came, where that is worth a word."""
    origin = state.store.origin(index)
    word = origin_word(origin) if origin is not None else ""
    unusual = origin in (Origin.LATE, Origin.REPAIRED, Origin.EXCHANGE_HOLE)
    colour = style.theme.warning if unusual else style.theme.muted
    return (_part(style, Span(word, colour)),) if word else ()


def _change(candle: Candle, before: Candle | None) -> float:
    """In percent against the close before; against its own open where there is none."""
    base = before.close if before is not None else candle.open
    return (candle.close / base - 1) * 100 if base else math.nan


def _shortened(prices: Row, room: float, style: ChartStyle) -> Row:
    """In a narrow chart the volume goes first, then open, high and low together."""
    for last, first in ((None, 0), (-1, 0), (-1, 3)):
        part = prices[first:last]
        if _width(part, style) <= room:
            return part
    return _fitting(prices[3:-1], room, style, keep=1)


def _overlays(
    state: ChartState, pane: PaneFrame, index: int, room: float, style: ChartStyle
) -> list[Row]:
    """The indicators of a pane, flowing over as many rows as they need."""
    parts: list[Part] = []
    for entry in pane.spec.legend:
        spans = _entry(state, pane, entry, index, style)
        owner = Owner(entry.label)
        part = _part(style, *spans, owner=owner)
        if part.width <= room:
            parts.append(part)
        else:
            name, *values = (_part(style, span) for span in spans)
            parts += [name._replace(owner=owner), *values]
    rows: list[Row] = []
    current: list[Part] = []
    for part in parts:
        if current and _width((*current, part), style) > room:
            rows.append(tuple(current))
            current = []
        current.append(part)
    if current:
        rows.append(tuple(current))
    return rows


def _compared(state: ChartState, frame: Frame, index: int, style: ChartStyle) -> list[Row]:
    """A row for each symbol over the price, with its change since the first candle in view."""
    rows: list[Row] = []
    for each, change in compared_changes(state, frame, index):
        name = style.theme.muted if each.hidden else style.lines[each.colour].name()
        text = percent_text(change) if math.isfinite(change) else DASH
        if each.hidden:
            text = QCoreApplication.translate("Chart", "hidden")
        value = style.theme.of_change(change) if math.isfinite(change) else style.theme.muted
        owner = Owner(each.symbol, compared=True)
        rows.append((_part(style, Span(each.symbol, name), Span(text, value), owner=owner),))
    return rows


def _as_many_as_fit(rows: list[Row], pane_height: int, style: ChartStyle) -> Iterator[Row]:
    used = 0
    for number, row in enumerate(rows):
        used += _height(row, style)
        if number and used > pane_height * MOST_COVERED:
            return
        yield row


def _entry(
    state: ChartState, pane: PaneFrame, entry: LegendEntry, index: int, style: ChartStyle
) -> tuple[Span, ...]:
    theme = style.theme
    if entry.hidden:
        hidden = QCoreApplication.translate("Chart", "hidden")
        return Span(entry.label, theme.muted), Span(hidden, theme.muted)
    if entry.failed:
        off = QCoreApplication.translate("Chart", "switched off")
        return Span(entry.label, theme.muted), Span(off, theme.warning)
    if entry.unseen:
        off = QCoreApplication.translate("Chart", "lines off")
        return Span(entry.label, theme.muted), Span(off, theme.muted)
    if not entry.outputs:
        return (Span(entry.label, theme.secondary),)
    first = style.line(entry.outputs[0].colour).name()
    histograms = {spec.key for spec in pane.spec.histograms}
    spans = [Span(entry.label, first if len(entry.outputs) == 1 else theme.secondary)]
    for spec in entry.outputs:
        line = state.store.lines.get(spec.key)
        value = line.at(index) if line is not None else math.nan
        text = pane.text(value) if pane.spec.is_price else value_text(value)
        colour = style.line(spec.colour).name()
        if spec.key in histograms:
            colour = _bar_colour(spec, value, style)
        spans.append(Span(text, colour))
    return tuple(spans)


def _bar_colour(spec: LineSpec, value: float, style: ChartStyle) -> str:
    """That of the bar, where a person chose it."""
    if not math.isfinite(value):
        return style.theme.muted
    chosen = spec.rising if value >= 0 else spec.falling
    return style.theme.of_change(value) if chosen is None else style.line(chosen).name()


def _part(style: ChartStyle, *spans: Span, owner: Owner | None = None) -> Part:
    width = sum([_span_width(span, style) for span in spans])
    return Part(spans, width + style.px(WORD_GAP) * (len(spans) - 1), owner)


def _name(text: str, style: ChartStyle) -> Span:
    return Span(text, style.theme.muted)


def _fitting(row: Row, room: float, style: ChartStyle, keep: int) -> Row:
    """As many parts from the front as there is room for."""
    while len(row) > keep and _width(row, style) > room:
        row = row[:-1]
    return row


def _width(row: Row, style: ChartStyle) -> float:
    return sum([part.width for part in row]) + style.px(PART_GAP) * max(0, len(row) - 1)


def _span_width(span: Span, style: ChartStyle) -> float:
    width = style.width(span.text, span.kind)
    if span.sign is not None:
        width += style.text_px(SIGN_PX + 4)
    if span.boxed:
        width += 2 * style.px(5)
    return width


def _height(row: Row, style: ChartStyle) -> int:
    symbol = any(span.kind is Type.SYMBOL for part in row for span in part.spans)
    return style.text_px(TITLE_HEIGHT if symbol else ROW_HEIGHT)


def _paint_row(
    painter: QPainter, row: Row, left: float, top: int, height: int, style: ChartStyle
) -> None:
    """All text of a row stands on one baseline."""
    kind = Type.SYMBOL if height == style.text_px(TITLE_HEIGHT) else Type.LEGEND
    baseline = style.baseline(top + height / 2, kind)
    x = left
    for part in row:
        for span in part.spans:
            _paint_span(painter, span, x, baseline, style)
            x += _span_width(span, style) + style.px(WORD_GAP)
        x += style.px(PART_GAP) - style.px(WORD_GAP)


def _paint_span(
    painter: QPainter, span: Span, x: float, baseline: float, style: ChartStyle
) -> None:
    colour = QColor(span.colour)
    if span.sign is not None:
        size = style.text_px(SIGN_PX)
        box = QRectF(x, baseline - size - style.unit * 0.5, size, size)
        paint_sign(painter, box, span.sign, colour)
        x += style.text_px(SIGN_PX + 4)
    if span.boxed:
        _paint_box(painter, span, x, baseline, style)
        x += style.px(5)
    painter.setPen(colour)
    painter.setFont(style.font(span.kind))
    painter.drawText(round(x), round(baseline), span.text)


def _paint_box(painter: QPainter, span: Span, x: float, baseline: float, style: ChartStyle) -> None:
    ground = QColor(span.colour)
    ground.setAlphaF(0.16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    height = style.text_px(16)
    top = baseline - style.ascent(span.kind) * 0.36 - height / 2
    box = QRectF(x, top, _span_width(span, style), height)
    painter.drawRoundedRect(box, style.px(4), style.px(4))
