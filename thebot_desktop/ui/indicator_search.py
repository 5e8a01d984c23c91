"""How indicators are found: those that are used most first, by short name, title and group."""

from __future__ import annotations

from collections.abc import Iterable

from thebot_desktop.analysis.indicator import Indicator
from thebot_desktop.ui.fuzzy import fuzzy_find

COMMON = ("EMA", "SMA", "RSI", "MACD", "BBANDS", "VWAP", "STOCH", "ATR", "SUPERTREND", "ICHIMOKU")
"""What most people look for, in this order."""


def find_indicators(typed: str, kinds: Iterable[type[Indicator]]) -> list[type[Indicator]]:
    """Those that are meant, best first; for nothing typed all of them by use."""
    return fuzzy_find(typed, sorted(kinds, key=_by_use), lambda k: f"{k.name} {k.title}")


def _by_use(kind: type[Indicator]) -> tuple[int, bool, str]:
    common = COMMON.index(kind.name) if kind.name in COMMON else len(COMMON)
    return common, kind.closed_only, kind.title
