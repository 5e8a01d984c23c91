"""The tables of the Metrics panel: how they are painted with much and with little room."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from thebot_desktop.app.metrics import IndicatorState
from thebot_desktop.domain.signals import Direction
from thebot_desktop.ui.formatting import DASH, value_text
from thebot_desktop.ui.models.metrics import (
    IndicatorRow,
    PartRow,
    age_in_candles,
    age_of,
    percent_step_text,
    share_text,
    signals_text,
    state_text,
    step_text,
)
from thebot_desktop.ui.models.signals import direction_mark
from thebot_desktop.ui.models.table import AnyIndex, Role
from thebot_desktop.ui.sortable_table import (
    TableLook,
    paint_plain,
    paint_quiet,
    paint_strong,
    text_lines,
)
from thebot_desktop.ui.table_view import Painting, Pencil
from thebot_desktop.ui.theme import Theme, scaled

INDICATORS_WIDE_PX = 810
PARTS_WIDE_PX = 620


def wide_indicators() -> TableLook:
    paintings: list[Painting] = [
        paint_strong,
        paint_plain,
        _paint_step,
        _paint_step,
        paint_plain,
        paint_quiet,
        _paint_state,
    ]
    return TableLook(34, paintings, [None, 196, 84, 76, 100, 66, 176])


def narrow_indicators() -> TableLook:
    paintings: list[Painting] = [paint_plain] * 7
    paintings[0], paintings[1] = _paint_name_and_state, _paint_value_and_step
    return TableLook(52, paintings, [None, 106, 0, 0, 0, 0, 0])


def wide_parts() -> TableLook:
    paintings: list[Painting] = [
        paint_strong,
        paint_quiet,
        _paint_direction,
        paint_plain,
        paint_quiet,
        paint_quiet,
        paint_quiet,
        _paint_share,
    ]
    return TableLook(34, paintings, [None, 64, 72, 84, 60, 68, 76, 148])


def narrow_parts() -> TableLook:
    paintings: list[Painting] = [paint_plain] * 8
    paintings[0], paintings[7] = _paint_opinion, _paint_share_below
    return TableLook(52, paintings, [None, 0, 0, 0, 0, 0, 0, 84])


def _indicator(index: AnyIndex) -> IndicatorRow:
    row: IndicatorRow = index.data(Role.ROW)
    return row


def _part(index: AnyIndex) -> PartRow:
    row: PartRow = index.data(Role.ROW)
    return row


def _state_color(theme: Theme, state: IndicatorState) -> str:
    colors = {
        IndicatorState.ERROR: theme.bad,
        IndicatorState.WARMING_UP: theme.warning,
        IndicatorState.STALE: theme.warning,
        IndicatorState.LIVE: theme.good,
    }
    return colors.get(state, theme.muted)


def _direction_color(theme: Theme, direction: Direction) -> str:
    colors = {Direction.BUY: theme.up, Direction.SELL: theme.down}
    return colors.get(direction, theme.secondary)


def _paint_state(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    metrics = _indicator(index).metrics
    room = area.adjusted(6, 0, 0, 0)
    pencil.text(room, state_text(metrics), _state_color(pencil.theme, metrics.state))


def _paint_step(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    change = _indicator(index).metrics.change
    known = change is not None and index.data() != DASH
    color = pencil.theme.of_change(change or 0.0) if known else pencil.theme.muted
    pencil.text(area, index.data(), color, right=True)


def _paint_name_and_state(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The label above; status, age and signals of the day below."""
    row, theme = _indicator(index), pencil.theme
    upper, lower = text_lines(area, 2, pencil.font_px)
    pencil.text(upper, row.metrics.label, theme.text, strong=True)
    color = _state_color(theme, row.metrics.state)
    width = pencil.text(lower, state_text(row.metrics), color, size=11)
    signals = f" · {signals_text(row.metrics)}" if row.metrics.signals else ""
    told = f" · {age_of(row)}{signals}"
    if row.metrics.state in (IndicatorState.LIVE, IndicatorState.STALE):
        pencil.text(lower.adjusted(width, 0, 0, 0), told, theme.muted, size=11)


def _paint_value_and_step(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """The first value alone: a tip has the others."""
    metrics, theme = _indicator(index).metrics, pencil.theme
    upper, lower = text_lines(area.adjusted(0, 0, -6, 0), 2, pencil.font_px)
    value = DASH if metrics.value is None else value_text(metrics.value)
    pencil.text(upper, value, theme.text, right=True)
    if metrics.change is not None:
        percent = f" ({percent_step_text(metrics)})" if metrics.change_percent is not None else ""
        said, color = f"{step_text(metrics)}{percent}", theme.of_change(metrics.change)
        pencil.text(lower, said, color, size=11, right=True)


def _paint_direction(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    direction = _part(index).part.signal.direction
    pencil.tag(area, direction_mark(direction), _direction_color(pencil.theme, direction))


def _paint_share(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Left of the middle for selling, right of it for buying, and the number."""
    row = _part(index)
    room = area.adjusted(8, 0, -scaled(58, pencil.font_px), 0)
    _paint_lean(pencil, room, row)
    pencil.text(area, share_text(row.part), pencil.theme.text, right=True)


def _paint_share_below(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    row = _part(index)
    upper, lower = text_lines(area, 2, pencil.font_px)
    pencil.text(upper, share_text(row.part), pencil.theme.text, right=True)
    _paint_lean(pencil, lower.adjusted(12, 0, 0, 0), row)


def _paint_opinion(pencil: Pencil, area: QRect, index: AnyIndex) -> None:
    """Who says what above; how much it counts below."""
    row, theme = _part(index), pencil.theme
    part = row.part
    upper, lower = text_lines(area, 2, pencil.font_px)
    width = pencil.text(upper, part.signal.source, theme.text, strong=True)
    beside = upper.adjusted(width + 6, 0, 0, 0)
    mark, number = direction_mark(part.signal.direction), f"{part.signal.confidence:.2f}"
    color = _direction_color(theme, part.signal.direction)
    if not pencil.text(beside, f"{mark} {number}", color, size=11, whole=True):
        pencil.text(beside, f"{mark[0]} {number}", color, size=11)
    interval = part.signal.series.interval.value
    told = f"{interval} · × {part.weight:g} · {age_in_candles(row)} · {part.freshness * 100:.0f}%"
    pencil.text(lower, told, theme.muted, size=11)


def _paint_lean(pencil: Pencil, area: QRect, row: PartRow) -> None:
    """The largest share fills its half."""
    painter, share = pencil.painter, row.part.share
    color = _direction_color(pencil.theme, row.part.signal.direction)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    middle, half = area.center().y() + 0.5, area.width() / 2
    centre = area.left() + half
    painter.setBrush(QColor(pencil.theme.border))
    painter.drawRoundedRect(QRectF(area.left(), middle - 1.5, area.width(), 3), 1.5, 1.5)
    length = share / row.largest * half if row.largest else 0.0
    painter.setBrush(QColor(color))
    bar = QRectF(min(centre, centre + length), middle - 2.5, abs(length), 5)
    painter.drawRoundedRect(bar, 2, 2)
    painter.setBrush(QColor(pencil.theme.muted))
    painter.drawRect(QRectF(centre - 0.5, middle - 5, 1, 10))
