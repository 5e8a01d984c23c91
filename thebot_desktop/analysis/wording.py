"""Numbers as words: short and exact in text forms, with thousands separators in sentences."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum


def exact(value: object) -> str:
    """The shortest text that reads back as the same value: ``2``, ``0.02``, ``EMA``."""
    if isinstance(value, Enum):
        return str(value.value)
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def readable(value: float) -> str:
    """The same number for people: ``70,400.5``, never ``7.04005e+04``."""
    return f"{Decimal(exact(value)):,f}"
