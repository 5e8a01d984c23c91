"""Randomness without state: numbers hashed from a seed and a position.

So any number can be asked for at any time. Positions and seeds broadcast against each other as
numpy arrays do. The hash is splitmix64's
finaliser; the same seed and position give the same number in every run and in any order.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray, IntArray

SeedArray: TypeAlias = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_SHIFTS = tuple(np.uint64(s) for s in (0, 16, 32, 48))
_EVEN16 = np.uint64(0x0000FFFF0000FFFF)
_LOW32 = np.uint64(0xFFFFFFFF)
_LOW16 = np.uint64(0xFFFF)
_SUM_STD = 65536.0 / 3**0.5
"""Standard deviation of the sum of four 16-bit uniforms."""


def mix(seed: SeedArray, position: IntArray | int) -> SeedArray:
    """A well-stirred 64-bit number for each position under each seed."""
    steps = np.atleast_1d(np.asarray(position)).astype(np.uint64)
    steps += np.uint64(1)
    steps *= _GOLDEN
    z: SeedArray = seed + steps
    z ^= z >> _S30
    z *= _MIX_A
    z ^= z >> _S27
    z *= _MIX_B
    z ^= z >> _S31
    return z


def seed_of(seed: int, text: str) -> SeedArray:
    """A seed for one purpose, as an array of one."""
    value = np.array([seed % 2**64], dtype=np.uint64)
    data = np.frombuffer(text.encode(), dtype=np.uint8)
    for byte in data:
        value = mix(value, np.array([int(byte)], dtype=np.int64))
    return value


class Seeds:
    """The seeds of one thing, one for each purpose, each worked out once."""

    def __init__(self, seed: int, text: str) -> None:
        self._root = seed_of(seed, text)
        self._known: dict[tuple[int, int], SeedArray] = {}
        self._columns: dict[tuple[int, tuple[int, ...]], SeedArray] = {}

    def of(self, purpose: int, number: int = 0) -> SeedArray:
        key = (purpose, number)
        if key not in self._known:
            self._known[key] = mix(mix(self._root, purpose), number)
        return self._known[key]

    def column(self, purpose: int, numbers: tuple[int, ...]) -> SeedArray:
        """Several of them, one after the other."""
        key = (purpose, numbers)
        if key not in self._columns:
            self._columns[key] = np.concatenate([self.of(purpose, one) for one in numbers])
        return self._columns[key]


def uniform(seed: SeedArray, position: IntArray | int) -> FloatArray:
    """Numbers in [0, 1)."""
    result: FloatArray = (mix(seed, position) >> _S11).astype(np.float64) * 2.0**-53
    return result


def several(seed: SeedArray, position: IntArray | int, count: int) -> FloatArray:
    """``count`` numbers in [0, 1) for each position, in steps of 1/65536: coarse but cheap."""
    sources = [mix(seed, position)]
    while 4 * len(sources) < count:
        sources.append(mix(sources[-1], 0))
    result = np.empty((count, *sources[0].shape))
    for index in range(count):
        result[index] = (sources[index // 4] >> _SHIFTS[index % 4]) & _LOW16
    result *= 2.0**-16
    return result


def normal(seed: SeedArray, position: IntArray) -> FloatArray:
    """Numbers of mean 0 and deviation 1, bell-shaped, at most 3.5 in size.

    A sum of four uniforms: exact arithmetic only, hence the same on every machine.
    """
    z = mix(seed, position)
    pairs = (z & _EVEN16) + ((z >> np.uint64(16)) & _EVEN16)
    pairs += pairs >> np.uint64(32)
    pairs &= _LOW32
    result = pairs.astype(np.float64)
    result -= 2 * 65535.0
    result *= 1 / _SUM_STD
    return result


def slow_noise(seed: SeedArray, position: IntArray, period: IntArray | int) -> FloatArray:
    """Hashed values in (-1, 1) every ``period`` positions, joined by straight lines."""
    cell = position // period
    part = (position - cell * period) / period
    left = uniform(seed, cell)
    right = uniform(seed, cell + 1)
    result: FloatArray = (left + (right - left) * part) * 2.0 - 1.0
    return result
