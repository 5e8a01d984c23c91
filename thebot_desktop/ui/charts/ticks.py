"""Which prices and times an axis names: round ones, far enough apart, stable while panning."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from thebot_desktop.domain.market import FloatArray, IntArray, Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

LATEST_MS = 250_000_000_000_000
"""The end of the calendar, as far as charts are concerned: the year 9892."""

ROUNDING = 1e-9
"""A value at the very edge of an axis is named although it was computed."""

_STEPS = (
    *(n * SECOND_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * MINUTE_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR_MS for n in (1, 2, 3, 6, 12)),
)
_DAY_STEPS = (1, 2, 4, 7, 14)
_MONTH_STEPS = (1, 2, 3, 6)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100)

_LOG_DIGITS = (
    (1.0,),
    (5.0, 2.0),
    (3.0, 7.0, 1.5),
    (4.0, 6.0, 8.0, 9.0, 2.5),
    tuple(n / 10 for n in range(10, 100)),
    tuple(n / 100 for n in range(100, 1000, 2)),
)
"""First digits of round values, the roundest first."""

_RoundTime: TypeAlias = tuple[int, str, bool]
"""When, what it says, whether a larger stretch of time begins there."""


class Mark(NamedTuple):
    """One named time: where, what it says, and whether a day, month or year begins there."""

    position: float
    text: str
    major: bool


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least so large."""
    if not 0 < least < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    for digit in (1.0, 2.0, 5.0, 10.0):
        if digit * power >= least * (1 - 1e-9):
            return digit * power
    return 10.0 * power


def value_ticks(
    low: float, high: float, pixels: float, gap: float, smallest: float = 0.0
) -> tuple[FloatArray, float]:
    """Round values between ``low`` and ``high`` at least ``gap`` pixels apart, and their step."""
    span = high - low
    if not span > 0 or pixels <= 0:
        return np.empty(0), 1.0
    step = nice_step(max(span * gap / pixels, smallest))
    first, last = math.ceil(low / step), math.floor(high / step)
    return np.arange(first, last + 1, dtype=np.float64) * step, step


def log_ticks(low: float, high: float, pixels: float, gap: float) -> FloatArray:
    """Round values on a logarithmic scale, the roundest first to have their place."""
    if not 0 < low < high or pixels <= 0:
        return np.empty(0)
    least = gap / pixels * math.log(high / low)
    begin, end = math.log(low) - ROUNDING, math.log(high) + ROUNDING
    taken: list[float] = []
    for digits in _LOG_DIGITS:
        for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1):
            for digit in digits:
                flat = math.log(digit) + power * math.log(10.0)
                place = bisect_left(taken, flat)
                near = taken[max(0, place - 1) : place + 1]
                if begin <= flat <= end and all(abs(flat - other) >= least for other in near):
                    taken.insert(place, flat)
    return np.array([_rounded(math.exp(flat)) for flat in taken])


def percent_ticks(
    low: float, high: float, base: float, pixels: float, gap: float
) -> tuple[FloatArray, float]:
    """Values at round changes against ``base``, and the step between them in percent."""
    begin, end = sorted(((low / base - 1) * 100, (high / base - 1) * 100))
    slack = (end - begin) * ROUNDING
    percents, step = value_ticks(begin - slack, end + slack, pixels, gap)
    return base * (1 + percents / 100), step


class TimeLine:
    """Positions of times: along the candles there are, and on into the future beyond them."""

    def __init__(self, open_times: IntArray, interval: Interval) -> None:
        self.open_times = open_times
        self.step = interval.milliseconds

    def time_at(self, position: int) -> int:
        """Open time of the candle at a position, as it would be where there is none."""
        newest = len(self.open_times) - 1
        if position > newest:
            return int(self.open_times[newest]) + (position - newest) * self.step
        if position < 0:
            return int(self.open_times[0]) + position * self.step
        return int(self.open_times[position])

    def first_at_or_after(self, when: float) -> int:
        """Position of the first candle that opens at ``when`` or later."""
        newest = len(self.open_times) - 1
        if when > self.open_times[newest]:
            return newest + math.ceil((when - int(self.open_times[newest])) / self.step)
        return int(np.searchsorted(self.open_times, when))


def time_marks(
    line: TimeLine,
    left: float,
    right: float,
    gap: float,
    zone: dt.tzinfo | None,
    months: Sequence[str] = MONTHS,
) -> list[Mark]:
    """Marks between two positions, about ``gap`` candles apart or more.

    ``zone`` None is the zone of this computer.
    """
    first, last = max(0, math.ceil(left)), math.floor(right)
    if last < first or not len(line.open_times):
        return []
    start, stop = line.time_at(first), min(line.time_at(last), LATEST_MS)
    if first > 0:
        start = line.time_at(first - 1) + 1
    wanted = max(gap * line.step, line.step)
    marks: dict[int, Mark] = {}
    for when, text, major in _round_times(start, stop, wanted, zone, months):
        position = line.first_at_or_after(when)
        if first <= position <= last and position not in marks:
            marks[position] = Mark(position, text, major)
    return list(marks.values())


