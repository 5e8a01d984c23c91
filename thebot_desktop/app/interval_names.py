"""Intervals as people write them, with help for those that do not exist."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import NamedTuple

from thebot_desktop.domain.errors import InputError
from thebot_desktop.domain.market import Interval
from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

_LENGTHS = {
    "s": SECOND_MS,
    "m": MINUTE_MS,
    "h": HOUR_MS,
    "d": DAY_MS,
    "w": 7 * DAY_MS,
    "M": 30 * DAY_MS,
}
_UNITS = {
    **dict.fromkeys(("s", "sec", "second"), "s"),
    **dict.fromkeys(("m", "min", "minute"), "m"),
    **dict.fromkeys(("h", "hr", "hour"), "h"),
    **dict.fromkeys(("d", "day"), "d"),
    **dict.fromkeys(("w", "week"), "w"),
    **dict.fromkeys(("mo", "mon", "month"), "M"),
}
"""Words for the letters that names of intervals end in."""
_SPELLED = re.compile(r"(\d{0,6})\s*([a-z]+?)s?")
_MONTHS = re.compile(r"(\d*)\s*M")
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


class Spelled(NamedTuple):
    """A length as it was typed: so many seconds, minutes, … whether or not such candles exist."""

    number: int
    unit: str

    @property
    def milliseconds(self) -> int:
        return self.number * _LENGTHS[self.unit]


def spelled(text: str) -> Spelled | None:
    """What ``15``, ``4h``, ``2 days`` or ``M`` say; None for what says no length."""
    text = _MONTHS.sub(r"\1mo", text.strip()) if _MONTHS.fullmatch(text.strip()) else text.strip()
    found = _SPELLED.fullmatch(f"{text}m" if text.isdecimal() else text.lower())
    if found is None:
        return None
    count, unit = found.groups()
    length = int(count or 1)
    return Spelled(length, _UNITS[unit]) if unit in _UNITS and length else None


def meant_interval(text: str, known: Iterable[Interval] = Interval) -> Interval | None:
    """The interval that somebody means who types ``text``: ``15``, ``60m``, ``1H``, ``d``."""
    meant = spelled(text)
    if meant is None:
        return None
    named = f"{meant.number}{meant.unit}"
    found = [i for i in known if i.milliseconds == meant.milliseconds or i.value == named]
    return next((i for i in found if i.value == named), found[0] if found else None)


def near_intervals(text: str) -> list[Interval]:
    """The intervals of about the length that ``text`` seems to mean, nearest first."""
    meant = spelled(text)
    if meant is None:
        return []
    wanted = meant.milliseconds
    found = sorted(Interval, key=lambda i: abs(math.log(i.milliseconds / wanted)))
    exact = [interval for interval in found if interval.milliseconds == wanted]
    return exact or found[:_NEAR]


def _hint(text: str) -> str:
    near = " or ".join(interval.value for interval in near_intervals(text))
    return f" Did you mean {near}?" if near else ""
