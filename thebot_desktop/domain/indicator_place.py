"""IndicatorPlace: the pane in which a person wants an indicator, where not as it comes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from thebot_desktop.domain.line_style import Name

MOST_PLACES = 100


class IndicatorPlace(Struct, frozen=True):
    """Nothing said means: over the price or in a pane of its own, as the indicator has it."""

    label: Name
    own: bool = False
    """Whether what would be over the price has a pane of its own."""
    beside: Annotated[str, Meta(max_length=200)] = ""
    """The label of the indicator whose pane it shares; as long as that has none, it has its own."""

    @property
    def says_something(self) -> bool:
        return self != IndicatorPlace(self.label)


IndicatorPlaces = Annotated[tuple[IndicatorPlace, ...], Meta(max_length=MOST_PLACES)]
