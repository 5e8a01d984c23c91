"""Drawings: what a person has drawn on the chart of a symbol, anchored by time and price."""

from __future__ import annotations

import math
from enum import Enum
from typing import Annotated, ClassVar, TypeAlias

from msgspec import Meta, Struct

from thebot_desktop.domain.errors import ParameterError
from thebot_desktop.domain.time import UnixMs

MOST_DRAWINGS = 1_000
"""So many one symbol may have."""
THINNEST, THICKEST = 1, 3
RATIOS = (0.0, 0.236, 0.382, 0.5, 0.618, 0.786, 1.0, 1.618)
"""The usual levels of a Fibonacci retracement."""

Colour = Annotated[str, Meta(pattern=r"^(#[0-9A-Fa-f]{6})?$")]
Ratio = Annotated[float, Meta(ge=-10.0, le=10.0)]


class Dash(Enum):
    """How a line is broken."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Style(Struct, frozen=True, forbid_unknown_fields=True):
    """How a drawing looks. Without a colour it has the theme's own."""

    colour: Colour = ""
    width: Annotated[int, Meta(ge=THINNEST, le=THICKEST)] = 1
    dash: Dash = Dash.SOLID


class Anchor(Struct, frozen=True, array_like=True):
    """One point of a drawing, the same on every interval."""

    time: UnixMs
    price: float

    def __post_init__(self) -> None:
        if not math.isfinite(self.price):
            raise ParameterError(user_message="A drawing needs prices that are numbers.")


class Drawing(Struct, frozen=True, tag_field="kind", kw_only=True):
    """Base of all kinds; ``id`` is unique among the drawings of its symbol."""

    points: ClassVar[int] = 2

    id: Annotated[str, Meta(min_length=1, max_length=40)]
    anchors: Annotated[tuple[Anchor, ...], Meta(max_length=4)]
    style: Style = Style()
    text: Annotated[str, Meta(max_length=500)] = ""
    locked: bool = False

    def __post_init__(self) -> None:
        if len(self.anchors) != self.points:
            raise ParameterError(
                f"{type(self).__name__} with {len(self.anchors)} anchors",
                user_message="A drawing has too few or too many points.",
            )


class TrendLine(Drawing, frozen=True, tag="trend-line"):
    """A line from one point to another."""


class Ray(Drawing, frozen=True, tag="ray"):
    """A line from one point through another and on."""


class HorizontalLine(Drawing, frozen=True, tag="horizontal-line"):
    """A price."""

    points = 1


class VerticalLine(Drawing, frozen=True, tag="vertical-line"):
    """A time."""

    points = 1


class Rectangle(Drawing, frozen=True, tag="rectangle"):
    """Two opposite corners."""


class Channel(Drawing, frozen=True, tag="channel"):
    """A line, and one parallel to it through a third point."""

    points = 3


class Fibonacci(Drawing, frozen=True, tag="fibonacci"):
    """Levels between the end of a move (0) and its beginning (1), and beyond."""

    ratios: Annotated[tuple[Ratio, ...], Meta(min_length=1, max_length=24)] = RATIOS


class Text(Drawing, frozen=True, tag="text"):
    """Words at a point."""

    points = 1


class Measure(Drawing, frozen=True, tag="measure"):
    """How far it is from one point to another, in price, percent, bars and time."""


class Position(Drawing, frozen=True):
    """Entry, target and stop of a trade; from the first anchor's time to the second's."""

    points = 3
    rises: ClassVar[bool] = True

    @property
    def entry(self) -> float:
        return self.anchors[0].price

    @property
    def target(self) -> float:
        return self.anchors[1].price

    @property
    def stop(self) -> float:
        return self.anchors[2].price

    @property
    def reward_to_risk(self) -> float | None:
        """None without a risk."""
        risk = abs(self.entry - self.stop)
        return abs(self.target - self.entry) / risk if risk > 0 else None


class LongPosition(Position, frozen=True, tag="long-position"):
    """Earns when the price rises."""


class ShortPosition(Position, frozen=True, tag="short-position"):
    """Earns when the price falls."""

    rises = False


AnyDrawing: TypeAlias = (
    TrendLine
    | Ray
    | HorizontalLine
    | VerticalLine
    | Rectangle
    | Channel
    | Fibonacci
    | Text
    | Measure
    | LongPosition
    | ShortPosition
)
"""What is kept and read back; each kind knows how many points it has."""
