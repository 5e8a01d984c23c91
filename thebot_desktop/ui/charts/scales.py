"""From candles and values to device pixels and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from thebot_desktop.domain.market import FloatArray

LARGEST_LOG = 300.0
"""Logarithms of values are kept within what a double can hold."""
FLAT_ROOM = 1.001


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
    """Vertical scale of one pane: ``high`` is its top row of pixels, ``low`` its bottom row.

    An inverted one has them the other way round; a logarithmic one has positive ends.
    """

    low: float
    high: float
    top: int
    height: int
    log: bool = False
    inverted: bool = False

    @property
    def factor(self) -> float:
        """Pixels downwards per unit of value, or of its logarithm."""
        factor = (self.height - 1) / (self._flat(self.high) - self._flat(self.low))
        return factor if self.inverted else -factor

    def y(self, value: float) -> int:
        """The row of pixels of one value, kept near the pane."""
        row = self.top + (self._flat(value) - self._at_top) * self.factor
        if not math.isfinite(row):
            return self.top + 2 * self.height
        return math.floor(min(max(row, self.top - self.height), self.top + 2 * self.height) + 0.5)

    def row(self, value: float) -> float:
        """The row of one value however far away it is, even infinitely."""
        return self.top + (self._flat(value) - self._at_top) * self.factor

    def ys(self, values: FloatArray) -> FloatArray:
        """The same for many, as floats; what is far outside is brought to just outside."""
        factor = self.factor
        rows = self._flats(values) * factor
        rows += self.top - self._at_top * factor
        clipped: FloatArray = np.clip(rows, self.top - self.height, self.top + 2 * self.height)
        return clipped

    def value(self, y: float) -> float:
        flat = self._at_top + (y - self.top) / self.factor
        return math.exp(min(flat, LARGEST_LOG)) if self.log else flat

    def shows(self, value: float) -> bool:
        return self.low <= value <= self.high

    def stretched(self, factor: float) -> tuple[float, float]:
        """The range made ``factor`` times as long around its middle."""
        low, high = self._flat(self.low), self._flat(self.high)
        middle, half = (low + high) / 2, (high - low) / 2 * factor
        return self._ends(middle - half, middle + half)

    def moved(self, pixels: float) -> tuple[float, float]:
        """The range after its content went down by so many pixels."""
        shift = -pixels / self.factor
        return self._ends(self._flat(self.low) + shift, self._flat(self.high) + shift)

    @property
    def _at_top(self) -> float:
        return self._flat(self.low if self.inverted else self.high)

    def _flat(self, value: float) -> float:
        """What is spread evenly over the rows."""
        if not self.log:
            return value
        return math.log(value) if value > 0 else -math.inf

    def _flats(self, values: FloatArray) -> FloatArray:
        if not self.log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            flats: FloatArray = np.log(values)
        return np.nan_to_num(flats, copy=False, nan=np.nan, neginf=-1e9)

    def _ends(self, low: float, high: float) -> tuple[float, float]:
        if not self.log:
            return low, high
        return math.exp(max(low, -LARGEST_LOG)), math.exp(min(high, LARGEST_LOG))


def padded_log(low: float, high: float, above: float, below: float) -> tuple[float, float]:
    """A positive range with head-room, as shares of the whole on a logarithmic scale."""
    flat_low, flat_high = padded(math.log(low), math.log(high), above, below)
    if high / low - 1 < 1e-9:
        return low / FLAT_ROOM, high * FLAT_ROOM
    return math.exp(flat_low), math.exp(flat_high)


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
