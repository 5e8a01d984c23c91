"""How volume is spread over prices: bins, the price of control, the value area, its nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from thebot_desktop.analysis.periods import few_at_once
from thebot_desktop.analysis.turns import BoolArray
from thebot_desktop.domain.market import Candles, FloatArray, IntArray
from thebot_desktop.domain.shapes import Profile

NODE_REACH = 4
"""A node stands out from so many bins above and below it."""


@dataclass(frozen=True, slots=True)
class Areas:
    """Control price and value area of stretches of candles, one value each."""

    poc: FloatArray
    vah: FloatArray
    val: FloatArray


@dataclass(frozen=True, slots=True)
class Spread:
    """Volumes of stretches of candles, a row each, and their range of prices."""

    low: FloatArray
    high: FloatArray
    volumes: FloatArray

    @property
    def step(self) -> FloatArray:
        step: FloatArray = (self.high - self.low) / self.volumes.shape[1]
        return step

    def areas(self, share: float) -> Areas:
        """The middle of the fullest bin, and the edges of the bins around it that hold so much.

        From the fullest bin on, whichever neighbour is fuller is added, the upper one of equals.
        """
        bottom, top, poc = _value_area(self.volumes, share)
        step = self.step
        return Areas(
            self.low + (poc + 0.5) * step, self.low + (top + 1) * step, self.low + bottom * step
        )


def spread(
    candles: Candles, begins: IntArray, bins: int, chosen: BoolArray | None = None
) -> Spread:
    """Each candle's volume evenly over the bins it touched, stretch by stretch.

    A stretch goes from its begin to the next one's, the last to the end. ``chosen`` leaves the
    volume of all other candles out.
    """
    rows = [
        _spread(candles, few, end, bins, chosen) for few, end in few_at_once(begins, len(candles))
    ]
    return Spread(*(np.concatenate(columns) for columns in zip(*rows, strict=True)))


def _spread(
    candles: Candles, begins: IntArray, end: int, bins: int, chosen: BoolArray | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lowest and highest price and the volumes of stretches, the last of which goes to ``end``."""
    part = slice(int(begins[0]), end)
    lengths, begins = np.diff(begins, append=end), begins - begins[0]
    high = np.maximum.reduceat(candles.high[part], begins)
    low = np.minimum.reduceat(candles.low[part], begins)
    height = high - low
    scale = np.where(height > 0, bins / np.where(height > 0, height, 1.0), 0.0)
    lowest, scales = np.repeat(low, lengths), np.repeat(scale, lengths)
    first = _bins(candles.low[part] - lowest, scales, bins)
    behind = _bins(candles.high[part] - lowest, scales, bins)
    behind += 1
    volume = candles.volume[part] / (behind - first)
    if chosen is not None:
        volume *= chosen[part]
    rows = np.repeat(np.arange(len(begins)) * (bins + 1), lengths)
    size = len(begins) * (bins + 1)
    first += rows
    behind += rows
    changes = np.bincount(first, volume, size) - np.bincount(behind, volume, size)
    sums = np.cumsum(changes.reshape(len(begins), bins + 1), axis=1)[:, :bins]
    return low, high, np.maximum(sums, 0.0)


def profile_of(candles: Candles, bins: int, share: float, end: int) -> Profile | None:
    """The profile of all the candles together; None where nothing was traded or nothing moved."""
    start = np.zeros(1, np.int64)
    if not len(candles):
        return None
    whole = spread(candles, start, bins)
    rising = candles.close >= candles.open
    volumes = whole.volumes[0]
    if not volumes.any() or whole.high[0] <= whole.low[0]:
        return None
    areas = whole.areas(share)
    peaks, valleys = _nodes(volumes)
    middles = whole.low[0] + (np.arange(bins) + 0.5) * whole.step[0]
    return Profile(
        begin=int(candles.open_time[0]),
        end=end,
        low=float(whole.low[0]),
        high=float(whole.high[0]),
        volumes=volumes,
        bought=np.minimum(spread(candles, start, bins, rising).volumes[0], volumes),
        poc=float(areas.poc[0]),
        vah=float(areas.vah[0]),
        val=float(areas.val[0]),
        peaks=middles[peaks],
        valleys=middles[valleys],
    )


def _bins(heights: FloatArray, scales: FloatArray, bins: int) -> IntArray:
    """The highest price belongs to the highest bin."""
    numbers = np.multiply(heights, scales, out=heights).astype(np.int64)
    return np.minimum(numbers, bins - 1, out=numbers)


def _value_area(volumes: FloatArray, share: float) -> tuple[IntArray, IntArray, IntArray]:
    """Lowest, highest and fullest bin of each row's value area."""
    rows, bins = volumes.shape
    walled = np.full((rows, bins + 2), -1.0)
    walled[:, 1:-1] = volumes
    every = np.arange(rows)
    poc = volumes.argmax(axis=1)
    bottom, top = poc.copy(), poc.copy()
    held, wanted = volumes[every, poc], volumes.sum(axis=1) * share
    for _ in range(bins - 1):
        open_ones = np.flatnonzero((held < wanted) & (top - bottom < bins - 1))
        if not len(open_ones):
            break
        above = walled[open_ones, top[open_ones] + 2]
        below = walled[open_ones, bottom[open_ones]]
        upwards = above >= below
        top[open_ones] += upwards
        bottom[open_ones] -= ~upwards
        held[open_ones] += np.where(upwards, above, below)
    return bottom, top, poc


def _nodes(volumes: FloatArray) -> tuple[IntArray, IntArray]:
    """Bins that stand out: fuller than the usual and than those around, or emptier than both."""
    width = 2 * NODE_REACH + 1
    if len(volumes) < width:
        none = np.empty(0, np.int64)
        return none, none
    around = sliding_window_view(volumes, width)
    inner = volumes[NODE_REACH:-NODE_REACH]
    usual = volumes.mean()
    # The first of equal neighbours is the node.
    first_most = around.argmax(axis=1) == NODE_REACH
    first_least = around.argmin(axis=1) == NODE_REACH
    peaks = np.flatnonzero(first_most & (inner > usual)) + NODE_REACH
    valleys = np.flatnonzero(first_least & (inner < usual)) + NODE_REACH
    return peaks, valleys
