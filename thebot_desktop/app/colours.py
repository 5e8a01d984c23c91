"""Colours that a person writes down: ``#rrggbb``, or nothing where none is wanted."""

from __future__ import annotations

import re
from typing import NewType

from thebot_desktop.domain.errors import ParameterError

OwnColour = NewType("OwnColour", str)
"""``#rrggbb``, or empty: the palette's own."""

NO_COLOUR = OwnColour("")

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def own_colour(text: str) -> OwnColour:
    """What was written as a colour. Raises ParameterError with a sentence."""
    if text and not _COLOUR.fullmatch(text):
        raise ParameterError(
            user_message=f"“{text}” is not a colour: write six digits, such as #22AB94."
        )
    return OwnColour(text)
