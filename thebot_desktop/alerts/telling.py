"""Telling: how a person is told of what one rule raises, where not as the settings have it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

MOST_CHANNELS = 20

_Name = Annotated[str, Meta(min_length=1, max_length=80)]


class Telling(Struct, frozen=True, omit_defaults=True):
    """Nothing said means: as the settings have it for this type of alert."""

    sound: Annotated[str, Meta(max_length=400)] = ""
    """A sound's name, the path of a file of one's own, or "none"."""
    channels: Annotated[tuple[_Name, ...], Meta(max_length=MOST_CHANNELS)] | None = None
    """The outside channels it goes to; None for those that the settings name."""
    urgent: bool = False
    """Whether it is told in quiet hours too."""
