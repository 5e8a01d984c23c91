"""Numbers as words: short and exact in text forms, with thousands separators in sentences."""

from __future__ import annotations

import math
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


def short(price: float) -> str:
    """A computed price with as many digits as one reads: six, or all those before the point."""
    if not price:
        return "0"
    digits = max(0, 5 - math.floor(math.log10(abs(price))))
    text = f"{price:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