def without_collisions(
    marks: Sequence[Mark], place: Callable[[Mark], tuple[float, float]], low: float, high: float
) -> list[Mark]:
    """Those marks whose labels fit between ``low`` and ``high`` beside each other.

    ``place`` tells where a label begins and ends. Beginnings of days, months and years go first.
    """
    taken: list[tuple[float, float]] = []
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: not m.major):
        begin, end = place(mark)
        if begin < low or end > high:
            continue
        at = bisect_left(taken, (begin, end))
        clear_before = at == 0 or taken[at - 1][1] <= begin
        clear_after = at == len(taken) or end <= taken[at][0]
        if clear_before and clear_after:
            taken.insert(at, (begin, end))
            kept.append(mark)
    return sorted(kept)


def zone_name(offset: dt.timedelta) -> str:
    """The zone as an axis names it: UTC, UTC+1, UTC−3:30."""
    minutes = round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}:{rest:02d}" if rest else f"UTC{sign}{hours}"


def local(when: int, zone: dt.tzinfo | None) -> dt.datetime:
    """A time as clocks of a zone show it; ``zone`` None is the zone of this computer."""
    known = min(max(when, 0), LATEST_MS)
    return dt.datetime.fromtimestamp(known / 1000, dt.UTC).astimezone(zone)


def _rounded(value: float) -> float:
    """Without the noise of the logarithm: four digits are all that a round value has."""
    return float(f"{value:.4g}")


def _round_times(
    start: int, stop: int, wanted: float, zone: dt.tzinfo | None, months: Sequence[str]
) -> Iterator[_RoundTime]:
    """Times from ``start`` to ``stop`` that are round on the clock or in the calendar."""
    step = next((s for s in _STEPS if s >= wanted), None)
    if step is not None:
        yield from _clock_times(start, stop, step, zone, months)
        return
    begin, end = local(start, zone), local(stop, zone)
    for date in _dates(begin.date(), end.date(), wanted / DAY_MS):
        midnight = dt.datetime(date.year, date.month, date.day, tzinfo=begin.tzinfo)
        when = _instant(midnight, zone)
        if start <= when <= stop:
            with_day = wanted <= _DAY_STEPS[-1] * DAY_MS
            major = date.day == 1 if with_day else date.month == 1
            yield when, _date_text(date, months, with_day=with_day), major


def _clock_times(
    start: int, stop: int, step: int, zone: dt.tzinfo | None, months: Sequence[str]
) -> Iterator[_RoundTime]:
    """Multiples of ``step`` on local clocks; the offset may change between them."""
    offset = _offset(start, zone)
    wall = -(-(start + offset) // step) * step
    while wall <= stop + offset + HOUR_MS:
        when = wall - _offset(wall - offset, zone)
        if start <= when <= stop:
            clock = local(when, zone)
            yield when, _clock_text(clock, step, months), _is_midnight(clock)
        wall += step


def _dates(begin: dt.date, end: dt.date, days: float) -> Iterator[dt.date]:
    day_step = next((s for s in _DAY_STEPS if s >= days), None)
    if day_step is not None:
        for month in _months(begin, end, 1):
            for day in range(1, 33 - day_step, day_step):
                yield from _existing(month.year, month.month, day)
        return
    month_step = next((s for s in _MONTH_STEPS if s * 30 >= days), None)
    if month_step is not None:
        yield from _months(begin, end, month_step)
        return
    year_step = next((s for s in _YEAR_STEPS if s * 365 >= days), _YEAR_STEPS[-1])
    for year in range(begin.year // year_step * year_step, end.year + 1, year_step):
        yield from _existing(year, 1, 1)


def _months(begin: dt.date, end: dt.date, step: int) -> Iterator[dt.date]:
    number = (begin.year * 12 + begin.month - 1) // step * step
    while number <= end.year * 12 + end.month - 1:
        yield dt.date(number // 12, number % 12 + 1, 1)
        number += step


def _existing(year: int, month: int, day: int) -> Iterator[dt.date]:
    try:
        yield dt.date(year, month, day)
    except ValueError:
        return


def _instant(wall: dt.datetime, zone: dt.tzinfo | None) -> int:
    """Milliseconds of a wall-clock time in a zone."""
    guess = round(wall.replace(tzinfo=dt.UTC).timestamp() * 1000)
    return guess - _offset(guess - _offset(guess, zone), zone)


def _offset(when: int, zone: dt.tzinfo | None) -> int:
    offset = local(when, zone).utcoffset()
    return round(offset.total_seconds() * 1000) if offset is not None else 0


def _is_midnight(when: dt.datetime) -> bool:
    return not (when.hour or when.minute or when.second)


def _clock_text(when: dt.datetime, step: int, months: Sequence[str]) -> str:
    if _is_midnight(when):
        return _date_text(when.date(), months, with_day=True)
    return when.strftime("%H:%M:%S" if step < MINUTE_MS else "%H:%M")


def _date_text(date: dt.date, months: Sequence[str], *, with_day: bool) -> str:
    if with_day:
        return f"{date.day} {months[date.month - 1]}"
    return str(date.year) if date.month == 1 else months[date.month - 1]
