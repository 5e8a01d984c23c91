"""What stands on the price axis beside the last price: bid and ask, compared symbols, alerts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QBrush, QColor, QPainter

from thebot_desktop.ui.charts.alert_painter import covered_tags
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import AXIS_PADDING, Frame, PaneFrame
from thebot_desktop.ui.charts.pieces import Piece
from thebot_desktop.ui.charts.pixels import fill_rects, horizontal_dashes
from thebot_desktop.ui.charts.price_axis import AxisTag, axis_bottom, free_place, tag_rect
from thebot_desktop.ui.theme import blend

TALL_TAG = 30
_TAG_SHARE = 0.32
"""How much of its colour a quiet tag shows: the last price is the loud one."""
_CUT = "\N{HORIZONTAL ELLIPSIS}"


def tags_beside(
    state: ChartState, frame: Frame, style: ChartStyle, taken: list[QRect]
) -> Iterator[AxisTag]:
    """Each in a place of its own; the last price's, if it is ``taken``, is not covered."""
    pane = frame.panes[0]
    quotes = _quote_tags(state, frame, style)
    if len(quotes) == 2:
        yield from (pair := _in_order(quotes, taken, pane, style))
        taken, quotes = [*taken, *(tag.rect for tag in pair)], []
    alerts = covered_tags(state, frame, style, taken)
    for tag in (*quotes, *alerts, *_compared_tags(state, frame, style)):
        rect = free_place(tag.rect, taken, pane, style, upwards=True)
        taken = [*taken, rect]
        yield dataclasses.replace(tag, rect=rect)


def quote_lines(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[Piece]:
    """Bid and ask across the chart."""
    for side in _sides(state, frame, style):
        yield _quote_line(side, frame, style)


class _Side(NamedTuple):
    word: str
    price: float
    colour: str
    upwards: bool
    """Whether it is the upper one of the two."""


def _sides(state: ChartState, frame: Frame, style: ChartStyle) -> list[_Side]:
    """Ask and bid, where they are wanted and can be seen; the upper one first."""
    quote, theme = state.quote, style.theme
    if quote is None or not state.look.quotes:
        return []
    down, up = (theme.muted, theme.muted) if state.stale else (theme.down, theme.up)
    inverted = state.look.inverted
    ask, bid = (
        QCoreApplication.translate("Chart", "Ask"),
        QCoreApplication.translate("Chart", "Bid"),
    )
    sides = [_Side(ask, quote.ask, down, not inverted), _Side(bid, quote.bid, up, inverted)]
    if inverted:
        sides.reverse()
    return [s for s in sides if s.price > 0 and frame.panes[0].scale.shows(s.price)]


def _quote_tags(state: ChartState, frame: Frame, style: ChartStyle) -> list[AxisTag]:
    """The upper one first."""
    pane, tags = frame.panes[0], []
    for side in _sides(state, frame, style):
        rect = tag_rect(frame, pane, pane.scale.y(side.price), style)
        fill = blend(side.colour, style.theme.panel, _TAG_SHARE)
        tags.append(AxisTag(("quote tag", side.word), rect, [pane.tag_text(side.price)], fill))
    return tags


def _in_order(
    pair: list[AxisTag], taken: list[QRect], pane: PaneFrame, style: ChartStyle
) -> list[AxisTag]:
    """Two tags of one height, moved as little as possible: the upper one stays above the other.

    What is ``taken`` may be between them, below or above both.
    """
    upper, lower = (tag.rect.top() for tag in pair)
    height = pair[0].rect.height()
    tries = [(upper, max(lower, upper + height)), (min(upper, lower - height), lower)]
    for rect in taken:
        above, below = rect.top() - height, rect.bottom() + 1
        over, under = min(lower, above), max(upper, below)
        tries = [
            (min(upper, above), max(lower, below)),
            (min(upper, over - height), over),
            (under, max(lower, under + height)),
        ]
    lowest = axis_bottom(pane, style) - height
    fitting = [t for t in tries if t[0] >= pane.box.top and t[1] <= lowest] or [(upper, lower)]
    tops = min(fitting, key=lambda t: abs(t[0] - upper) + abs(t[1] - lower))
    return [
        dataclasses.replace(tag, rect=QRect(tag.rect.left(), top, tag.rect.width(), height))
        for tag, top in zip(pair, tops, strict=True)
    ]


def _quote_line(side: _Side, frame: Frame, style: ChartStyle) -> Piece:
    """A thin line with its word at the right, on the far side from the other one."""
    thick, y = max(1, int(frame.unit)), frame.panes[0].scale.y(side.price)
    dashes = horizontal_dashes(0, frame.plot_width, y, style.px(6), style.px(3), thick)
    brush = QBrush(QColor(side.colour))
    label = style.label(side.word, side.colour, Type.SMALL)
    left = frame.plot_width - label.width() - style.px(AXIS_PADDING)
    top = y - label.height() if side.upwards else y + thick

    def paint(painter: QPainter) -> None:
        fill_rects(painter, dashes, brush)
        painter.drawPixmap(left, top, label)

    line = QRect(0, y, frame.plot_width, thick)
    words = QRect(left, top, label.width(), label.height())
    return Piece(("quote line", side.word), (y, side.colour, left), line.united(words), paint)


def _compared_tags(state: ChartState, frame: Frame, style: ChartStyle) -> Iterator[AxisTag]:
    """Name and change of each compared symbol, in the colour of its line."""
    pane = frame.panes[0]
    for each in state.compared:
        factor = frame.factors.get(each.symbol)
        if factor is None or each.line is None or not pane.scale.shows(each.line.live * factor):
            continue
        value = each.line.live * factor
        lines = [_fitting(each.symbol, frame, style), pane.tag_text(value)]
        rect = tag_rect(frame, pane, pane.scale.y(value), style, TALL_TAG)
        fill = style.lines[each.colour].name()
        yield AxisTag(("compared tag", each.symbol), rect, lines, fill)


def _fitting(name: str, frame: Frame, style: ChartStyle) -> str:
    """The name, cut where it would leave the axis."""
    room = frame.axis_width - style.px(AXIS_PADDING) - style.px(2)
    if style.width(name, Type.SMALL_STRONG) <= room:
        return name
    cuts = (name[:length] + _CUT for length in range(len(name) - 1, 0, -1))
    return next((c for c in cuts if style.width(c, Type.SMALL_STRONG) <= room), name[:1])
