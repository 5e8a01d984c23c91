"""From candles and values to device pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from thebot_desktop.domain.market import FloatArray


@dataclass(frozen=True, slots=True)
class BarAxis:
    """Horizontal scale. The offset is whole, so gaps between candles do not dance while panning."""

    spacing: float
    offset: int

    @classmethod
    def of(cls, left: float, spacing: float) -> BarAxis:
        """The scale whose pixel 0 is at position ``left``."""
        return cls(spacing, math.floor(left * spacing))

    def x(self, position: float) -> int:
        """The pixel column that holds the middle of a candle."""
        return math.floor(position * self.spacing) - self.offset

    def xs(self, positions: FloatArray) -> FloatArray:
        """The same for many, still as floats."""
        return np.floor(positions * self.spacing) - self.offset

    def position(self, x: float) -> float:
        return (x + self.offset + 0.5) / self.spacing

    def nearest(self, x: float) -> int:
        """The candle nearest to a pixel column."""
        return round(self.position(x))


@dataclass(frozen=True, slots=True)
class ValueScale:
    """Vertical scale of one pane: ``high`` is its top row of pixels, ``low`` its bottom row."""

    low: float
    high: float
    top: int
    height: int

    @property
    def factor(self) -> float:
        """Pixels per unit of value."""
        return (self.height - 1) / (self.high - self.low)

    def y(self, value: float) -> int:
        """The row of pixels of one value, kept near the pane."""
        row = self.top + (self.high - value) * self.factor
        if not math.isfinite(row):
            return self.top + 2 * self.height
        return math.floor(min(max(row, self.top - self.height), self.top + 2 * self.height) + 0.5)

    def ys(self, values: FloatArray) -> FloatArray:
        """The same for many, as floats; what is far outside is brought to just outside."""
        rows = values * -self.factor
        rows += self.top + self.high * self.factor
        clipped: FloatArray = np.clip(rows, self.top - self.height, self.top + 2 * self.height)
        return clipped

    def value(self, y: float) -> float:
        return self.high - (y - self.top) / self.factor

    def shows(self, value: float) -> bool:
        return self.low <= value <= self.high


def padded(low: float, high: float, above: float, below: float) -> tuple[float, float]:
    """A range with head-room, as shares of the whole; sound for flat and for absent values."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    span = high - low
    least = max(abs(high), abs(low)) * 1e-9
    if span <= least:
        half = abs(high) * 0.001 or 0.5
        return low - half, high + half
    inner = 1.0 - above - below
    return low - span * below / inner, high + span * above / inner


def stretched(low: float, high: float, factor: float) -> tuple[float, float]:
    """The range made ``factor`` times as long around its middle."""
    middle, half = (low + high) / 2, (high - low) / 2 * factor
    return middle - half, middle + half
