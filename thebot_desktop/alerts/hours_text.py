"""Hours in writing, as a settings file has them: ``22:00-07:00`` or ``22:00-07:00 mon tue``."""

from __future__ import annotations

import re

from thebot_desktop.alerts.hours import EVERY_DAY, MINUTES_OF_DAY, Hours
from thebot_desktop.domain.errors import ParameterError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TIME = r"(\d{1,2}):(\d{2})"
_HOURS = re.compile(rf"{_TIME}\s*[-–]\s*{_TIME}((?:\s+[a-z]{{3}})*)")


def read_hours(text: str) -> Hours | None:
    """None for nothing written. Raises ParameterError with a sentence."""
    written = text.strip().lower()
    if not written:
        return None
    found = _HOURS.fullmatch(written)
    if found is None:
        raise _trouble(text)
    start, end = _minute(found[1], found[2], text), _minute(found[3], found[4], text)
    names = found[5].split()
    if any(name not in DAYS for name in names):
        raise _trouble(text)
    days = tuple(day for day, name in enumerate(DAYS) if name in names)
    return Hours(start, end, days or EVERY_DAY)


def hours_text(hours: Hours | None) -> str:
    """What ``read_hours`` reads."""
    if hours is None:
        return ""
    text = f"{clock_text(hours.start)}-{clock_text(hours.end)}"
    if set(hours.days) == set(EVERY_DAY):
        return text
    return " ".join([text, *(DAYS[day] for day in sorted(set(hours.days)))])


def clock_text(minute: int) -> str:
    """A minute of the day as ``07:30``."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(hour: str, minute: str, text: str) -> int:
    of_day = int(hour) * 60 + int(minute)
    if of_day >= MINUTES_OF_DAY or int(minute) >= 60:
        raise _trouble(text)
    return of_day


def _trouble(text: str) -> ParameterError:
    return ParameterError(
        user_message=f"“{text}” are no hours. Write them as 22:00-07:00, "
        "and days behind it as mon tue wed."
    )
