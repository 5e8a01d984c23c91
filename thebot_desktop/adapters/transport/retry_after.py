"""How long a server asks to be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Seconds by the header Retry-After; 0 when it does not say, or not in a usable way."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value[:6])
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers["Date"])
        return max(wait.total_seconds(), 0.0)
    except (KeyError, TypeError, ValueError):
        return 0.0
