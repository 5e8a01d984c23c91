"""Link: what one chart shares with the others of its group, in whatever window they are."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from thebot_desktop.domain.time import UnixMs


class LinkGroup(Enum):
    """The groups a chart can belong to. Each has a letter and a colour."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class Link(Struct, frozen=True):
    """Charts of a group always share the crosshair; what else they share is their choice."""

    group: LinkGroup | None = None
    symbol: bool = True
    interval: bool = False
    time: bool = False
    """Whether they show the same stretch of time."""


class LinkedPoint(Struct, frozen=True):
    """What the pointer is at in another chart of the group."""

    open_time: UnixMs
    price: float | None = None
    """Only where both show the same symbol."""


class Stretch(Struct, frozen=True):
    """The time that a chart shows, from its left to its right edge, in milliseconds."""

    begin: float
    end: float
