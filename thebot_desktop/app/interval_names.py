"""Intervals as people write them, with help for those that do not exist."""

from __future__ import annotations

import math
import re

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

_UNITS = {
    "s": SECOND_MS,
    "sec": SECOND_MS,
    "second": SECOND_MS,
    "m": MINUTE_MS,
    "min": MINUTE_MS,
    "minute": MINUTE_MS,
    "h": HOUR_MS,
    "hr": HOUR_MS,
    "hour": HOUR_MS,
    "d": DAY_MS,
    "day": DAY_MS,
    "w": 7 * DAY_MS,
    "week": 7 * DAY_MS,
    "mo": 30 * DAY_MS,
    "mon": 30 * DAY_MS,
    "month": 30 * DAY_MS,
}
_SPELLED = re.compile(r"(\d{0,6})\s*([a-z]+?)s?")
_NEAR = 2


def interval_of(text: str) -> Interval:
    """The interval of this name. Raises InputError with near ones and all there are."""
    try:
        return Interval(text)
    except ValueError:
        known = ", ".join(interval.value for interval in Interval)
        raise InputError(
            user_message=f"“{text}” is not an interval.{_hint(text)} There are {known}."
        ) from None


def near_intervals(text: str) -> list[Interval]:
    """The intervals of about the length that ``text`` seems to mean, nearest first."""
    wanted = _length(text.strip().lower())
    if wanted is None:
        return []
    found = sorted(Interval, key=lambda i: abs(math.log(i.milliseconds / wanted)))
    exact = [interval for interval in found if interval.milliseconds == wanted]
    return exact or found[:_NEAR]


def _hint(text: str) -> str:
    near = " or ".join(interval.value for interval in near_intervals(text))
    return f" Did you mean {near}?" if near else ""


def _length(text: str) -> int | None:
    spelled = _SPELLED.fullmatch(text if not text.isdecimal() else f"{text}m")
    if spelled is None:
        return None
    count, unit = spelled.groups()
    return int(count or 1) * _UNITS[unit] or None if unit in _UNITS else None
