"""Intervals in full, as a person says them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from thebot_desktop.domain.market import Interval

_NAMES = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "M": "month"}


def interval_name(interval: Interval) -> str:
    """In full, so that months and minutes cannot be confused: ``15 minutes``."""
    return length_name(int(interval.value[:-1]), interval.value[-1])


def length_name(count: int, unit: str) -> str:
    """So many of what a letter stands for: ``7 minutes``."""
    name = f"{count} {_NAMES[unit]}" + ("s" if count != 1 else "")
    return QCoreApplication.translate("Intervals", name)
