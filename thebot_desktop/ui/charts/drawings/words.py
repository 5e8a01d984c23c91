"""What drawings say about distances."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from thebot_desktop.ui.formatting import percent_text

_UNITS = ((DAY_MS, "d"), (HOUR_MS, "h"), (MINUTE_MS, "min"), (SECOND_MS, "s"))


def duration_text(milliseconds: int) -> str:
    """The two largest units: 2 d 4 h, 35 min."""
    rest, parts = abs(milliseconds), []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}\N{NO-BREAK SPACE}{unit}")
        elif parts:
            break
    sign = "\N{MINUS SIGN}" if milliseconds < 0 else ""
    return sign + (" ".join(parts[:2]) or "0\N{NO-BREAK SPACE}s")


def bars_text(count: int) -> str:
    word = QCoreApplication.translate("Drawings", "{0} bars")
    sign = "\N{MINUS SIGN}" if count < 0 else ""
    one = QCoreApplication.translate("Drawings", "{0} bar")
    return (one if abs(count) == 1 else word).format(f"{sign}{abs(count):,}")


def share_text(change: float, base: float) -> str:
    """A change in percent of what it is against."""
    return percent_text(change / base * 100) if base else ""
