"""LineStyle: how a person wants a line, bars or a ground drawn, where not as they come."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from thebot_desktop.domain.drawings import Dash

PALETTE_COLOURS = 8
MOST_STYLES = 500
THINNEST, THICKEST = 1, 4
OPAQUE = 100

Name = Annotated[str, Meta(min_length=1, max_length=200)]
PaletteColour = Annotated[int, Meta(ge=0, lt=PALETTE_COLOURS)]
WrittenColour = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$")]
LineColour: TypeAlias = int | str
"""The number of a colour of the palette, which goes with the theme, or one of one's own."""


class LineStyle(Struct, frozen=True):
    """Nothing said means: as the indicator and the palette have it.

    ``output`` is one of the indicator's, or ``ground_between`` two of them.
    """

    label: Name
    output: Name
    colour: PaletteColour | WrittenColour | None = None
    dashed: bool | None = None
    """How dashes were kept before there were dots; ``dash`` goes before it."""
    shown: bool = True
    dash: Dash | None = None
    width: Annotated[int, Meta(ge=THINNEST, le=THICKEST)] | None = None
    falling: PaletteColour | WrittenColour | None = None
    """Of bars below zero, and of a ground that is coloured by side where the first edge is below;
    ``colour`` is that of the others then."""
    opacity: Annotated[int, Meta(ge=0, le=OPAQUE)] | None = None
    """Of a ground, in percent."""

    @property
    def key(self) -> tuple[str, str]:
        return self.label, self.output

    @property
    def broken(self) -> Dash | None:
        """Solid, dashed or dotted, as far as something is said of it."""
        if self.dash is not None or self.dashed is None:
            return self.dash
        return Dash.DASHED if self.dashed else Dash.SOLID

    @property
    def says_something(self) -> bool:
        return self != LineStyle(self.label, self.output)


def ground_between(first: str, second: str) -> str:
    """What the ground between two outputs is called in a style."""
    return f"{first}/{second}"


LineStyles = Annotated[tuple[LineStyle, ...], Meta(max_length=MOST_STYLES)]
