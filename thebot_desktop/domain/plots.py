"""How an indicator wants to be seen, said without any drawing library."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from msgspec import Struct


class Pane(Enum):
    """Which chart pane an output belongs to."""

    PRICE = "price"
    OWN = "own"


class Line(Struct, frozen=True, tag=True):
    output: str
    pane: Pane = Pane.PRICE
    dashed: bool = False


class Histogram(Struct, frozen=True, tag=True):
    """Bars from zero, coloured by sign."""

    output: str
    pane: Pane = Pane.OWN


class Level(Struct, frozen=True, tag=True):
    """A horizontal guide at a fixed value, such as 70 and 30 of an RSI."""

    value: float
    pane: Pane = Pane.OWN


class Scale(Struct, frozen=True, tag=True):
    """The pane's fixed range, for outputs that are bounded by definition."""

    low: float
    high: float
    pane: Pane = Pane.OWN


class Fill(Struct, frozen=True, tag=True):
    """The ground between two outputs; ``by_side`` colours it by which of them is above."""

    first: str
    second: str
    pane: Pane = Pane.PRICE
    by_side: bool = False


class Drawn(Struct, frozen=True, tag=True):
    """What ``Indicator.shapes`` tells: zones, levels and profiles among the prices."""

    pane: Pane = Pane.PRICE


class Marks(Struct, frozen=True, tag=True):
    """A mark below each candle where the output is above zero, and above where it is below."""

    output: str
    pane: Pane = Pane.PRICE


Plot: TypeAlias = Line | Histogram | Level | Scale | Fill | Drawn | Marks


def outputs_of(plot: Plot) -> tuple[str, ...]:
    """The outputs that a plot draws."""
    match plot:
        case Line() | Histogram() | Marks():
            return (plot.output,)
        case Fill():
            return plot.first, plot.second
    return ()
