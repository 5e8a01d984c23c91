"""Level-of-detail pyramids: what a stretch of candles or values looks like, at any distance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final, NamedTuple

import numpy as np

from thebot_desktop.domain.market import Candles, FloatArray

FACTOR: Final = 4
"""A block of one level holds this many blocks of the level below."""
SMALLEST_ROOM = 1024
DIRECT_READ = 2048
"""Stretches up to this long are searched item by item; no level is built for them."""

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
"""Rows of a candle block: first open, highest high, lowest low, last close, sum of volumes."""
TOP, BOTTOM = range(2)
"""Rows of a value block: greatest and smallest value."""


class Blocks(NamedTuple):
    """Column ``k`` of ``rows`` sums up ``size`` items from item ``(first + k) * size`` on."""

    first: int
    rows: FloatArray


class Pyramid(ABC):
    """Levels of blocks of 4, 16, 64 … items over a growing column store.

    Blocks are aligned to absolute item numbers, so they do not move when the view does. A level
    holds complete blocks only and is extended when it is read: appending an item costs nothing
    here, and levels nobody looks at are never built. The incomplete block at the end is summed up
    on reading.
    """

    row_count: int
    high_row: int
    low_row: int

    def __init__(self) -> None:
        self._levels: list[FloatArray] = []
        self._complete: list[int] = []
        self._tails: dict[int, tuple[int, FloatArray]] = {}

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def items(self, first: int, last: int) -> FloatArray:
        """Items ``first`` to ``last`` (exclusive) as blocks of one; a view."""

    @abstractmethod
    def _combine(self, blocks: FloatArray, width: int) -> FloatArray:
        """Every ``width`` neighbours made one; their number is a multiple of ``width``."""

    def blocks(self, first: int, last: int, size: int) -> Blocks:
        """All blocks of ``size`` items that touch items ``first`` to ``last`` (exclusive).

        ``size`` is a power of two. The last block may be incomplete.
        """
        first, last = max(0, first), min(last, len(self))
        if last <= first:
            return Blocks(0, np.empty((self.row_count, 0)))
        if size == 1:
            return Blocks(first, self.items(first, last))
        start, stop = first // size, -(-last // size)
        depth, width = _level_of(size)
        below = self._read(depth, start * width, min(stop * width, self._count(depth)))
        return Blocks(start, below if width == 1 else self._pairs(below))

    def extremes(self, first: int, last: int) -> tuple[float, float]:
        """Smallest and greatest value of items ``first`` to ``last`` (exclusive), exactly."""
        first, last = max(0, first), min(last, len(self))
        if last <= first:
            return np.nan, np.nan
        parts = [self.items(first, last)]
        if last - first > DIRECT_READ:
            parts = self._parts(first, last)
        low = min(float(np.fmin.reduce(p[self.low_row])) for p in parts if p.shape[1])
        high = max(float(np.fmax.reduce(p[self.high_row])) for p in parts if p.shape[1])
        return low, high

    def nbytes(self) -> int:
        """Memory held by the levels."""
        return sum(level.nbytes for level in self._levels)

    def forget_levels(self) -> None:
        """The items are others now; levels are built anew when they are read."""
        self._levels.clear()
        self._complete.clear()
        self._tails.clear()

    def _parts(self, first: int, last: int) -> list[FloatArray]:
        """The stretch as two ragged ends and whole blocks between them."""
        depth = 1
        while (last - first) >> (2 * depth) > DIRECT_READ // 2:
            depth += 1
        size = _size_of(depth)
        start, stop = -(-first // size), last // size
        return [
            self.items(first, start * size),
            self._read(depth, start, stop),
            self.items(stop * size, last),
        ]

    def _count(self, depth: int) -> int:
        """How many blocks the level has, the incomplete one included."""
        return -(-len(self) // _size_of(depth))

    def _read(self, depth: int, start: int, stop: int) -> FloatArray:
        if depth == 0:
            return self.items(start, stop)
        complete = self._extend(depth)
        level = self._levels[depth - 1]
        if stop <= complete:
            return level[:, start:stop]
        tail = self._tail(depth, complete)
        return np.concatenate((level[:, start:complete], tail), axis=1)

    def _extend(self, depth: int) -> int:
        """Bring a level up to date; the number of its complete blocks."""
        while len(self._levels) < depth:
            self._levels.append(np.empty((self.row_count, 0)))
            self._complete.append(0)
        have, complete = self._complete[depth - 1], len(self) // _size_of(depth)
        if complete > have:
            if depth > 1:
                self._extend(depth - 1)
            self._make_room(depth, complete)
            below = self._read(depth - 1, have * FACTOR, complete * FACTOR)
            self._levels[depth - 1][:, have:complete] = self._combine(below, FACTOR)
            self._complete[depth - 1] = complete
        return complete

    def _make_room(self, depth: int, count: int) -> None:
        level = self._levels[depth - 1]
        if count <= level.shape[1]:
            return
        larger = np.empty((self.row_count, count + count // 8 + SMALLEST_ROOM // FACTOR))
        have = self._complete[depth - 1]
        larger[:, :have] = level[:, :have]
        self._levels[depth - 1] = larger

    def _tail(self, depth: int, complete: int) -> FloatArray:
        """The incomplete block at the end of a level."""
        known = self._tails.get(depth)
        if known is not None and known[0] == len(self):
            return known[1]
        below = self._read(depth - 1, complete * FACTOR, self._count(depth - 1))
        tail = self._combine(below, below.shape[1])
        self._tails[depth] = (len(self), tail)
        return tail

    def _pairs(self, blocks: FloatArray) -> FloatArray:
        even = blocks.shape[1] // 2 * 2
        paired = self._combine(blocks[:, :even], 2)
        if even == blocks.shape[1]:
            return paired
        return np.concatenate((paired, blocks[:, even:]), axis=1)


class CandlePyramid(Pyramid):
    """Closed candles in one block of memory, and their pyramid."""

    row_count, high_row, low_row = 5, HIGH, LOW

    def __init__(self) -> None:
        super().__init__()
        self._columns = np.empty((5, SMALLEST_ROOM))
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def load(self, candles: Candles) -> None:
        """Hold these candles and no others."""
        count = len(candles)
        self.forget_levels()
        if count > self._columns.shape[1] or count * FACTOR < self._columns.shape[1]:
            self._columns = np.empty((5, count + count // 8 + SMALLEST_ROOM))
        sources = (candles.open, candles.high, candles.low, candles.close, candles.volume)
        for row, source in zip(self._columns, sources, strict=True):
            row[:count] = source
        self._length = count

    def append(self, candle: tuple[float, float, float, float, float]) -> None:
        """One more candle: open, high, low, close, volume."""
        if self._length == self._columns.shape[1]:
            self._columns = _grown(self._columns)
        self._columns[:, self._length] = candle
        self._length += 1

    def items(self, first: int, last: int) -> FloatArray:
        return self._columns[:, first:last]

    def nbytes(self) -> int:
        return super().nbytes() + self._columns.nbytes

    def _combine(self, blocks: FloatArray, width: int) -> FloatArray:
        made = np.empty((5, blocks.shape[1] // width))
        made[OPEN] = blocks[OPEN, ::width]
        _fold(np.maximum, blocks[HIGH], width, made[HIGH])
        _fold(np.minimum, blocks[LOW], width, made[LOW])
        made[CLOSE] = blocks[CLOSE, width - 1 :: width]
        _fold(np.add, blocks[VOLUME], width, made[VOLUME])
        return made


class ValuePyramid(Pyramid):
    """One value per closed candle, NaN where there is none, and their pyramid."""

    row_count, high_row, low_row = 2, TOP, BOTTOM

    def __init__(self) -> None:
        super().__init__()
        self._values = np.empty(SMALLEST_ROOM)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def load(self, values: FloatArray) -> None:
        """Hold these values and no others."""
        count = len(values)
        self.forget_levels()
        if count > self._values.size or count * FACTOR < self._values.size:
            self._values = np.empty(count + count // 8 + SMALLEST_ROOM)
        self._values[:count] = values
        self._length = count

    def append(self, value: float) -> None:
        if self._length == self._values.size:
            self._values = _grown(self._values)
        self._values[self._length] = value
        self._length += 1

    def values(self, first: int, last: int) -> FloatArray:
        """The values themselves, as a view."""
        return self._values[max(0, first) : min(last, self._length)]

    def items(self, first: int, last: int) -> FloatArray:
        part = self._values[first:last]
        return np.broadcast_to(part, (2, part.size))

    def nbytes(self) -> int:
        return super().nbytes() + self._values.nbytes

    def _combine(self, blocks: FloatArray, width: int) -> FloatArray:
        made = np.empty((2, blocks.shape[1] // width))
        _fold(np.fmax, blocks[TOP], width, made[TOP])
        _fold(np.fmin, blocks[BOTTOM], width, made[BOTTOM])
        return made


def block_size(spacing: float, least_pixels: float = 1.0) -> int:
    """The smallest power of two of items that fills ``least_pixels`` at this spacing."""
    size = 1
    while size * spacing < least_pixels:
        size *= 2
    return size


def _size_of(depth: int) -> int:
    """How many items one block of a level holds."""
    return 1 << (2 * depth)


def _level_of(size: int) -> tuple[int, int]:
    """The level that blocks of ``size`` are made from, and how many of its blocks make one."""
    power = size.bit_length() - 1
    return power // 2, 2 if power % 2 else 1


def _fold(combine: np.ufunc, row: FloatArray, width: int, out: FloatArray) -> None:
    """Strided slices are several times faster here than a reduction over a short axis."""
    out[:] = row[::width]
    for k in range(1, width):
        combine(out, row[k::width], out=out)


def _grown(array: FloatArray) -> FloatArray:
    """The same content with room for as much again."""
    shape = (*array.shape[:-1], 2 * array.shape[-1])
    larger = np.empty(shape)
    larger[..., : array.shape[-1]] = array
    return larger
