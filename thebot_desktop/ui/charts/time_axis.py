"""The time axis at the bottom: named times, days as dates, the zone named once."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from PySide6.QtCore import QLocale, QRect
from PySide6.QtGui import QPainter

from thebot_desktop.domain.time import MINUTE_MS
from thebot_desktop.ui.charts.chart_state import ChartState
from thebot_desktop.ui.charts.chart_style import ChartStyle, Type
from thebot_desktop.ui.charts.frame import AXIS_PADDING, Frame, zone_text
from thebot_desktop.ui.charts.ticks import Mark, TimeLine, local, time_marks, without_collisions

MARK_GAP = 84
LABEL_AIR = 10


@lru_cache(maxsize=4)
def month_names(locale: QLocale) -> tuple[str, ...]:
    """Short names of the months in the person's language."""
    short = QLocale.FormatType.ShortFormat
    return tuple(locale.standaloneMonthName(m, short) for m in range(1, 13))


def marks_of(state: ChartState, frame: Frame, style: ChartStyle) -> list[Mark]:
    """Times to name in this frame: none cut at the edges, none over another."""
    if state.empty or state.series is None:
        return []
    line = TimeLine(state.store.open_times, state.series.interval)
    gap = style.text_px(MARK_GAP) / frame.bars.spacing
    left, right = frame.bars.position(0), frame.bars.position(frame.plot_width)
    marks = time_marks(line, left, right, gap, state.axis_zone, month_names(QLocale()))

    def place(mark: Mark) -> tuple[float, float]:
        half = (style.width(mark.text, Type.SMALL_STRONG) + style.px(LABEL_AIR)) / 2
        middle = frame.bars.x(mark.position)
        return middle - half, middle + half

    return without_collisions(marks, place, 0, frame.plot_width)


def paint_time_labels(
    painter: QPainter, state: ChartState, frame: Frame, style: ChartStyle
) -> None:
    theme = style.theme
    for mark, rect in label_rects(frame, style):
        colour = theme.secondary if mark.major else theme.muted
        pixmap = style.label(mark.text, colour, _kind(mark), theme.panel)
        painter.drawPixmap(rect.left(), rect.top(), pixmap)
    if not state.empty:
        zone = style.label(zone_text(state), theme.muted, Type.SMALL, theme.panel)
        left = frame.plot_width + style.px(AXIS_PADDING)
        painter.drawPixmap(left, _label_top(frame, zone.height()), zone)


def label_rects(frame: Frame, style: ChartStyle) -> list[tuple[Mark, QRect]]:
    """Where the labels of the frame's marks stand."""
    found = []
    for mark in frame.marks:
        kind = _kind(mark)
        width, height = style.label_size(mark.text, kind)
        left = frame.bars.x(mark.position) - round(style.width(mark.text, kind) / 2)
        found.append((mark, QRect(left, _label_top(frame, height), width, height)))
    return found


def covered_times(frame: Frame, tag: QRect, style: ChartStyle) -> list[QRect]:
    """Labels that a tag would hide in part: they make room for it."""
    return [rect for _, rect in label_rects(frame, style) if rect.intersects(tag)]


def _kind(mark: Mark) -> Type:
    return Type.SMALL_STRONG if mark.major else Type.SMALL


def _label_top(frame: Frame, height: int) -> int:
    return frame.plot_height + (frame.height - frame.plot_height - height) // 2 + 1


def crosshair_text(state: ChartState, position: int) -> str:
    """Date and time of a candle, as the tag of the crosshair says it."""
    if state.empty or state.series is None:
        return ""
    line = TimeLine(state.store.open_times, state.series.interval)
    return time_text(line.time_at(position), state)


def time_text(when: int, state: ChartState, *, dated: bool = True) -> str:
    """A time as the axis counts it; daily candles have no clock, and others may do without date."""
    clock = local(when, state.axis_zone)
    if state.daily:
        return _date(clock)
    return f"{_date(clock)}  {_clock(clock, state)}" if dated else _clock(clock, state)


def time_tag_rect(frame: Frame, x: int, text: str, style: ChartStyle) -> QRect:
    """The crosshair's tag on the time axis, kept inside it."""
    width = round(style.width(text, Type.SMALL)) + 2 * style.px(AXIS_PADDING)
    left = min(max(x - width // 2, 0), max(0, frame.plot_width - width))
    return QRect(left, frame.plot_height + 1, width, frame.height - frame.plot_height - 1)


def _date(when: dt.datetime) -> str:
    locale = QLocale()
    day = locale.dayName(when.isoweekday(), QLocale.FormatType.ShortFormat)
    return f"{day} {when.day} {month_names(locale)[when.month - 1]} {when.year}"


def _clock(when: dt.datetime, state: ChartState) -> str:
    seconds = state.series is not None and state.series.interval.milliseconds < MINUTE_MS
    return when.strftime("%H:%M:%S" if seconds else "%H:%M")
