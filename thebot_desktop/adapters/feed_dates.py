"""Dates as feeds write them: ISO, e-mail style, in other languages, with AM and PM."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

from thebot_desktop.domain.time import UnixMs

LENGTH_LIMIT = 80

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Feeds are younger: an earlier date is a default value or a mistake."""

MONTHS = (
    "jan ene gen sty янв",
    "feb fev lut фев",
    "mar mrt maa marz мар",
    "apr abr avr kwi апр",
    "may mai mei mag maj маи мая",
    "jun juin giu cze июн",
    "jul juil lug lip июл",
    "aug ago aou sie авг",
    "sep set wrz сен",
    "oct okt out ott paz окт",
    "nov lis ноя",
    "dec dez dic gru дек",
)
"""How month names begin, without accents, in English, German, French, Italian, Spanish,
Portuguese, Dutch, Polish and Russian. Three letters are enough but for "juin" and "juillet".
(The last letter of "май" loses its accent too.)"""

ZONES = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Hours ahead of UTC of zones that have names. CST and IST are taken as American and Indian."""

_NUMBER_OF = {start: n for n, starts in enumerate(MONTHS, 1) for start in starts.split()}
_WORD = r"(?P<month>[^\W\d_]{3,})\.?"
_DAY_FIRST = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.|º)?[\s-]+(?:de\s+)?{_WORD},?[\s-]+(?:de\s+)?"
    r"(?P<year>\d{4}|\d{2})\b"
)
_MONTH_FIRST = re.compile(
    rf"\b{_WORD}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b"
)
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>[+-]\d{2}:?\d{2}|[a-z]{1,4}\b)?"
)


def published_at(text: str) -> UnixMs | None:
    """The moment ``text`` names; None when it names none. Without a zone, UTC is meant."""
    value = _flat(text)
    if not value or len(value) > LENGTH_LIMIT:
        return None
    try:
        when = _iso(value) or _in_words(value)
    except (ValueError, OverflowError):
        return None
    return None if when is None else as_utc_ms(when)


def as_utc_ms(when: datetime) -> UnixMs | None:
    """``when`` in our time, as UTC where it has no zone; None when it cannot be meant."""
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    if aware < EARLIEST:
        return None
    return UnixMs((aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))


def _flat(text: str) -> str:
    """In small letters, without accents, one space between words."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def _iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value.upper())
    except ValueError:
        return None


def _in_words(value: str) -> datetime | None:
    date = _DAY_FIRST.search(value) or _MONTH_FIRST.search(value)
    if date is None:
        return None
    month = _month(date["month"])
    if month is None:
        return None
    midnight = datetime(_year(date["year"]), month, int(date["day"]), tzinfo=UTC)
    time = _TIME.search(value)
    return midnight if time is None else _with_time(midnight, time)


def _month(word: str) -> int | None:
    return _NUMBER_OF.get(word[:4]) or _NUMBER_OF.get(word[:3])


def _year(digits: str) -> int:
    """Two digits mean the hundred years around 2000, as in e-mail."""
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)


def _with_time(midnight: datetime, time: re.Match[str]) -> datetime:
    hour = int(time["hour"])
    if time["half"] is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if time["half"].startswith("p") else 0)
    return midnight.replace(
        hour=hour,
        minute=int(time["minute"]),
        second=min(int(time["second"] or 0), 59),  # a leap second
        tzinfo=_zone(time["zone"]),
    )


def _zone(name: str | None) -> timezone:
    if name is None or name in ZONES:
        return timezone(timedelta(hours=ZONES[name or "utc"]))
    if name[0] not in "+-":
        return UTC
    sign = -1 if name[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[-2:])))
