"""What an indicator draws beside lines: price zones, levels and profiles, in arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from thebot_desktop.domain.market import FloatArray

OPEN_ENDED = np.iinfo(np.int64).max
"""The end of what still counts."""


class Side(IntEnum):
    """Where prices come from: down to a support, up to a resistance."""

    SUPPORT = 0
    RESISTANCE = 1
    NEITHER = 2


class ZoneState(IntEnum):
    """What has become of a zone."""

    ACTIVE = 0
    """No price has come back to it."""
    TESTED = 1
    """Prices came back, and it held."""
    BROKEN = 2
    """Prices went through it."""
    EXPIRED = 3
    """Too old, or tested more often than it is good for."""

    @property
    def is_over(self) -> bool:
        return self >= ZoneState.BROKEN


ZONE = np.dtype(
    [
        ("begin", np.int64),
        ("end", np.int64),
        ("low", np.float64),
        ("high", np.float64),
        ("side", np.uint8),
        ("state", np.uint8),
        ("tests", np.uint16),
        ("filled", np.float32),
    ]
)
"""One zone: open times of its first and last candle, its prices, and what became of it.

``filled`` is how much of its height prices have been in: from 0, not at all, to 1.
"""

LEVEL = np.dtype(
    [
        ("begin", np.int64),
        ("end", np.int64),
        ("price", np.float64),
        ("side", np.uint8),
        ("minor", np.bool_),
        ("name", "U24"),
    ]
)
"""One horizontal level from one candle's open time to another's, with its name."""

ZoneArray: TypeAlias = NDArray[Any]
"""Rows of ``ZONE``, in the order in which the zones begin."""
LevelArray: TypeAlias = NDArray[Any]
"""Rows of ``LEVEL``."""

NO_ZONES: ZoneArray = np.empty(0, ZONE)
NO_LEVELS: LevelArray = np.empty(0, LEVEL)


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """How much was traded at which prices between two candles' open times.

    Bins are equally high, from ``low`` up to ``high``; ``bought`` is the part of each that was
    traded while prices rose.
    """

    begin: int
    end: int
    low: float
    high: float
    volumes: FloatArray
    bought: FloatArray
    poc: float
    """Price of the bin with the greatest volume."""
    vah: float
    """Upper edge of the value area,"""
    val: float
    """and its lower edge."""
    peaks: FloatArray
    """Prices at which more was traded than above and below them,"""
    valleys: FloatArray
    """and at which less was."""

    @property
    def step(self) -> float:
        """Height of one bin."""
        return (self.high - self.low) / len(self.volumes)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Everything an indicator draws beside lines; ``noun`` names its zones.

    Zones that prices ``fill`` are filled in the end; others are broken.
    """

    zones: ZoneArray = field(default_factory=lambda: NO_ZONES)
    levels: LevelArray = field(default_factory=lambda: NO_LEVELS)
    profiles: tuple[Profile, ...] = ()
    noun: str = ""
    fill: bool = False


NOTHING_DRAWN = Shapes()
