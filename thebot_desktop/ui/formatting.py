"""Numbers and times as a person reads them: prices, changes, quantities, ages, countdowns."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QLocale

MINUS = "\N{MINUS SIGN}"
"""As wide as a plus sign, so that signed numbers line up."""
DASH = "–"
"""Stands where there is no number to show."""
FEWEST_ZEROS = 4
"""So many zeros after the point are counted in a subscript instead of being written."""
LARGEST_DECIMALS = 12

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SHORT_FORMS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))


@lru_cache(maxsize=256)
def decimals_of(tick_size: float) -> int:
    """How many decimals a price of this tick size needs."""
    if not 0 < tick_size < math.inf:
        return 2
    for decimals in range(LARGEST_DECIMALS):
        if math.isclose(tick_size, round(tick_size, decimals), rel_tol=1e-9):
            return decimals
    return LARGEST_DECIMALS


def price_text(price: float, decimals: int, *, subscript: bool = True) -> str:
    """A price with separated thousands; leading zeros of a tiny one are counted: 0.0₅412."""
    if not math.isfinite(price):
        return DASH
    text = _grouped(abs(price), decimals)
    if subscript and abs(price) < 10**-FEWEST_ZEROS:
        text = _with_counted_zeros(text)
    return MINUS + text if price < 0 and _shows_something(text) else text


def change_text(change: float, decimals: int) -> str:
    """A difference in price, always with its sign."""
    return signed(change, price_text(abs(change), decimals))


def percent_text(percent: float, decimals: int = 2) -> str:
    """A change in percent, always with its sign."""
    return signed(percent, _grouped(abs(percent), decimals) + "%", DASH)


def quantity_text(quantity: float) -> str:
    """A volume in about four characters: 0.0412, 2.31, 812.4, 1.25K, 3.4M."""
    if not math.isfinite(quantity):
        return DASH
    size = abs(quantity)
    sign = MINUS if quantity < 0 else ""
    for unit, letter in _SHORT_FORMS:
        if size >= unit * 0.9995:
            return sign + _trimmed(size / unit) + letter
    return sign + _trimmed(size)


def value_text(value: float) -> str:
    """An indicator's value when nothing is known about its scale: four to five digits."""
    if not math.isfinite(value):
        return DASH
    size = abs(value)
    return price_text(value, _decimals_for(size)) if size < 1e7 else quantity_text(value)


def age_text(age_ms: float) -> str:
    """How long ago: 0.2 s, 12 s, 3 min, 5 h, 2 d."""
    seconds = max(0.0, age_ms / 1000)
    if seconds < 9.95:
        return f"{_grouped(seconds, 1)} s"
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} d"


def countdown_text(left_ms: float) -> str:
    """Time left: 00:37, 1:02:05, 2 d 04 h."""
    seconds = max(0, math.ceil(left_ms / 1000))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02d} h"
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def _grouped(value: float, decimals: int) -> str:
    """Digits with the separators of the person's own locale."""
    text = f"{value:,.{decimals}f}"
    group, point = _separators(QLocale())
    if (group, point) == (",", "."):
        return text
    return text.translate({ord(","): group, ord("."): point})


@lru_cache(maxsize=16)
def _separators(locale: QLocale) -> tuple[str, str]:
    return locale.groupSeparator(), locale.decimalPoint()


def signed(change: float, text: str, unknown: str = DASH) -> str:
    """What is said of a change without its sign, with it; zero has none."""
    if not math.isfinite(change):
        return unknown
    if not _shows_something(text):
        return text
    return ("+" if change > 0 else MINUS) + text


def _shows_something(text: str) -> bool:
    return any(c in "123456789" for c in text)


def _with_counted_zeros(text: str) -> str:
    point = _separators(QLocale())[1]
    whole, _, fraction = text.partition(point)
    digits = fraction.lstrip("0")
    zeros = len(fraction) - len(digits)
    if zeros < FEWEST_ZEROS or not digits:
        return text
    return f"{whole}{point}0{str(zeros).translate(_SUBSCRIPTS)}{digits}"


def _trimmed(value: float) -> str:
    """Four digits at most, without zeros that say nothing."""
    text = _grouped(value, _decimals_for(value) if value < 1000 else 0)
    point = _separators(QLocale())[1]
    return text.rstrip("0").rstrip(point) if point in text else text


def _decimals_for(size: float) -> int:
    if size >= 100:
        return 1 if size < 1000 else 2
    if size >= 1 or size == 0:
        return 2
    return min(LARGEST_DECIMALS, 3 - math.floor(math.log10(size)) - 1)
