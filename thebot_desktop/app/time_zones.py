"""Time zones by name: which there are, and what a name in the settings means."""

from __future__ import annotations

import datetime as dt
import difflib
import zoneinfo
from functools import lru_cache
from typing import NewType

from thebot_desktop.domain.errors import InputError

ZoneName = NewType("ZoneName", str)
"""``local``, ``UTC`` or a name of the zone database such as ``Europe/Berlin``."""

LOCAL = ZoneName("local")
UTC = ZoneName("UTC")

MARKET_ZONES = tuple(
    ZoneName(name)
    for name in (
        "America/Los_Angeles",
        "America/Chicago",
        "America/New_York",
        "America/Sao_Paulo",
        "Europe/London",
        "Europe/Berlin",
        "Europe/Istanbul",
        "Asia/Dubai",
        "Asia/Kolkata",
        "Asia/Singapore",
        "Asia/Hong_Kong",
        "Asia/Seoul",
        "Asia/Tokyo",
        "Australia/Sydney",
    )
)
"""Where the large markets are, from west to east."""


def zone_of(name: str) -> dt.tzinfo | None:
    """The zone of this name, None for that of this computer. Raises InputError."""
    if name == LOCAL:
        return None
    if name == UTC:
        return dt.UTC
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # A name may be that of a folder of zones, or no name of a file at all.
        raise InputError(
            user_message=f"This computer knows no time zone “{name}”.{_hint(name)}"
        ) from None


def known_zone(name: str) -> dt.tzinfo | None:
    """The zone of this name; that of this computer, None, if there is no such zone."""
    try:
        return zone_of(name)
    except InputError:
        return None


def trouble_with_zone(name: str) -> str:
    """A sentence for a zone that was chosen once and is not known here; empty if all is well."""
    try:
        zone_of(name)
    except InputError as error:
        return f"{error.user_message} Charts show the time of this computer."
    return ""


def local_time(zone: dt.tzinfo | None, at: int) -> tuple[int, int]:
    """The day of the week (Monday is 0) and the minute of the day at ``at``, in ``zone``."""
    there = dt.datetime.fromtimestamp(at // 1000, dt.UTC).astimezone(zone)
    return there.weekday(), there.hour * 60 + there.minute


@lru_cache(maxsize=1)
def zone_names() -> tuple[ZoneName, ...]:
    """All places with a zone; older names for the same and mere offsets are left out."""
    known = zoneinfo.available_timezones()
    return tuple(sorted(ZoneName(n) for n in known if "/" in n and not n.startswith("Etc/")))


def _hint(name: str) -> str:
    names = (LOCAL, UTC, *zone_names())
    by_lower = {known.lower(): known for known in names}
    by_lower.update({known.lower().rpartition("/")[2]: known for known in names})
    near = difflib.get_close_matches(name.strip().lower().replace(" ", "_"), by_lower, n=1)
    return f" Did you mean {by_lower[near[0]]}?" if near else ""
